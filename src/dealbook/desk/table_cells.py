"""What stands in a cell of a table, read as what its column holds; what cannot be read is a fault with its words.

Texts are read in the forms of one language, figures and days of a workbook as they are. Nothing is guessed at.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from dealbook.desk.forms import NO, YES, fill
from dealbook.desk.table_fields import ALSO, CHOICES, SPECS, Field, Kind, folded
from dealbook.desk.wording import problem_text
from dealbook.domain.deal import RampStep, Role
from dealbook.domain.money import ONE, minor_digits
from dealbook.domain.problem import Problem
from dealbook.language import LANGUAGES, Language, language
from dealbook.tables.grid import Cell

FAULTS: Final = {
    "not-a-number": "“{found}” is no number.",
    "too-large": "“{found}” is too large.",
    "not-whole": "“{found}” is no whole number.",
    "not-a-day": "“{found}” is no day. Days are written like 2026-03-10 or 10.3.2026.",
    "not-a-choice": "“{found}” is not known here. One of these can stand here: {expected}.",
    "not-a-flag": "“{found}” is neither yes nor no.",
    "not-a-currency": "“{found}” is no currency; write its three letters, like EUR.",
    "not-a-country": "“{found}” is no country; write its two letters, like DE.",
    "not-a-ramp": "“{found}” is no ramp; it is written as month: quantity, like 1: 20; 7: 40.",
    "bad-character": "The text holds a character that cannot be kept.",
    "too-many-decimals": "{found} has more decimals than {expected} has.",
    "missing": "This must not be empty.",
    "no-category": "There is no category. Choose one for lines without.",
    "differs": "“{found}” here, but “{expected}” in row {row} of the same deal.",
    "same-currency": "A rate leads from one currency to another one.",
    "not-positive": "A rate is more than 0.",
    "double-rate": "There is a rate of these two currencies on that day already.",
}

_UNFIT: Final = re.compile("[\0\ud800-\udfff]")
"""What SQLite does not keep."""
_DIGITS: Final = 12
"""As many digits before its decimal point as `Language.parse_number` reads."""
_DASHES: Final = frozenset({"", "-", "\N{EN DASH}", "\N{MINUS SIGN}"})
_TRUE: Final = frozenset({"1", "x", "true", "wahr", "vrai", "y", "j", "o"})
_FALSE: Final = frozenset({"0", "false", "falsch", "faux", "n", *_DASHES})
_CURRENCY, _COUNTRY = 3, 2
_TIME: Final = re.compile(r"[T ]\s*\d{1,2}:\d\d(:\d\d(\.\d+)?)?\s*([AaPp][Mm]|Z|[+-]\d\d:?\d\d)?$")
"""The time of a day, as CRMs write it behind the day."""
_SHORT_YEAR: Final = re.compile(r"(\d{1,2}([./])\d{1,2}\2)(\d\d)")
_MONTHS: Final = re.compile(r"(.*\d)\s*(months?|mos?\.?|monate?n?|mon\.?|mois)", re.IGNORECASE)
_YEARS: Final = re.compile(r"(.*\d)\s*(years?|yrs?\.?|jahre?n?|ans?)", re.IGNORECASE)
_IN_MONTHS: Final = frozenset({Field.TERM, Field.RENEWAL_TERM, Field.FREE_MONTHS})
_NO_CENTS: Final = re.compile(r"[.,](-{1,2}|\N{EN DASH}|\N{EM DASH})$")
"""What stands in place of cents: 89,– is 89."""


class Fault(NamedTuple):
    """What is wrong in a row: in a column, or (None) with the row as a whole. `problem` is one of the deal's checks."""

    row: int
    column: int | None
    code: str = ""
    facts: Mapping[str, str] = {}
    problem: Problem | None = None

    def text(self, words: Language) -> str:
        """Return it as a sentence."""
        if self.problem is not None:
            return problem_text(self.problem, words)
        return fill(words.text(FAULTS[self.code]), self.facts)


class CellError(ValueError):
    """A cell that cannot be read: a code of `FAULTS` and its facts."""

    def __init__(self, code: str, found: str = "", expected: str = "") -> None:
        """Keep what the sentence needs."""
        super().__init__(code)
        self.code = code
        self.facts = {"found": found, "expected": expected}


def read_cell(field: Field, cell: Cell, words: Language) -> object:
    """Return what a cell means for a field; None where it is empty. Raises CellError."""
    if cell is None or cell == "":
        return None
    return _READERS[SPECS[field].kind](field, cell, words)


def shown(cell: Cell, words: Language) -> str:
    """Return a cell as a person would write it."""
    match cell:
        case None:
            return ""
        case bool():
            return words.text(YES if cell else NO)
        case Decimal():
            return words.number(cell)
        case date():
            return words.short_date(cell)
    return cell


def check_decimals(amount: Decimal, currency: str, words: Language) -> None:
    """Raise CellError where an amount has more decimals than its currency."""
    if amount != round(amount, minor_digits(currency)):
        raise CellError("too-many-decimals", words.number(amount), currency)


def _text(_field: Field, cell: Cell, words: Language) -> str:
    text = f"{cell:f}" if isinstance(cell, Decimal) else shown(cell, words)
    if _UNFIT.search(text):
        raise CellError("bad-character")
    return text


def _number(_field: Field, cell: Cell, words: Language) -> Decimal:
    if isinstance(cell, Decimal):
        if cell.adjusted() >= _DIGITS:
            raise CellError("too-large", f"{cell}")
        return cell
    text = shown(cell, words)
    try:
        return words.parse_number(text)
    except ValueError:
        digits = text.partition(words.decimal_point)[0]
        is_long = sum(map(str.isdigit, digits)) > _DIGITS and not any(map(str.isalpha, digits))
        raise CellError("too-large" if is_long else "not-a-number", text) from None


def _whole(field: Field, cell: Cell, words: Language) -> int:
    factor = 1
    if field in _IN_MONTHS and isinstance(cell, str):
        for form, months in ((_MONTHS, 1), (_YEARS, 12)):
            if found := form.fullmatch(cell):
                cell, factor = found[1], months
                break
    figure = factor * _number(field, cell, words)
    if figure != int(figure):
        raise CellError("not-whole", shown(cell, words))
    return int(figure)


def _money(field: Field, cell: Cell, words: Language) -> Decimal:
    if isinstance(cell, str):
        cell = _NO_CENTS.sub("", cell.strip("€$£¥ "))
        cell = (
            cell.strip("€$£¥").removeprefix("CHF").removeprefix("EUR").removesuffix("CHF").removesuffix("EUR").strip()
        )
    return _number(field, cell, words)


def _share(field: Field, cell: Cell, words: Language) -> Decimal:
    """Read a fraction: with its sign in per cent; without, up to 1 as a fraction and above in per cent."""
    if isinstance(cell, str):
        if cell in _DASHES:
            return Decimal(0)
        if cell.endswith("%"):
            return _number(field, cell.removesuffix("%").strip(), words) / 100
    figure = _number(field, cell, words)
    return figure if figure <= ONE else figure / 100


def _day(_field: Field, cell: Cell, words: Language) -> date:
    if isinstance(cell, date):
        return cell
    text = _TIME.sub("", shown(cell, words))
    if short := _SHORT_YEAR.fullmatch(text):
        text = f"{short[1]}20{short[3]}"
    for one in (words, *(language(code) for code in LANGUAGES)):
        try:
            return one.parse_day(text)
        except ValueError:
            continue
    raise CellError("not-a-day", text)


def _choice(field: Field, cell: Cell, words: Language) -> str:
    text = shown(cell, words)
    value = _known_choices(field).get(folded(text))
    if value is None:
        raise CellError("not-a-choice", text, ", ".join(words.text(name) for name in CHOICES[field].values()))
    return value


@cache
def _known_choices(field: Field) -> dict[str, str]:
    """Return what can be chosen by its id and by its word in every language."""
    choices = CHOICES[field].items()
    told = {folded(language(code).text(name)): value for code in LANGUAGES for value, name in choices}
    also = {folded(word): value for value, told in ALSO.get(field, {}).items() for word in told.split(",")}
    return also | told | {folded(value): value for value, _ in choices}


def _flag(_field: Field, cell: Cell, words: Language) -> bool:
    if isinstance(cell, bool):
        return cell
    found = _known_flags().get(shown(cell, words).casefold())
    if found is None:
        raise CellError("not-a-flag", shown(cell, words))
    return found


@cache
def _known_flags() -> dict[str, bool]:
    told = {language(code).text(word): word is YES for code in LANGUAGES for word in (YES, NO)}
    return told | dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)


def _code(field: Field, cell: Cell, words: Language) -> str:
    text = shown(cell, words)
    code = text.strip().upper()
    length, wrong = (_COUNTRY, "not-a-country") if field is Field.COUNTRY else (_CURRENCY, "not-a-currency")
    if len(code) != length or not (code.isascii() and code.isalpha()):
        raise CellError(wrong, text)
    return code


def _roles(_field: Field, cell: Cell, words: Language) -> frozenset[Role]:
    text = shown(cell, words)
    if text in _DASHES:
        return frozenset()
    return frozenset(Role(_choice(Field.ROLES, part.strip(), words)) for part in text.replace(";", ",").split(","))


def _ramp(_field: Field, cell: Cell, words: Language) -> tuple[RampStep, ...]:
    steps = []
    text = shown(cell, words)
    try:
        for part in filter(str.strip, text.split(";")):
            month, _, quantity = part.partition(":")
            steps.append(RampStep(int(words.parse_number(month)), words.parse_number(quantity)))
    except ValueError:
        raise CellError("not-a-ramp", text) from None
    return tuple(steps)


_READERS: Final[Mapping[Kind, Callable[[Field, Cell, Language], object]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.MONEY: _money,
    Kind.SHARE: _share,
    Kind.DAY: _day,
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.CODE: _code,
    Kind.ROLES: _roles,
    Kind.RAMP: _ramp,
}
