"""Words, numbers and dates in the user's or the customer's language (English, French, German).

One mechanism for screen, documents and command line: gettext catalogs under `resources/locale`, forms by Babel. A
document has its own `Language`, whatever the language of the screen. English texts are the message ids.
"""

import gettext
import re
from datetime import date as Date  # noqa: N812 - Language has a method of that name
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.numbers import (
    NumberPattern,
    format_currency,
    format_decimal,
    get_currency_symbol,
    parse_pattern,
)

from dealbook import paths
from dealbook.domain.money import minor_digits
from dealbook.domain.months import month_index, month_start

LANGUAGES: Final = ("en", "fr", "de")
_LOCALES: Final = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}
MINUS: Final = "\N{MINUS SIGN}"
_NUMBERS: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_NAMED: Final = re.compile(r"(\d{1,2})\.?\s+(\D+?)\.?\s+(\d{4})")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH: Final = re.compile(r"(\d{1,2})[./](\d{4}|\d{2})")
_NAMED_MONTH: Final = re.compile(r"([^\d.]+?)\.?\s*(\d{4}|\d{2})")
_CENTURY: Final = 2000
#: What may stand between thousands, besides spaces and apostrophes. In French a point stands for nothing.
_GROUP: Final = {"en": ",", "fr": "", "de": "."}


class Language:
    """One language: its words and its forms of numbers and dates."""

    def __init__(self, code: str) -> None:
        """Load the catalogs of `code`; an unknown code speaks English."""
        self.code = code if code in LANGUAGES else "en"
        self.locale = Locale.parse(_LOCALES[self.code])
        self._catalog = _catalog(self.code)

    def text(self, message: str) -> str:
        """Return the translation of an English message."""
        return self._catalog.gettext(message) if message else ""

    def plural(self, one: str, many: str, number: int) -> str:
        """Return the translation that fits `number`; `{n}` in the message becomes the number."""
        return self._catalog.ngettext(one, many, number).replace("{n}", self.number(Decimal(number)))

    @lru_cache(maxsize=16)  # noqa: B019 - one Language for each code, see `language`
    def _amount_pattern(self, digits: int) -> NumberPattern:
        return parse_pattern(f"#,##0.{'0' * digits}" if digits else "#,##0")

    def amount(self, value: Decimal, currency: str = "EUR") -> str:
        """Return money without its currency: 1,870.00, with a true minus sign."""
        pattern = self._amount_pattern(minor_digits(currency))
        return format_decimal(value, pattern, locale=self.locale).replace("-", MINUS)

    def money(self, value: Decimal, currency: str) -> str:
        """Return money with its currency sign, as the locale writes it."""
        return format_currency(value, currency, locale=self.locale).replace("-", MINUS)

    def currency_sign(self, currency: str) -> str:
        """Return the currency's sign for a column header: €."""
        return get_currency_symbol(currency, locale=self.locale)

    def number(self, value: Decimal | int) -> str:
        """Return a plain number with the decimals it has."""
        return format_decimal(value, "#,##0.######", locale=self.locale).replace("-", MINUS)

    def percent(self, rate: Decimal) -> str:
        """Return a fraction as a percentage with the decimals it has: 15 % or 15%."""
        sign = "%" if self.code == "en" else "\N{NO-BREAK SPACE}%"
        return self.number((rate * 100).normalize()) + sign

    def date(self, day: Date) -> str:
        """Return a day in full: 10 March 2026."""
        return format_date(day, "long", locale=self.locale)

    def short_date(self, day: Date) -> str:
        """Return a day for tables: 10 Mar 2026."""
        return format_date(day, "medium", locale=self.locale)

    def month(self, index: int) -> str:
        """Return a calendar month index in words: Mar 2026."""
        return format_skeleton("yMMM", month_start(index), locale=self.locale)

    def parse_number(self, text: str) -> Decimal:
        """Read a number as this language writes it, in groups of three or in none: 1,234.5 or 1.234,5.

        Strict: "22.50" is no number in German, and must not quietly become 2,250. At most twelve digits before and
        after the decimal point, which is more than any deal has. Raises ValueError.
        """
        found = self._number_form.fullmatch(text.strip().replace(MINUS, "-"))
        if found is None or not (found["whole"] or found["part"]):
            msg = f"{text!r} is no number"
            raise ValueError(msg)
        whole = "".join(filter(str.isdigit, found["whole"]))
        return Decimal(f"{found['sign']}{whole or '0'}" + (f".{found['part']}" if found["part"] else ""))

    @cached_property
    def _number_form(self) -> re.Pattern[str]:
        group = rf"[\s'’{_GROUP[self.code]}]"
        whole = rf"\d{{0,12}}|[1-9]\d{{0,2}}(?P<group>{group})\d{{3}}(?:(?P=group)\d{{3}}){{0,2}}"
        return re.compile(rf"(?P<sign>-?)\s?(?P<whole>{whole})(?:{re.escape(self.decimal_point)}(?P<part>\d{{1,12}}))?")

    def parse_day(self, text: str) -> Date:
        """Read a day: 2026-03-10, 10.3.2026, 10/03/2026, or with the month's name in this language.

        The day of the month comes first. Raises ValueError.
        """
        plain = " ".join(text.split())
        if match := _NUMBERS.fullmatch(plain):
            return Date(int(match[3]), int(match[2]), int(match[1]))
        if match := _NAMED.fullmatch(plain):
            return Date(int(match[3]), self._months.get(match[2].casefold(), 0), int(match[1]))
        if _ISO.fullmatch(plain):
            return Date.fromisoformat(plain)
        msg = f"{text!r} is no day"
        raise ValueError(msg)

    def parse_month(self, text: str) -> int:
        """Read a calendar month as its index: 2027-04, 4.2027, 04/27, Apr 2027 or Apr 27; of two digits, this century.

        Raises ValueError.
        """
        plain = " ".join(text.split())
        if match := _ISO_MONTH.fullmatch(plain):
            month, year = int(match[2]), int(match[1])
        elif match := _MONTH.fullmatch(plain):
            month, year = int(match[1]), int(match[2])
        elif match := _NAMED_MONTH.fullmatch(plain):
            month, year = self._months.get(match[1].casefold(), 0), int(match[2])
        else:
            msg = f"{text!r} is no month"
            raise ValueError(msg)
        return month_index(Date(year if year >= 100 else year + _CENTURY, month, 1))  # noqa: PLR2004

    @cached_property
    def _months(self) -> dict[str, int]:
        """The number of each month's name, long and short."""
        found: dict[str, int] = {}
        for width in ("wide", "abbreviated"):
            names = get_month_names(width, locale=self.locale)
            found |= {str(name).rstrip(".").casefold(): int(number) for number, name in names.items()}
        return found

    @cached_property
    def decimal_point(self) -> str:
        """The decimal separator."""
        return format_decimal(Decimal("0.5"), locale=self.locale)[1]


@lru_cache(maxsize=len(LANGUAGES) + 1)
def language(code: str) -> Language:
    """Return the language of a code, loaded once."""
    return Language(code)


def _catalog(code: str) -> gettext.NullTranslations:
    """Return all catalogs of a language as one chain: every layer keeps its words in a catalog of its own."""
    catalog: gettext.NullTranslations = gettext.NullTranslations()
    for file in sorted(paths.resource("locale", code, "LC_MESSAGES").glob("*.mo")):
        with file.open("rb") as stream:
            loaded = gettext.GNUTranslations(stream)
        loaded.add_fallback(catalog)
        catalog = loaded
    return catalog
