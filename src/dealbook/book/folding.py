"""Words as a search compares them: without regard to case and accents, umlauts in both spellings.

"Müller" is found by "müller", "muller" and "mueller"; "Mueller" by "mueller" and "müller". ß is ss.
"""

import unicodedata
from typing import Final

_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_PLAIN: Final = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def folded(text: str) -> str:
    """Return a text without regard to case and accents."""
    return _plain(unicodedata.normalize("NFKC", text).casefold())


def searchable(text: str) -> str:
    """Return what a search looks through: the folded text, and on a line more its words with umlauts spelled out."""
    plain = folded(text)
    spelled = {form: None for word in text.split() for form in forms(word)[1:]}
    return "\n".join((plain, " ".join(spelled))) if spelled else plain


def forms(word: str) -> tuple[str, ...]:
    """Return a word as it may stand in a searchable text: folded, and with its umlauts spelled out if it has some."""
    composed = unicodedata.normalize("NFKC", word).casefold()
    plain, spelled = _plain(composed), _plain(composed.translate(_SPELLED))
    return (plain,) if spelled == plain else (plain, spelled)


def words_of(text: str) -> list[tuple[str, ...]]:
    """Return the words that somebody typed, each as it may stand; what cannot stand in a text is no word."""
    typed = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return [forms(word) for word in typed.split() if folded(word).strip()]


def matches(words: str, text: str) -> bool:
    """Tell whether every word of `text` occurs in a searchable text."""
    return all(any(form in words for form in found) for found in words_of(text))


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).translate(_PLAIN)
    return "".join(char for char in apart.casefold() if not unicodedata.combining(char))
