"""The partner's own versions of programs, kept as the texts they were written in."""

from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.book.rows import rows
from dealbook.book.steps import History


@dataclass(frozen=True, slots=True)
class ProgramText:
    """One version of a program: the TOML text in force from a day on."""

    program: str
    effective_from: date
    text: str

    @property
    def name(self) -> str:
        """What messages call it, as the catalogue's files are called: nfon-ngage/2022-01-01.toml."""
        return f"{self.program}/{self.effective_from.isoformat()}.toml"


@dataclass(frozen=True, slots=True)
class ProgramStore:
    """Reads and writes the partner's own program versions."""

    _db: Database
    _history: History

    def texts(self) -> tuple[ProgramText, ...]:
        """Return all versions, by program and day."""
        found = rows(self._db, "SELECT * FROM program ORDER BY program, effective_from")
        return tuple(ProgramText(r["program"], date.fromisoformat(r["effective_from"]), r["text"]) for r in found)

    def save(self, version: ProgramText) -> None:
        """Write a version; the one of that program and day is replaced. Raises BookError for a text it cannot keep."""
        self._history.writer.upsert("program", _row(version), ("program", version.program))

    def remove(self, version: ProgramText) -> None:
        """Delete the version of that program and day. Raises KeyError when there is none."""
        step = self._history.writer
        before = step.stored("program", version.name)
        if before is None:
            raise KeyError(version.name)
        step.delete("program", before, ("program", version.program))


def _row(version: ProgramText) -> Row:
    return {
        "id": codec.text(version.name, "program"),
        "program": version.program,
        "effective_from": version.effective_from.isoformat(),
        "text": codec.text(version.text, "text"),
    }
