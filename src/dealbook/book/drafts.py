"""What somebody is writing of a program, kept apart from the versions that govern."""

from dataclasses import dataclass, replace

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.ids import new_id
from dealbook.book.rows import rows
from dealbook.book.steps import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is not in force and may not even be TOML.

    `program` is the id of the program it is for, `base` the name of the version it started from
    (nfon-ngage/2022-01-01.toml); both are empty where it started from nothing.
    """

    program: str
    base: str
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class DraftStore:
    """Reads and writes the drafts of program versions."""

    _db: Database
    _history: History

    def all(self) -> tuple[Draft, ...]:
        """Return all drafts, in the order in which they were begun."""
        return tuple(Draft(**row) for row in rows(self._db, "SELECT * FROM draft ORDER BY id"))

    def save(self, draft: Draft) -> Draft:
        """Write a draft and return it; a new one gets its id. Raises BookError for a text the book cannot keep."""
        draft = draft if draft.id else replace(draft, id=new_id())
        cells = {name: codec.text(getattr(draft, name), name) for name in ("program", "base", "text")}
        self._history.writer.upsert("draft", {"id": draft.id, **cells}, ("draft", draft.id))
        return draft

    def remove(self, draft_id: str) -> None:
        """Delete a draft. Raises KeyError when there is none."""
        step = self._history.writer
        before = step.stored("draft", draft_id)
        if before is None:
            raise KeyError(draft_id)
        step.delete("draft", before, ("draft", draft_id))
