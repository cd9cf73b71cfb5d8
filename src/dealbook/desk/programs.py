"""What is done with programs: each use case one step; the catalogue as a table, and its inputs.

The names of the steps are English message ids, shown in the user's language beside Undo and Redo. A contract's values
are entered by `compare.set_input`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dealbook.desk.compare import terms_of_day
from dealbook.desk.session import Session
from dealbook.domain.partner import Enrolment, Raw
from dealbook.domain.problem import Problem
from dealbook.programs.model import Input, Program
from dealbook.programs.terms import Terms
from dealbook.programs.values import Value

ENROL = "Enrol in a program"
LEAVE = "Leave a program"
REJOIN = "Rejoin a program"
REMOVE = "Remove a membership"


class Origin(StrEnum):
    """Where an input's value is from; a ceiling is no value."""

    PUBLISHED = "published"
    CONTRACT = "contract"
    ASSUMED = "assumed"
    DISPUTED = "disputed"
    MISSING = "missing"


class Show(StrEnum):
    """Which part of the catalogue is shown."""

    ALL = "all"
    ENROLLED = "enrolled"
    OWN = "own"
    """Programs of which the partner has versions of its own."""
    HISTORY = "history"
    """What the partner has left, and what is no longer or not yet in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """A program as the table of the catalogue shows it.

    `program` is the version that governs what is signed on the day; where none does, the nearest one, and
    `is_in_force` is False. `missing` counts the inputs without a value, `own` the versions of the partner's own.
    `words` is what a search looks through.
    """

    program: Program
    is_in_force: bool
    enrolment: Enrolment | None
    has_left: bool
    missing: int
    own: int
    words: str

    @property
    def is_member(self) -> bool:
        """Whether the partner is in the program and has not left it."""
        return self.enrolment is not None and not self.has_left

    @property
    def models(self) -> tuple[str, ...]:
        """The models of the plans, each once, in the order of the file."""
        return tuple(dict.fromkeys(plan.model for plan in self.program.plans))

    @property
    def id(self) -> str:
        """The program's id."""
        return self.program.id


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """An input of a program with its value for this partner.

    `raw` is what the partner gave, as it was typed; None where the value is the program's own or missing. `problem`
    says what is wrong or doubtful about what was given; `source` is the title of where the program's figure is from.
    """

    input: Input
    raw: Raw | None
    value: Value | None
    origin: Origin
    problem: Problem | None
    source: str


# --- the catalogue


def program_rows(session: Session, day: date) -> list[ProgramRow]:
    """Return the programs as they stand on a day: those the partner is in first, then by vendor and name."""
    own = Counter(version.program for version in session.book.programs.texts())
    rows = [_program_row(terms, day, own[terms.program.id]) for terms in terms_of_day(session, day)]
    return sorted(rows, key=_order)


def found(rows: Iterable[ProgramRow], search: str, show: Show = Show.ALL) -> list[ProgramRow]:
    """Return the rows that `show` lets through and in which every word of `search` occurs, in any case."""
    words = search.casefold().split()
    return [row for row in rows if is_shown(row, show) and all(word in row.words for word in words)]


def is_shown(row: ProgramRow, show: Show) -> bool:
    """Say whether a part of the catalogue has a program."""
    match show:
        case Show.ALL:
            return True
        case Show.ENROLLED:
            return row.is_member
        case Show.OWN:
            return row.own > 0
        case Show.HISTORY:
            return row.has_left or not row.is_in_force


def input_rows(session: Session, program_id: str, day: date) -> list[InputRow]:
    """Return the inputs of a program's governing version, in the order of its file; none for an unknown program."""
    terms = next((one for one in terms_of_day(session, day) if one.program.id == program_id), None)
    return [] if terms is None else [_input_row(terms, one) for one in terms.program.inputs.values()]


def _order(row: ProgramRow) -> tuple[int, str, str, str]:
    rank = 0 if row.is_member else 1 if row.enrolment is not None else 2
    return rank, row.program.vendor.casefold(), row.program.name.casefold(), row.id


def doubts(session: Session, program_id: str, day: date) -> tuple[Problem, ...]:
    """Return what is doubtful about a membership as a whole: a program that excludes this one, values nobody asks for.

    What is wrong with an input that the version has stands in `input_rows`.
    """
    terms = next((one for one in terms_of_day(session, day) if one.program.id == program_id), None)
    if terms is None:
        return ()
    asked = tuple(f"enrolment.inputs.{name}." for name in terms.program.inputs)
    return tuple(problem for problem in terms.problems if not f"{problem.where}.".startswith(asked))


def _program_row(terms: Terms, day: date, own: int) -> ProgramRow:
    program, enrolment = terms.program, terms.enrolment
    plans = "\n".join(plan.name for plan in program.plans)
    return ProgramRow(
        program=program,
        is_in_force=terms.closed is None,
        enrolment=enrolment,
        has_left=enrolment is not None and enrolment.until is not None and enrolment.until <= day,
        missing=sum(value is None for value in terms.inputs.values()),
        own=own,
        words=f"{program.vendor}\n{program.name}\n{program.id}\n{program.summary}\n{plans}".casefold(),
    )


def _input_row(terms: Terms, one: Input) -> InputRow:
    given = terms.enrolment.inputs if terms.enrolment is not None else {}
    value = terms.inputs[one.name]
    if value is None:
        origin = Origin.MISSING
    elif one.name in given:
        is_assumed = terms.enrolment is not None and one.name in terms.enrolment.assumed
        origin = Origin.ASSUMED if is_assumed else Origin.CONTRACT
    else:
        origin = Origin(one.confidence)
    where = f"enrolment.inputs.{one.name}"
    return InputRow(
        input=one,
        raw=given.get(one.name),
        value=value,
        origin=origin,
        problem=next((p for p in terms.problems if p.where == where or p.where.startswith(f"{where}.")), None),
        source=next((source.title for source in terms.program.sources if source.id == one.source), ""),
    )


# --- membership


def enrolment_of(session: Session, program_id: str) -> Enrolment | None:
    """Return the partner's membership in a program, or None."""
    return next((one for one in session.enrolments if one.program == program_id), None)


def enrol(session: Session, program_id: str) -> Enrolment:
    """Save a new membership in a program; one that is there already stays as it is. Raises KeyError as the catalogue.

    It says no more than that: not certified, since nobody knows when, the version in force, the tier worked out.
    """
    if program_id not in session.catalog.versions:
        raise KeyError(program_id)
    if (known := enrolment_of(session, program_id)) is not None:
        return known
    with session.step(ENROL):
        return session.book.partner.save_enrolment(Enrolment(program=program_id))


def deals_under(session: Session, program_id: str) -> int:
    """Return how many deals of the book are placed under a program: what it still pays depends on the membership."""
    return sum(row.program == program_id for row in session.rows.values())


def leave(session: Session, program_id: str, day: date) -> Enrolment | None:
    """End a membership on a day and return it, or remove it and return None where no deal is placed under it.

    Where deals are, the contract's values stay, so that what is still paid after leaving can be worked out. Raises
    KeyError when there is no membership.
    """
    known = _known(session, program_id)
    if not deals_under(session, program_id):
        remove_enrolment(session, program_id)
        return None
    return change_enrolment(session, replace(known, until=day), LEAVE)


def rejoin(session: Session, program_id: str) -> Enrolment:
    """Go on with a membership that had ended, with its values. Raises KeyError when there is none."""
    return change_enrolment(session, replace(_known(session, program_id), until=None), REJOIN)


def remove_enrolment(session: Session, program_id: str) -> None:
    """Remove a membership with its contract's values; undo brings all back. Raises KeyError when there is none."""
    known = _known(session, program_id)
    with session.step(REMOVE):
        session.book.partner.remove_enrolment(known.id)


def _known(session: Session, program_id: str) -> Enrolment:
    known = enrolment_of(session, program_id)
    if known is None:
        raise KeyError(program_id)
    return known


def change_enrolment(session: Session, enrolment: Enrolment, name: str) -> Enrolment:
    """Save a changed membership as the step `name`; without a change there is no step. Raises BookError as the book."""
    if enrolment == enrolment_of(session, enrolment.program):
        return enrolment
    with session.step(name):
        return session.book.partner.save_enrolment(enrolment)


def mark_assumed(session: Session, program_id: str, name: str, assumed: bool, step: str) -> None:  # noqa: FBT001
    """Save whether a contract's value is only assumed, as the step `step`; without a value nothing happens."""
    known = enrolment_of(session, program_id)
    if known is not None and name in known.inputs:
        marked = known.assumed | {name} if assumed else known.assumed - {name}
        change_enrolment(session, replace(known, assumed=marked), step)
