"""Finds deals by words: every word must occur somewhere in a deal's text, also inside a word.

Words of three letters and more are asked of the full-text index; shorter ones are looked for in the texts themselves,
of which the index leaves few.
"""

from typing import Final

from sqlite_utils import Database

from dealbook.book.folding import words_of

_INDEXED: Final = 3
"""The index knows letters by threes."""
_FROM: Final = "SELECT id FROM deal_text"


def find(db: Database, text: str) -> list[str]:
    """Return the ids of the deals in whose text every word of `text` occurs."""
    indexed: list[tuple[str, ...]] = []
    short: list[tuple[str, ...]] = []
    for spellings in words_of(text):
        (indexed if all(len(one) >= _INDEXED for one in spellings) else short).append(spellings)
    tests, values = [], []
    if indexed:
        tests.append("n IN (SELECT rowid FROM deal_search WHERE deal_search MATCH ?)")
        values.append(" AND ".join(f"({' OR '.join(map(_phrase, spellings))})" for spellings in indexed))
    for spellings in short:
        tests.append(f"({' OR '.join(['instr(words, ?) > 0'] * len(spellings))})")
        values += spellings
    sql = f"{_FROM} WHERE {' AND '.join(tests)}" if tests else _FROM
    return [key for (key,) in db.execute(sql, values)]


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
