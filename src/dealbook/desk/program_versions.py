"""The versions of a program on the line of time: from when to when each holds, whose it is, which one governs."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dealbook import paths
from dealbook.book.programs import ProgramText
from dealbook.desk.programs import change_enrolment, enrolment_of
from dealbook.desk.session import Session
from dealbook.domain.partner import Enrolment
from dealbook.domain.problem import Problem
from dealbook.programs.model import Program

PIN: Final = "Pin program version"
UNPIN: Final = "No longer pin program version"
REMOVE_OWN: Final = "Remove own program version"


@dataclass(frozen=True, slots=True)
class Span:
    """One version: it holds from `program.effective_from` to before `until` (None: without end).

    `is_own`: the partner's own; `hides_shipped`: it stands in the place of one that Dealbook brings. `is_in_force`: it
    governs what is signed today where nothing is pinned. `is_pinned`: the enrolment names it.
    """

    program: Program
    until: date | None
    is_own: bool
    hides_shipped: bool
    is_in_force: bool
    is_pinned: bool

    @property
    def first(self) -> date:
        """The day from which the version holds."""
        return self.program.effective_from


def version_spans(session: Session, program_id: str, day: date) -> tuple[Span, ...]:
    """Return the versions of a program as they stand on a day, earliest first; none of an unknown program."""
    versions = session.catalog.versions.get(program_id, ())
    own = {one.effective_from for one in session.book.programs.texts() if one.program == program_id}
    governing = session.catalog.governing(program_id, day)
    enrolment = enrolment_of(session, program_id)
    pinned = enrolment.version if enrolment is not None else None
    ends = [*(version.effective_from for version in versions[1:]), None]
    return tuple(
        Span(
            program=version,
            until=_end(version, after),
            is_own=version.effective_from in own,
            hides_shipped=version.effective_from in own and _is_shipped(version),
            is_in_force=version is governing,
            is_pinned=version.version == pinned,
        )
        for version, after in zip(versions, ends, strict=False)  # without versions, no end
    )


def unreadable(session: Session, program_id: str) -> tuple[Problem, ...]:
    """Return what is wrong with versions of a program that cannot be used, each problem with its file."""
    return tuple(one for one in session.catalog.problems if one.facts.get("file", "").startswith(f"{program_id}/"))


def pin(session: Session, program_id: str, version: str | None) -> Enrolment:
    """Pin a version, or leave it to the day of signing (None), as one step. Raises KeyError without a membership."""
    known = enrolment_of(session, program_id)
    if known is None:
        raise KeyError(program_id)
    return change_enrolment(session, replace(known, version=version), UNPIN if version is None else PIN)


def remove_own(session: Session, program_id: str, day: date) -> None:
    """Remove the partner's own version, as one step; a shipped one of that day holds again. Raises KeyError."""
    with session.step(REMOVE_OWN):
        session.book.programs.remove(ProgramText(program_id, day, ""))


def _end(version: Program, after: date | None) -> date | None:
    """Return the day from which a version holds no more: a later one takes its place for good."""
    return min((day for day in (version.effective_until, after) if day is not None), default=None)


def _is_shipped(version: Program) -> bool:
    return paths.resource("catalog", version.id, f"{version.effective_from.isoformat()}.toml").is_file()
