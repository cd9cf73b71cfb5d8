"""The facts of problems and steps in a language's own forms: what each is called, how figures, days and names look.

Facts come from below as texts, in the form of the program files; which sentence they go into is `wording`'s business.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_UP, Decimal, InvalidOperation
from typing import Final

from dealbook.desk.advice import AT_LEAST, BELOW, BETWEEN, ONE_OF
from dealbook.domain.months import parse_month
from dealbook.language import Language
from dealbook.programs.facts import FACTS, Kind

FACT_NAMES: Final = {
    "term": "term in months",
    "seats": "seats",
    "mrr": "monthly recurring revenue",
    "nrc": "one-time charges",
    "tcv": "total contract value",
    "discount": "discount",
    "customer_kind": "kind of customer",
    "country": "country",
    "segment": "segment",
    "registered": "deal registered",
    "signed": "signing day",
    "categories": "categories",
    "product": "product",
    "category": "category",
    "certified": "certified",
    "enrolled": "enrolled",
    "certificates": "certificates",
    "company_size": "company size",
    "won_deals": "deals won in the period",
    "won_seats": "seats won in the period",
    "won_mrr": "monthly revenue won in the period",
    "won_tcv": "contract value won in the period",
    "won_paid": "paid once in the year",
    "care_revenue": "yearly revenue in care",
    "attainment": "quota attainment",
    "tier": "tier",
    "elapsed": "months served",
    "renewal": "renewal",
}
"""Every fact in the user's words."""

CATEGORIES: Final = {
    "ucaas": "UCaaS",
    "ccaas": "CCaaS",
    "sip": "SIP",
    "connectivity": "Network",
    "mobile": "Mobile",
    "security": "Security",
    "content": "Content",
    "saas": "SaaS",
    "hardware": "Hardware",
    "service": "Service",
    "other": "Other",
}
CUSTOMER_KINDS: Final = {"new": "new customer", "existing": "existing customer", "migration": "migration"}
DUTIES: Final = {
    "billing": "billing",
    "first-level-support": "first-level support",
    "collection": "collection",
    "own-brand": "own brand",
}
"""The partner's work under a plan, in the user's words; what a file names otherwise is called by its name."""
ROLES: Final = {"acquisition": "acquisition", "care": "care"}
YES, NO = "yes", "no"
NONE: Final = "none"
NOT_KNOWN: Final = "not known"
THIS_LINE: Final = "this line"
SINCE: Final = "from {since}"
UNTIL: Final = "before {until}"
SINCE_UNTIL: Final = "from {since}, before {until}"

EXPECTED: Final = frozenset(
    {
        "0 or more",
        "a currency code like EUR",
        "a day like 2026-03-10",
        "a figure",
        "a list",
        "a month from 1 to 12",
        "a name of letters, digits, '-', '_' and '.'",
        "a number",
        "a table",
        "a table of inputs",
        "a whole number from 0",
        "a whole number from 1",
        "text",
        "true or false",
        '"life" or a number of months from 0',
        '"term" or a number of months from 1',
        '"term", "life" or a number of months from 1',
    }
)
"""What a file's reader can expect, where that is not a list of names."""

_HUNDREDTH: Final = Decimal("0.01")
_HUNDREDTH_OF_PERCENT: Final = Decimal("0.0001")
_PERCENT_FACTS: Final = frozenset({"discount", "attainment"})
_MONEY_FACTS: Final = frozenset({"mrr", "nrc", "tcv", "won_mrr", "won_tcv", "won_paid", "care_revenue"})
_OF_THE_FACT: Final = frozenset({"is", "must", "limit", "missing", "first", "row", "below", "least", "only", "last"})
_MUST_DAYS: Final = re.compile(r"(?:from (?P<since>\S+))? ?(?:until (?P<until>\S+))?")
_ABOUT_FILES: Final = frozenset({"fact-not-here", "wrong-test", "no-test"})
"""Codes that name a fact as the file writes it."""
_ABOUT_ROWS: Final = frozenset({"gap", "unreachable-row", "never-so"})
"""Codes that name a text as the file writes it, for it is to be found or written there."""


def shown(facts: Mapping[str, str], language: Language, code: str = "") -> dict[str, str]:
    """Return the facts in the language's forms; `code` is the problem's that they belong to."""
    fact = "" if code in _ABOUT_FILES else facts.get("fact", "")
    as_written = code in _ABOUT_ROWS and _kind(fact) in (Kind.TEXT, Kind.FLAG)
    found = {"label": facts.get("input", "")}
    for name, text in facts.items():
        form = _FORMS_OF.get((code, name)) or _FORMS.get(name)
        if as_written and name in _OF_THE_FACT:
            found[name] = text
        elif fact and name in _OF_THE_FACT:
            found[name] = _of_fact(fact, text, language, ROUND_UP if name == "missing" else ROUND_DOWN)
        elif facts.get("kind") == "rate" and name in ("found", "most") and (rate := _decimal(text)) is not None:
            found[name] = rate_text(rate, language)
        else:
            found[name] = form(text, language) if form else text
    if fact:
        of = facts.get("of", "") if fact in FACTS and FACTS[fact].narrows else ""
        name = language.text(FACT_NAMES.get(fact, fact))
        found["fact"] = f"{name} ({_category(of, language)})" if of else name
        found |= _limits("" if as_written else fact, facts, language)
    if code == "much":
        found["percent"] = _percent(facts["found"], language)
    return found


def _of_fact(fact: str, text: str, language: Language, rounding: str) -> str:
    """Return what a fact is or must be: a figure, a day, yes or no, names."""
    kind = _kind(fact)
    if kind is Kind.NUMBER:
        return ", ".join(_figure(fact, part, language, rounding) for part in text.split(", "))
    if kind is Kind.DAY:
        return _days(text, language)
    if text in (NONE, NOT_KNOWN) or not text:
        return language.text(text or NONE)
    if kind is Kind.FLAG:
        return language.text(YES if text in (YES, "true") else NO)
    names = {"category": CATEGORIES, "categories": CATEGORIES, "customer_kind": CUSTOMER_KINDS}.get(fact)
    return ", ".join(language.text(names.get(part, part)) for part in text.split(", ")) if names else text


def _limits(fact: str, facts: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return what a check says that a fact is limited to: by one condition, by the other, by all that stands there."""
    found = {}
    for name, prefix in (("one", "one_"), ("other", "other_"), ("allowed", "")):
        limits = {key.removeprefix(prefix): text for key, text in facts.items() if key.startswith(prefix)}
        limits = {key: limits[key] for key in ("least", "below", "only") if key in limits}
        if limits:
            found[name] = _limit(fact, limits, language)
    return found


def _limit(fact: str, limits: Mapping[str, str], language: Language) -> str:
    """Return limits in words: from a day, at least 24, one of the names."""
    said = {key: _of_fact(fact, text, language, ROUND_DOWN) if fact else text for key, text in limits.items()}
    if "only" in said:
        return fill(language.text(ONE_OF), said) if ", " in limits["only"] else said["only"]
    if _kind(fact) is Kind.DAY:
        return _days(" ".join(f"{word} {limits[key]}" for key, word in _DAY_WORDS.items() if key in limits), language)
    return fill(language.text(BETWEEN if len(said) > 1 else AT_LEAST if "least" in said else BELOW), said)


_DAY_WORDS: Final = {"least": "from", "below": "until"}


def is_ordered(fact: str) -> bool:
    """Say whether a fact is a number or a day, so that a table on it has rows from a key up."""
    return _kind(fact) in (Kind.NUMBER, Kind.DAY)


def is_set(fact: str) -> bool:
    """Say whether a fact is several names at once."""
    return _kind(fact) is Kind.SET


def _kind(fact: str) -> Kind | None:
    return FACTS[fact].kind if fact in FACTS else None


def _figure(fact: str, text: str, language: Language, rounding: str) -> str:
    """Return a figure of a fact; what is just short of a limit is not rounded up to it."""
    figure = _decimal(text)
    if figure is None:
        return language.text(text)
    if fact in _PERCENT_FACTS:
        return language.percent(figure.quantize(_HUNDREDTH_OF_PERCENT, rounding))
    if fact in _MONEY_FACTS and figure != figure.to_integral_value():
        return language.amount(figure.quantize(_HUNDREDTH, rounding))
    return language.number(figure)


def _days(text: str, language: Language) -> str:
    """Return a day, or the days from and until which something holds."""
    found = _MUST_DAYS.fullmatch(text)
    if not text or found is None:
        return ", ".join(_day(part, language) for part in text.split(", ")) if text else language.text(NONE)
    days = {name: _day(day, language) for name, day in found.groupdict().items() if day}
    form = SINCE_UNTIL if len(days) > 1 else SINCE if "since" in days else UNTIL
    return fill(language.text(form), days)


def _day(text: str, language: Language) -> str:
    try:
        return language.short_date(date.fromisoformat(text.removeprefix("after ")))
    except ValueError:
        return language.text(text)


def _decimal(text: str) -> Decimal | None:
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _number(text: str, language: Language) -> str:
    figure = _decimal(text)
    return text if figure is None else language.number(figure)


def _percent(text: str, language: Language) -> str:
    figure = _decimal(text)
    return text if figure is None else language.percent(figure.quantize(_HUNDREDTH_OF_PERCENT))


def rate_text(rate: Decimal, language: Language) -> str:
    """Return a rate as the trade writes it: multiples of a month's revenue with ×, the rest in per cent."""
    return f"{language.number(rate.normalize())}×" if rate > 1 else language.percent(rate)


def _whole(text: str, language: Language) -> str:
    """Return "90%" in the language's form."""
    figure = _decimal(text.removesuffix("%"))
    return text if figure is None else language.percent(figure / 100)


def _amount(text: str, language: Language) -> str:
    """Return an amount with the decimals that it has: its currency has as many."""
    figure = _decimal(text)
    if figure is None:
        return text
    return language.amount(figure) if figure == figure.quantize(_HUNDREDTH) and "." in text else language.number(figure)


def duty_text(name: str, language: Language) -> str:
    """Return what a duty is called, to begin a line with."""
    text = language.text(DUTIES.get(name, name))
    return text[:1].upper() + text[1:]


def _category(text: str, language: Language) -> str:
    return language.text(CATEGORIES.get(text, text))


_FORMS: Final[Mapping[str, Callable[[str, Language], str]]] = {
    "amount": _amount,
    "begins": _day,
    "churn": _percent,
    "count": _number,
    "covers": lambda text, language: ", ".join(_category(part, language) for part in text.split(", ")),
    "day": _day,
    "discount_rate": _percent,
    "due": lambda text, language: language.month(parse_month(text)),
    "duty": duty_text,
    "ends": _day,
    "expected": lambda text, language: language.text(text) if text in EXPECTED else text,
    "hours": _number,
    "last_month": lambda text, language: language.month(parse_month(text)),
    "message": lambda text, language: language.text(text),
    "minimum": _amount,
    "minutes": _number,
    "month": lambda text, language: language.month(parse_month(text)),
    "most": _number,
    "product": lambda text, language: text or language.text(THIS_LINE),
    "role": lambda text, language: language.text(ROLES.get(text, text)),
    "seat_months": _number,
    "signed": _day,
    "until": _day,
}
"""How a fact of a problem or step is written, by its name; what is not here is written as it is."""

_FORMS_OF: Final[Mapping[tuple[str, str], Callable[[str, Language], str]]] = {
    ("above-ceiling", "found"): _number,
    ("floor-above-cap", "least"): _number,
    ("not-covered", "covers"): lambda text, _language: text,
    ("too-many-rows-to-check", "found"): _number,
    ("upfront-beyond", "found"): _number,
    ("end-before-start", "found"): _day,
    ("end-before-start", "expected"): _day,
    ("negative", "found"): _number,
    ("out-of-range", "found"): _number,
    ("out-of-range", "least"): _number,
    ("share-out-of-range", "found"): _percent,
    ("shares-not-whole", "found"): _whole,
    ("starts-before-signed", "found"): _day,
    ("starts-before-signed", "expected"): _day,
    ("too-long", "found"): _number,
    ("too-many-rows", "found"): _number,
    ("unknown-product", "expected"): lambda text, _language: text,
}
"""The same where only a code's own fact is written so."""


class _Kept(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def fill(sentence: str, facts: Mapping[str, str]) -> str:
    """Return a sentence with its placeholders filled; one without a fact stays empty."""
    return sentence.format_map(_Kept(facts)).strip()
