"""Protected books: a passphrase for the whole file, through SQLCipher; what it takes to open one, and to know one.

A protected file begins with 16 bytes of chance, the salt, and is chance to whoever lacks the passphrase: no byte of it
says that it is a book. The key of a file is derived from passphrase and salt as SQLCipher 4 does it, so that any
program with SQLCipher opens a book with its passphrase. That takes a tenth of a second on purpose, so it is done once
for each salt; a book and its backups share one.

SQLCipher is only loaded for a protected book. SQLite's own module never opens a file that SQLCipher has open in this
process, nor the other way round: each would take the other's locks away.
"""

import hashlib
import hmac
import os
import sqlite3
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Final

from dealbook.book.errors import BookError

MAGIC: Final = b"SQLite format 3\0"
"""How every SQLite file begins that is not protected."""
SALT: Final = 16
PAGE: Final = 4096
_KEY: Final = 32
_SEAL: Final = 64
"""Bytes at the end of a page that say whether it is as SQLCipher wrote it under that key."""
_ROUNDS: Final = 256_000
_SEAL_ROUNDS: Final = 2
_SEAL_MASK: Final = 0x3A
_LOOKED_AT: Final = 64
"""So many pages are asked whether a passphrase is theirs: one that is whole will do."""
_TOO_REGULAR: Final = 450
"""Chance spreads the bytes of a page so evenly that their chi-square is 255, give or take 23."""


class Key:
    """A passphrase, held only while it is needed; it shows itself nowhere and cannot be written to a file."""

    __slots__ = ("_derived", "_passphrase", "_places")

    def __init__(self, passphrase: str) -> None:
        """Take a passphrase as it was typed; the same letters count, however a keyboard puts them together.

        Raises ValueError for an empty one.
        """
        if not passphrase:
            raise ValueError("a passphrase has at least one character")
        self._passphrase = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        self._derived: dict[bytes, bytes] = {}
        self._places: dict[Path, bytes] = {}

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Key(…)"

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Raise TypeError: a passphrase is not stored."""
        raise TypeError("a passphrase is not stored")

    def is_same(self, other: "Key") -> bool:
        """Whether it is the same passphrase."""
        return hmac.compare_digest(self._passphrase, other._passphrase)  # noqa: SLF001 - of the same class

    def of(self, path: Path) -> str:
        """Return what SQLCipher takes for the file at `path`, which is not open. Raises OSError."""
        with path.open("rb") as file:
            self._places[path] = file.read(SALT)
        return self.for_salt(self._places[path])

    def of_open(self, path: Path) -> str:
        """Return the same for a book that is open: it must not be read beside SQLite, which would lose its locks."""
        return self.for_salt(self._places[path])

    def fresh(self) -> str:
        """Return what SQLCipher takes for a new file of its own."""
        return self.for_salt(os.urandom(SALT))

    def for_salt(self, salt: bytes) -> str:
        """Return what SQLCipher takes for files with this salt: the derived key and the salt itself."""
        return f"x'{self._derive(salt).hex()}{salt.hex()}'"

    def opens(self, path: Path) -> bool:
        """Whether the file at `path` is protected with this passphrase, even where some of its pages are damaged."""
        with path.open("rb") as file:
            start = file.read(PAGE)
            salt = start[:SALT]
            seal_key = hashlib.pbkdf2_hmac(
                "sha512", self._derive(salt), bytes(byte ^ _SEAL_MASK for byte in salt), _SEAL_ROUNDS, _KEY
            )
            page, number = start[SALT:], 1
            while page and number <= _LOOKED_AT:
                seal = hmac.digest(seal_key, page[:-_SEAL] + number.to_bytes(4, "little"), "sha512")
                if hmac.compare_digest(seal, page[-_SEAL:]):
                    return True
                page, number = file.read(PAGE), number + 1
        return False

    def _derive(self, salt: bytes) -> bytes:
        if salt not in self._derived:
            self._derived[salt] = hashlib.pbkdf2_hmac("sha512", self._passphrase, salt, _ROUNDS, _KEY)
        return self._derived[salt]


def is_protected(path: Path) -> bool:
    """Whether the file at `path` looks like a protected book: its first page is nothing but chance. Raises OSError."""
    with path.open("rb") as file:
        page = file.read(PAGE)
    if len(page) < PAGE:
        return False
    even = PAGE / 256
    found = Counter(page)
    return sum((found[byte] - even) ** 2 / even for byte in range(256)) < _TOO_REGULAR


def unlocking(path: Path, key: Key | None) -> str:
    """Return what a connection to a file that is not open takes, "" for a plain one; whether `key` fits, nobody asks.

    Raises BookError (protected) where there is no key to a protected file, and OSError.
    """
    if not is_protected(path):
        return ""
    if key is None:
        raise BookError("protected", path=str(path))
    return key.of(path)


def unlocking_open(path: Path, key: Key | None) -> str:
    """Return what a further connection to an open book takes: its key is None where it is not protected."""
    return "" if key is None else key.of_open(path)


def connect(address: str, unlock: str = "", **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - sqlite3.connect's
    """Connect to the database at an address (`file:…`), through SQLCipher where there is something to unlock.

    Whatever SQLCipher refuses is raised as the error of `sqlite3` that it is. Raises BookError (no-cipher).
    """
    if unlock:
        return ciphering(address, unlock, **options)
    connection: sqlite3.Connection = sqlite3.connect(address, uri=True, **options)
    return connection


def ciphering(address: str, unlock: str = "", **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - the same
    """Connect through SQLCipher in any case: it can attach plain files and protected ones beside one another."""
    try:
        from dealbook.book.sqlcipher import open_connection
    except ImportError as error:
        raise BookError("no-cipher", reason=str(error)) from error
    return open_connection(address, unlock, **options)
