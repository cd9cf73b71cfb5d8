"""Lets tests that know nothing of passphrases run on protected books: what they call gets the key by itself."""

import sqlite3
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from sqlcipher3 import dbapi2

from dealbook.book import backup, cipher, connection, contrast, restore
from dealbook.book.cipher import Key
from dealbook.book.connection import Book
from dealbook.book.protecting import Change, protect
from tests.book import records

PASSPHRASE: Final = "Kaffee \N{LATIN SMALL LETTER U WITH DIAERESIS}ber 'alles' \"\N{HOT BEVERAGE}"
KEY: Final = Key(PASSPHRASE)
_SALT: Final = bytes(range(16))


def create_protected(path: Path, key: Key | None = KEY) -> Book:
    """Make a new book, protect it, and open it."""
    made = connection.create_book(path)
    if key is None:
        return made
    made.close()
    protect(Change(path, None, key))
    return connection.open_book(path, key)


def connect(place: Path | str, *, uri: bool = False, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - sqlite3's
    """Connect to a book with the key, also to one that is open; to a plain one, and one that is to be, without."""
    path = Path(url2pathname(urlsplit(str(place)).path)) if uri else Path(place)
    address = str(place) if uri else path.as_uri()
    if path in KEY._places:
        return cipher.connect(address, KEY.of_open(path), **options)
    is_protected = path.is_file() and cipher.is_protected(path)
    return cipher.connect(address, KEY.of(path) if is_protected else "", **options)


def have_protected(module: ModuleType, patch: pytest.MonkeyPatch) -> None:
    """Have what a test module calls work on protected books."""
    patch.setattr(Key, "fresh", lambda self: self.for_salt(_SALT))  # a derived key takes its time
    ours = {
        "create_book": create_protected,
        "open_book": lambda path: connection.open_book(path, KEY),
        "refresh": lambda book, stop=lambda: False: backup.refresh(book, stop, KEY),
        "back_up": lambda book, reason, source: backup.back_up(book, reason, source, KEY),
        "contents": lambda path: contrast.contents(path, KEY),
        "contrast": lambda *args, **named: contrast.contrast(*args, **named, key=KEY, backup_key=KEY),
        "restore": lambda *args: restore.restore(*args, key=KEY, backup_key=KEY),
        "sqlite3": SimpleNamespace(**(vars(sqlite3) | {"connect": connect, "Row": dbapi2.Row})),
    }
    for name, replacement in ours.items():
        if hasattr(module, name):
            patch.setattr(module, name, replacement)
    patch.setattr(records, "sqlite3", ours["sqlite3"])
