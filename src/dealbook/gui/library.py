"""Opening and making books; remembers which were opened lately."""

from pathlib import Path
from typing import Final

from dealbook import paths
from dealbook.book.cipher import Key
from dealbook.book.connection import create_book, open_book
from dealbook.desk.session import Session
from dealbook.domain.partner import Partner
from dealbook.gui.preferences import Preferences
from dealbook.gui.words import current, mark

SUFFIX: Final = ".dealbook"
SAMPLE: Final = "Sample"
NEW: Final = mark("New book")


class Library:
    """Hands out sessions, one for each book that is opened. All of it may raise BookError, and then nothing is open."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def open(self, path: Path, key: Key | None = None) -> Session:
        """Open a book; a protected one with its key."""
        session = Session(open_book(path, key))
        self._preferences.remember(path)
        return session

    def create(self, path: Path, partner: str, currency: str) -> Session:
        """Make a new book of a partner, at `path`; the file's name gets the ending of a book where it has none.

        A partner that cannot be kept leaves no file.
        """
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        session = Session(create_book(path))
        try:
            with session.step(NEW) as step:
                step.is_lasting = True  # Undo in a fresh book must not take the partner's name and currency away
                session.book.partner.save(Partner(name=partner, currency=currency, language=current().code))
        except BaseException:
            session.close()
            path.unlink(missing_ok=True)
            raise
        self._preferences.remember(path)
        return session

    def sample(self) -> Path:
        """Return where the sample book lies, made on its first use."""
        path = paths.user_data() / f"{SAMPLE}{SUFFIX}"
        if not path.exists():
            from dealbook.desk.sample import make_sample_book

            make_sample_book(path)
        return path
