"""Settings: how this book likes to be shown. They have no history: undo never leaves meeting mode."""

import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.faults import step_refusal
from dealbook.book.steps import History


@dataclass(frozen=True, slots=True)
class SettingStore:
    """Reads and writes settings by key, as "language" or "meeting_mode"."""

    _db: Database
    _history: History

    def get(self, key: str, default: str = "") -> str:
        """Return a setting, or `default` where it was never set."""
        found = self._db.execute("SELECT value FROM setting WHERE id = ?", (key,)).fetchone()
        return default if found is None else str(found[0])

    def set(self, key: str, value: str) -> None:
        """Keep a setting at once; inside a step it is announced with it, as ("setting", key), and fails with it."""
        if not self._history.is_open:
            self._history.ensure_writable(key)
        values = (codec.text(key, "key"), codec.text(value, key))
        try:
            self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", values)  # commits itself outside of a step
        except sqlite3.OperationalError as error:
            raise step_refusal(key, error) from error
        if self._history.is_open:
            self._history.writer.announce(("setting", key))
