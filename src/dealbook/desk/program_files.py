"""Program files in and out: read and judged, taken in as the partner's own versions, kept as a draft, written.

A file with an error governs nothing; what stands in it is not lost, as it can become a draft. No more of a file is read
than a program may have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.desk.editing import start, succeeding_text, version_text
from dealbook.desk.files import write_whole
from dealbook.desk.session import Session
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.programs.checks import check_program
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program

IMPORT: Final = "Import program version"
IMPORT_DRAFT: Final = "Import as a draft"
SUFFIX: Final = ".toml"
MOST: Final = 2_000_000
"""As many bytes as a file may have; of a longer one no more than one further byte is read."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that came in under a name, with the program it says, or with what is wrong with it.

    `problems` are errors where `program` is None, else remarks. `text` is empty where it could not be read as one.
    """

    name: str
    text: str
    program: Program | None
    problems: tuple[Problem, ...] = ()


class Arrival(StrEnum):
    """What taking a version in did."""

    NEW_PROGRAM = "new program"
    NEW_VERSION = "new version"
    REPLACED_OWN = "replaced own"
    REPLACED_SHIPPED = "replaced shipped"
    SAME = "same"
    """The text is there already, word by word: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A version that was taken in, and what that did."""

    incoming: Incoming
    program: Program
    arrival: Arrival


def read_file(path: Path) -> Incoming:
    """Return what a file says. Raises OSError for one that cannot be read."""
    with path.open("rb") as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        facts = {"found": str(max(path.stat().st_size, len(data))), "most": str(MOST)}
        return Incoming(path.name, "", None, (Problem("too-long", "", facts),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Incoming(path.name, "", None, (Problem("not-toml", "", {"message": "it is not UTF-8 text"}),))
    return judged(path.name, text)


def judged(name: str, text: str) -> Incoming:
    """Return what a text says; `name` is what messages call it."""
    try:
        program = read_program(text, name)
    except ProblemsError as error:
        return Incoming(name, text if len(text) <= MOST else "", None, tuple(error.problems))
    return Incoming(name, text, program, tuple(check_program(program, text)))


def take_in(session: Session, incoming: Iterable[Incoming]) -> tuple[Arrived, ...]:
    """Save the versions that are right as the partner's own, all as one step; the others are left out.

    Raises BookError for a text that the book cannot keep, and then nothing was saved.
    """
    right = [(one, one.program) for one in incoming if one.program is not None]
    if all(_arrival(session, one, program) is Arrival.SAME for one, program in right):
        return tuple(Arrived(one, program, Arrival.SAME) for one, program in right)
    found = []
    with session.step(IMPORT):
        for one, program in right:
            arrival = _arrival(session, one, program)  # one of the files may take the place of another one
            if arrival is not Arrival.SAME:
                session.book.programs.save(ProgramText(program.id, program.effective_from, one.text))
            found.append(Arrived(one, program, arrival))
    return tuple(found)


def keep_as_draft(session: Session, incoming: Incoming) -> Draft:
    """Save a text that is wrong as a draft, as one step, to be mended in the editor. Raises BookError."""
    with session.step(IMPORT_DRAFT):
        return start(session, incoming.text)


def begin_version(session: Session, program_id: str, day: date, first: date) -> Draft:
    """Save a draft of a new version in force from `first`, made of the one of `day`, as one step.

    Raises KeyError where there is no version of that day, BookError as the book.
    """
    text = succeeding_text(version_text(session, program_id, day), first)
    return start(session, text, program_id=program_id, base=ProgramText(program_id, day, "").name)


def export_name(program: Program) -> str:
    """Return what a version's file is called."""
    return f"{program.id}-{program.effective_from.isoformat()}{SUFFIX}"


def export_version(session: Session, program_id: str, day: date, target: Path) -> None:
    """Write a version's text into a file, whole or not at all. Raises KeyError, and OSError when it cannot be."""
    write_whole(target, version_text(session, program_id, day).encode("utf-8"))


def _arrival(session: Session, incoming: Incoming, program: Program) -> Arrival:
    versions = session.catalog.versions.get(program.id, ())
    own = {one.name: one.text for one in session.book.programs.texts()}
    day = program.effective_from
    name = ProgramText(program.id, day, "").name
    if name in own:
        return Arrival.SAME if own[name] == incoming.text else Arrival.REPLACED_OWN
    if any(one.effective_from == day for one in versions):
        same = version_text(session, program.id, day) == incoming.text
        return Arrival.SAME if same else Arrival.REPLACED_SHIPPED
    return Arrival.NEW_VERSION if versions else Arrival.NEW_PROGRAM
