"""What belongs to this computer and not to a book: language, appearance, the window's place, books opened lately."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings

from dealbook import paths
from dealbook.gui.theme import Appearance

RECENT: Final = 8
"""How many books are remembered."""


class Preferences:
    """Reads and writes `screen.ini` in the user's configuration folder; each change is written at once."""

    def __init__(self, file: Path | None = None) -> None:
        """Open the preferences; `file` names another place than the usual one."""
        self._settings = QSettings(str(file or paths.user_config() / "screen.ini"), QSettings.Format.IniFormat)

    @property
    def language(self) -> str:
        """The code of the screen's language; empty for the computer's."""
        return str(self._settings.value("language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._settings.setValue("language", code)

    @property
    def appearance(self) -> Appearance:
        """Light, dark, or as the system has it."""
        chosen = str(self._settings.value("appearance", ""))
        return Appearance(chosen) if chosen in list(Appearance) else Appearance.SYSTEM

    @appearance.setter
    def appearance(self, appearance: Appearance) -> None:
        self._settings.setValue("appearance", str(appearance))

    @property
    def recent(self) -> tuple[Path, ...]:
        """The books opened lately, the latest first; those that are gone are left out."""
        return tuple(path for path in map(Path, self._recent()) if path.is_file())

    def remember(self, book: Path) -> None:
        """Put a book first among the recent ones."""
        name = str(book.resolve())
        kept = [name, *(other for other in self._recent() if other != name)]
        self._settings.setValue("recent", kept[:RECENT])

    @property
    def geometry(self) -> QByteArray:
        """The window's size and place when it was last closed; empty at first."""
        stored = self._settings.value("geometry")
        return stored if isinstance(stored, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    def _recent(self) -> Sequence[str]:
        stored = self._settings.value("recent", [])
        if isinstance(stored, str):  # QSettings gives a list of one back as its only text
            return [stored] if stored else []
        return [str(name) for name in stored] if isinstance(stored, list) else []
