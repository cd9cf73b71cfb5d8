"""Reads one section of a file after its table of keys, and collects problems with their key path.

Owns the plain kinds (text, day, count, …) that program, deal and partner files share. What is wrong becomes a
`Problem`; reading goes on, so that one run shows everything. A section that had a problem must not be used.
"""

import contextlib
import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.problem import Problem, ProblemsError, Severity
from dealbook.programs.grammar import Key, Section
from dealbook.programs.limits import MOST_ITEMS, MOST_PROBLEMS, refuse_beyond
from dealbook.programs.places import Lines, lines_of

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,12})?\Z")
_RATE: Final = re.compile(r"\s*([+-]?\d{1,9}(?:\.\d{1,40})?)\s*([%x])\s*\Z")
_MOST_MONTHS: Final = 1200
_LONGEST_SHOWN: Final = 300
_MOST_DIGITS: Final = 15
"""Digits before the point, as in `_NUMBER`."""
_MOST_DECIMALS: Final = 40
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that nobody sees and that turn what is seen into something else: controls, changes of direction."""

Raw = Mapping[str, Any]
Parser = Callable[["Reader", Any, str, Key], Any]


def load_toml(text: str, name: str) -> dict[str, Any]:
    """Parse TOML with exact decimals; raises ProblemsError with the line where it is not TOML or beyond the limits."""
    refuse_beyond(text, name)
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProblemsError([Problem("not-toml", name, {"message": str(error)})]) from None
    except (RecursionError, ValueError, ArithmeticError):
        raise ProblemsError([Problem("not-toml", name, {"message": "a number is too long to be one"})]) from None


def nearest(found: str, known: Iterable[str]) -> str:
    """Return the known name that is most like `found`, or nothing where none is like it."""
    match = difflib.get_close_matches(found, list(known), 1, 0.5)
    return match[0] if match else ""


def parse_rate(text: str) -> Decimal | None:
    """Return a rate as a fraction: 15% is 0.15, 8x is 8; None where the text is no rate (programs.md §2)."""
    match = _RATE.match(text)
    if match is None:
        return None
    figure = Decimal(match[1])
    return figure.scaleb(-2) if match[2] == "%" else figure


def parse_figure(raw: object) -> Decimal | None:
    """Return a number or a rate as a Decimal; None for anything else, and for what is not finite or absurdly long."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        raw = Decimal(raw) if abs(raw) < 10**15 else None
    if isinstance(raw, Decimal):
        return raw if raw.is_finite() and _is_moderate(raw) else None
    if isinstance(raw, str):
        return Decimal(raw.strip()) if _NUMBER.match(raw.strip()) else parse_rate(raw)
    return None


def _is_moderate(figure: Decimal) -> bool:
    """Say whether a figure has no more digits than a rate or an amount can need; more would take hours."""
    exponent = figure.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DECIMALS and figure.adjusted() < _MOST_DIGITS


class Reader:
    """Reads sections and gathers what is wrong with them."""

    def __init__(self, parsers: "Mapping[str, Parser] | None" = None) -> None:
        """Start with no problems; `parsers` adds kinds of the caller's own."""
        self.problems: list[Problem] = []
        self.parsers = {**PLAIN, **(parsers or {})}

    def wrong(self, code: str, where: str, severity: Severity = Severity.ERROR, **facts: object) -> None:
        """Note a problem; raises ProblemsError with all of them where there are too many to be of use."""
        self.problems.append(Problem(code, where, {name: _brief(str(fact)) for name, fact in facts.items()}, severity))
        if len(self.problems) >= MOST_PROBLEMS:
            raise ProblemsError(self.problems)

    def locate(self, lines: Lines) -> None:
        """Add the line to each problem, where it can be told."""
        self.problems = [lines.located(problem) for problem in self.problems]

    @contextlib.contextmanager
    def judging(self, text: str) -> Iterator[None]:
        """Read a text's sections inside; raises ProblemsError at the end with every problem and its line."""
        with contextlib.suppress(ProblemsError):  # too many problems: those that were found are enough
            yield
        if self.problems:
            self.locate(lines_of(text))
        self.stop_if_wrong()

    def stop_if_wrong(self) -> None:
        """Raise ProblemsError with everything that was found, if anything stops the result."""
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            raise ProblemsError(self.problems)

    def section(self, raw: object, keys: Section, where: str) -> dict[str, Any]:
        """Return the section's values by key, with defaults; what is unknown, missing or wrong becomes a problem."""
        if not isinstance(raw, Mapping):
            self.wrong("wrong-kind", where, found=show(raw), expected="a table")
            return {name: key.default for name, key in keys.items()}
        for name in raw:
            if name not in keys:
                self.wrong("unknown-key", join(where, name), found=name, nearest=nearest(name, keys))
        return {name: self._key(raw, name, key, where) for name, key in keys.items()}

    def _key(self, raw: Raw, name: str, key: Key, where: str) -> Any:  # noqa: ANN401 - the parser decides
        if name in raw:
            return self.parse(key, raw[name], join(where, name))
        if key.required:
            self.wrong("missing-key", join(where, name), key=name)
        return key.default

    def parse(self, key: Key, raw: object, where: str) -> Any:  # noqa: ANN401 - the parser decides
        """Return one key's value as its kind says; None where it is wrong."""
        return self.parsers[key.kind](self, raw, where, key)

    def tables(self, raw: object, keys: Section, where: str) -> list[dict[str, Any]]:
        """Return an array of sections."""
        return [self.section(one, keys, f"{where}[{i}]") for i, one in enumerate(self.array(raw, where))]

    def array(self, raw: object, where: str, most: int = MOST_ITEMS) -> list[Any]:
        """Return an array of at most `most` items; anything else is a problem."""
        if isinstance(raw, list | tuple):
            if len(raw) <= most:
                return list(raw)
            self.wrong("too-many", where, found=len(raw), most=most)
            return []
        self.wrong("wrong-kind", where, found=show(raw), expected="a list")
        return []

    def text(self, raw: object, where: str, _key: Key) -> str | None:
        """Return a text without control characters."""
        if isinstance(raw, str) and not _UNSEEN.search(raw):
            return raw
        if isinstance(raw, str):
            self.wrong("unseen-character", where, found=", ".join(f"U+{ord(c):04X}" for c in _UNSEEN.findall(raw)[:3]))
            return None
        self.wrong("wrong-kind", where, found=show(raw), expected="text")
        return None

    def choice(self, raw: object, where: str, key: Key) -> str | None:
        """Return one of the key's choices."""
        if isinstance(raw, str) and raw in key.choices:
            return raw
        near = nearest(str(raw), key.choices)
        self.wrong("unknown-name", where, found=show(raw), expected=", ".join(key.choices), nearest=near)
        return None

    def day(self, raw: object, where: str, _key: Key) -> date | None:
        """Return a day, written as a TOML date or as its text."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if isinstance(raw, str):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(raw)
        self.wrong("wrong-kind", where, found=show(raw), expected="a day like 2026-03-10")
        return None

    def flag(self, raw: object, where: str, _key: Key) -> bool | None:
        """Return true or false."""
        if isinstance(raw, bool):
            return raw
        self.wrong("wrong-kind", where, found=show(raw), expected="true or false")
        return None

    def count(self, raw: object, where: str, _key: Key, least: int = 0) -> int | None:
        """Return a whole number from `least` on."""
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= _MOST_MONTHS * 1000:
            return raw
        self.wrong("wrong-kind", where, found=show(raw), expected=f"a whole number from {least}")
        return None

    def fraction(self, raw: object, where: str, _key: Key) -> Decimal | None:
        """Return a rate or number as a fraction."""
        figure = parse_figure(raw)
        if figure is None:
            self.wrong("not-a-rate", where, found=show(raw))
        return figure

    def price(self, raw: object, where: str, _key: Key) -> Decimal | None:
        """Return an amount or number; a rate is none."""
        figure = parse_figure(raw)
        if figure is None or (isinstance(raw, str) and not _NUMBER.match(raw.strip())):
            self.wrong("not-a-number", where, found=show(raw))
            return None
        return figure

    def quantity(self, raw: object, where: str, key: Key) -> Decimal | None:
        """Return a number of 0 or more."""
        figure = self.price(raw, where, key)
        if figure is not None and figure < 0:
            self.wrong("negative", where, found=show(raw))
            return None
        return figure

    def texts(self, raw: object, where: str, key: Key) -> frozenset[str]:
        """Return a set of texts."""
        return frozenset(self.text_list(raw, where, key))

    def text_list(self, raw: object, where: str, key: Key) -> tuple[str, ...]:
        """Return texts in the order of the file."""
        items = (self.text(item, f"{where}[{i}]", key) for i, item in enumerate(self.array(raw, where)))
        return tuple(item for item in items if item is not None)

    def choices(self, raw: object, where: str, key: Key) -> frozenset[str]:
        """Return a set of the key's choices."""
        items = (self.choice(item, f"{where}[{i}]", key) for i, item in enumerate(self.array(raw, where)))
        return frozenset(item for item in items if item is not None)


def _pattern(pattern: re.Pattern[str], expected: str) -> Parser:
    def parse(reader: Reader, raw: object, where: str, _key: Key) -> str | None:
        if isinstance(raw, str) and pattern.match(raw):
            return raw
        reader.wrong("wrong-kind", where, found=show(raw), expected=expected)
        return None

    return parse


PLAIN: Final[Mapping[str, Parser]] = {
    "text": Reader.text,
    "id": _pattern(_ID, "a name of letters, digits, '-', '_' and '.'"),
    "currency": _pattern(_CURRENCY, "a currency code like EUR"),
    "choice": Reader.choice,
    "choices": Reader.choices,
    "day": Reader.day,
    "flag": Reader.flag,
    "count": Reader.count,
    "positive count": lambda reader, raw, where, key: reader.count(raw, where, key, least=1),
    "fraction": Reader.fraction,
    "price": Reader.price,
    "quantity": Reader.quantity,
    "texts": Reader.texts,
    "text or texts": lambda reader, raw, where, key: reader.texts([raw] if isinstance(raw, str) else raw, where, key),
    "text list": Reader.text_list,
    "table": lambda _reader, raw, _where, _key: raw,
    "tables": lambda _reader, raw, _where, _key: raw,
    "named tables": lambda _reader, raw, _where, _key: raw,
    "raw": lambda _reader, raw, _where, _key: raw,
    "any": lambda _reader, raw, _where, _key: raw,
}
"""The kinds that every file shares; "table" and its like are read by the section's own code."""


def join(where: str, name: str) -> str:
    """Return the key path of `name` inside `where`; a name of absurd length is cut."""
    name = _brief(name)
    return f"{where}.{name}" if where else name


def _brief(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def show(raw: object) -> str:
    """Return what was found, short enough for a message."""
    if isinstance(raw, int) and raw.bit_length() > 200:  # noqa: PLR2004 - Python refuses to write out a very long one
        return "a number of very many digits"
    text = repr(raw[:60]) if isinstance(raw, str) else str(raw)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 - a message's line
