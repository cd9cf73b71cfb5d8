"""What a passphrase opens, what a protected file looks like, and that plain books know nothing of it."""

import pickle
import random
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from dealbook.book import cipher
from dealbook.book.cipher import PAGE, Key, connect, is_protected
from dealbook.book.connection import BookError, create_book, open_book
from dealbook.book.errors import REFUSALS
from dealbook.book.protecting import Change, protect
from tests.book import test_steps
from tests.book.protection import KEY, PASSPHRASE, create_protected, have_protected
from tests.book.records import files, fill

SALT = bytes(range(16))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed book, protected with `KEY`."""
    book = create_protected(tmp_path / "a.dealbook")
    fill(book)
    book.close()
    return book.path


# --- passphrases


def test_a_wrong_passphrase_says_so_and_nothing_else(path: Path, tmp_path: Path) -> None:
    before = files(tmp_path)
    for wrong in ("x", PASSPHRASE + " ", PASSPHRASE.upper(), "x'" + "00" * 32 + "'", "'; DROP TABLE deal; --"):
        with pytest.raises(BookError) as refused:
            open_book(path, Key(wrong))
        assert str(refused.value) == "That is not the passphrase of this book."
        assert wrong not in repr(refused.value.facts)
    assert files(tmp_path) == before


def test_without_a_passphrase_it_is_protected(path: Path, tmp_path: Path) -> None:
    before = files(tmp_path)
    with pytest.raises(BookError) as refused:
        open_book(path)
    assert refused.value.code == "protected"
    assert files(tmp_path) == before


def test_letters_count_however_they_are_put_together(path: Path) -> None:
    typed = unicodedata.normalize("NFD", PASSPHRASE)
    assert typed != PASSPHRASE
    open_book(path, Key(typed)).close()


@given(st.text(min_size=1))
def test_any_text_is_a_passphrase(text: str) -> None:
    salts = cipher.Key(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "_ROUNDS", 1)
        assert salts.for_salt(SALT).startswith("x'")
        assert salts.is_same(Key(text))
        assert not salts.is_same(Key(text + "x"))


@pytest.mark.parametrize("text", ["'", '"', "x'00'", "\x00", "ü\U0001f511", "\ud800", "a" * 5000, " "])
def test_strange_passphrases_open_a_book(tmp_path: Path, text: str) -> None:
    book = create_protected(tmp_path / "a.dealbook", Key(text))
    book.close()
    open_book(book.path, Key(text)).close()
    with pytest.raises(BookError):
        open_book(book.path, Key(text + "."))


def test_an_empty_one_is_none() -> None:
    with pytest.raises(ValueError, match="at least one character"):
        Key("")


def test_a_key_shows_and_stores_nothing() -> None:
    assert PASSPHRASE not in repr(KEY)
    assert repr(KEY) == "Key(…)"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


def test_a_plain_book_ignores_a_passphrase(tmp_path: Path) -> None:
    create_book(tmp_path / "a.dealbook").close()
    book = open_book(tmp_path / "a.dealbook", KEY)
    assert book.key is None
    book.close()


# --- files


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("words", " ".join(str(number**7) for number in range(20_000)))


def _packed(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(i * i % 251 for i in range(99_999)), 0))


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("a deal\n" * 9000),
        lambda path: path.write_bytes(bytes(8 * PAGE)),
        lambda path: path.write_bytes(random.Random(1).randbytes(PAGE - 1)),
        lambda path: create_book(path).close(),
        _zip,
        _packed,
    ],
)
def test_other_files_do_not_look_protected(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "file"
    make(path)
    assert not is_protected(path)


def test_chance_looks_protected(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for seed in range(200):
        path.write_bytes(random.Random(seed).randbytes(PAGE))
        assert is_protected(path)


@pytest.mark.parametrize("place", [20, 3000, PAGE - 10])
def test_a_damaged_first_page_is_damage_and_no_wrong_passphrase(
    path: Path, place: int, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(BookError) as refused:
        open_book(path, KEY)
    assert refused.value.code == "damaged"
    with pytest.raises(BookError) as refused:
        open_book(path, Key("other"))
    assert refused.value.code == "wrong-passphrase"
    assert capfd.readouterr() == ("", ""), "SQLCipher would write to the terminal of itself"


def test_a_book_that_is_cut_off_is_damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 5 * PAGE + 100])
    with pytest.raises(BookError) as refused:
        open_book(path, KEY)
    assert refused.value.code == "damaged"


def test_another_protected_database_is_no_book(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(connect(path.as_uri(), KEY.for_salt(SALT))) as other:
        other.execute("CREATE TABLE deal (id TEXT)")
    with pytest.raises(BookError) as refused:
        open_book(path, KEY)
    assert refused.value.code == "not-a-book"


# --- SQLCipher as if it were sqlite3


def test_what_sqlcipher_refuses_is_an_error_of_sqlite3(path: Path) -> None:
    book = open_book(path, KEY)
    for sql, kind, number in (
        ("SELECT * FROM nowhere", sqlite3.OperationalError, sqlite3.SQLITE_ERROR),
        ("INSERT INTO setting VALUES (NULL, 1)", sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT),
    ):
        for ask in (book._db.execute, book._db.conn.execute, book._db.conn.cursor().execute):
            with pytest.raises(kind) as raised:
                ask(sql)
            assert raised.value.sqlite_errorcode & 0xFF == number
    with pytest.raises(sqlite3.ProgrammingError):
        book._db.conn.executemany("INSERT INTO setting VALUES (?, ?)", [("x",)])
    cursor = book._db.execute("SELECT abs(value) FROM (SELECT 1 AS value UNION ALL SELECT -9223372036854775808)")
    with pytest.raises(sqlite3.OperationalError, match="overflow"):
        list(cursor)
    book.close()


def test_it_has_what_the_tables_need(path: Path) -> None:
    book = open_book(path, KEY)
    book._db.execute("CREATE VIRTUAL TABLE temp.found USING fts5(words, tokenize = 'trigram')")
    book._db.execute("INSERT INTO temp.found VALUES ('Müller & Söhne')")
    assert book._db.execute("SELECT count(*) FROM temp.found WHERE found MATCH 'üll'").fetchone() == (1,)
    book.close()


def test_without_sqlcipher_a_protected_book_says_what_it_needs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    monkeypatch.delitem(sys.modules, "dealbook.book.sqlcipher")
    with pytest.raises(BookError, match="protected books need sqlcipher3") as refused:
        open_book(path, KEY)
    assert refused.value.code == "no-cipher"


def test_a_plain_book_loads_none_of_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from dealbook.book.connection import create_book\n"
        "create_book(Path(sys.argv[1])).close(); print('sqlcipher3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "a"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_random_steps_are_undone_in_a_protected_book(monkeypatch: pytest.MonkeyPatch) -> None:
    have_protected(test_steps, monkeypatch)
    run_state_machine_as_test(test_steps.BooksUndoEverything)


def test_the_words_for_a_wrong_passphrase_stand_alone() -> None:
    assert REFUSALS["wrong-passphrase"] == "That is not the passphrase of this book."


def test_removing_and_setting_again_takes_another_salt(path: Path) -> None:
    first = path.read_bytes()[:16]
    protect(Change(path, KEY, None))
    protect(Change(path, None, KEY))
    assert path.read_bytes()[:16] != first
