"""Which versions of a program can be compared: those of the catalogue, and drafts that can be read."""

from dataclasses import dataclass
from typing import Final

from dealbook.desk.session import Session
from dealbook.domain.problem import ProblemsError
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program

DRAFT: Final = "draft:"
"""What the key of a draft begins with; a version's is the day it is in force from."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be compared."""

    key: str
    program: Program

    @property
    def is_draft(self) -> bool:
        """Whether it is not in force, but still being written."""
        return self.key.startswith(DRAFT)


def programs_of(session: Session) -> dict[str, tuple[Version, ...]]:
    """Return the versions of each program, earliest first, by vendor and name; drafts stand where they would begin."""
    found = {
        name: [Version(program.effective_from.isoformat(), program) for program in versions]
        for name, versions in session.catalog.versions.items()
    }
    for draft in session.book.drafts.all():
        try:
            program = read_program(draft.text, draft.base or draft.program)
        except ProblemsError:
            continue  # it says what is wrong with it where it is written
        found.setdefault(program.id, []).append(Version(f"{DRAFT}{draft.id}", program))
    ordered = {name: tuple(sorted(versions, key=_begins)) for name, versions in found.items()}
    return dict(sorted(ordered.items(), key=lambda item: _called(item[1][-1].program)))


def pair_of(versions: tuple[Version, ...]) -> tuple[Version | None, Version]:
    """Return the pair that is compared unless somebody chooses: the last version and the one before it."""
    return (versions[-2] if len(versions) > 1 else None), versions[-1]


def _begins(version: Version) -> tuple[str, bool]:
    return version.program.effective_from.isoformat(), version.is_draft


def _called(program: Program) -> tuple[str, str]:
    return program.vendor.casefold(), program.name.casefold()
