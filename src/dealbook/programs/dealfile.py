"""Deal and partner files: TOML text -> domain values (programs.md §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Charge, CustomerKind, Deal, Event, EventKind, Line, Offer, RampStep, Role
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate, Partner
from dealbook.domain.problem import ProblemsError
from dealbook.programs import grammar
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.grammar import Key
from dealbook.programs.places import lines_of
from dealbook.programs.sections import Parser, Reader, join, load_toml, nearest, show

_MOST_LINES: Final = 5_000


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A partner file: the partner, its enrolments, its assumptions and exchange rates."""

    partner: Partner
    enrolments: tuple[Enrolment, ...]
    rates: tuple[ExchangeRate, ...]


def read_deal(text: str, name: str = "deal") -> Deal:
    """Return the deal of a file, with its one offer; raises ProblemsError with every problem found."""
    reader = Reader(_KINDS)
    raw = load_toml(text, name)
    with reader.judging(text):
        file = reader.section(raw, grammar.DEAL_FILE, "")
        head = reader.section(file["deal"] or {}, grammar.DEAL, "deal")
        given = reader.array(file["line"], "line", _MOST_LINES)
        lines = tuple(_line(reader, one, f"line[{i}]") for i, one in enumerate(given))
        events = tuple(_event(reader, one, f"event[{i}]") for i, one in enumerate(reader.array(file["event"], "event")))
    offer = Offer(
        lines=lines,
        events=events,
        term=head["term"],
        starts=head["starts"] or head["signed"],
        renewals=head["renewals"],
        renewal_term=head["renewal_term"],
    )
    deal = Deal(
        customer=head["customer"],
        title=head["title"],
        signed=head["signed"],
        offers=(offer,),
        currency=head["currency"],
        country=head["country"],
        customer_kind=CustomerKind(head["customer_kind"]),
        segment=head["segment"],
        registered=head["registered"],
        roles=frozenset(Role(role) for role in head["roles"]),
    )
    wrong = errors(check_deal(deal))
    if wrong:
        lines_in = lines_of(text)
        raise ProblemsError([lines_in.located(replace(problem, where=_in_file(problem.where))) for problem in wrong])
    return deal


def _in_file(where: str) -> str:
    """Return a field's place in the deal file: offers[0].lines[2].quantity is line[2].quantity there."""
    place = where.removeprefix("offers[0].")
    for many, one in (("lines[", "line["), ("events[", "event[")):
        if place.startswith(many):
            return one + place.removeprefix(many)
    return f"deal.{place}"


def read_partner(text: str, name: str = "partner") -> PartnerFile:
    """Return the partner of a file; raises ProblemsError with every problem found."""
    reader = Reader(_KINDS)
    raw = load_toml(text, name)
    with reader.judging(text):
        file = reader.section(raw, grammar.PARTNER_FILE, "")
        head = reader.section(file["partner"] or {}, grammar.PARTNER, "partner")
        assume = read_assumptions(reader, file["assume"], "assume")
        enrolments = reader.tables(file["enrolment"], grammar.ENROLMENT, "enrolment")
        _check_enrolments(reader, enrolments)
        rates = reader.tables(file["rate"], grammar.EXCHANGE, "rate")
    return PartnerFile(
        Partner(**head, assume=assume),
        tuple(Enrolment(**one) for one in enrolments),
        tuple(ExchangeRate(**one) for one in rates),
    )


def _check_enrolments(reader: Reader, enrolments: Sequence[Mapping[str, Any]]) -> None:
    """Report a membership that ends before it begins, and a program that has two: nobody could say which one holds."""
    seen = set()
    for i, one in enumerate(enrolments):
        first, after, program = one["since"], one["until"], one["program"]
        if first and after and after <= first:
            reader.wrong("end-before-start", f"enrolment[{i}].until", found=after, expected=f"after {first}")
        if program and program in seen:
            reader.wrong("double-name", f"enrolment[{i}].program", found=program)
        seen.add(program)


def read_assumptions(reader: Reader, raw: object, where: str) -> Assumptions:
    """Return the assumptions: discount rate a year, churn a month, as fractions; what is not given has its default."""
    given = reader.section(raw, grammar.ASSUME, where)
    for name, rate in given.items():
        if rate is not None and not 0 <= rate < 1:
            reader.wrong("share-out-of-range", join(where, name), found=rate)
    return Assumptions(**{name: rate for name, rate in given.items() if rate is not None})


def _line(reader: Reader, raw: object, where: str) -> Line:
    one = reader.section(raw, grammar.LINE, where)
    one["charge"] = Charge(one["charge"] or "monthly")
    one["quantity"] = Decimal(one["quantity"] or 0)
    return Line(**one)


_SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "add": ("quantity",),
    "remove": ("quantity",),
    "handover": ("to",),
    "price": ("unit_price",),
    "successor": ("program", "plan"),
}
"""The keys that an event of a kind must say, beside those of every event."""


def _event(reader: Reader, raw: object, where: str) -> Event:
    one = reader.section(raw, grammar.EVENT, where)
    kind, role = one["kind"], one["role"]
    for key in _SAID.get(kind, ()):
        if isinstance(raw, Mapping) and key not in raw:
            reader.wrong("missing-key", join(where, key), key=key)
    return Event(
        month=one["month"] or 1,
        kind=EventKind(kind or "cancel"),
        product=one["product"] or "",
        quantity=Decimal(one["quantity"] or 0),
        role=Role(role) if role else None,
        to_us=one["to"] == "us",
        unit_price=one["unit_price"],
        term=one["term"],
        program=one["program"] or "",
        plan=one["plan"] or "",
    )


def _ramp(reader: Reader, raw: object, where: str, _key: Key) -> tuple[RampStep, ...]:
    steps = reader.tables(raw, grammar.RAMP, where)
    return tuple(RampStep(step["from_month"] or 1, Decimal(step["quantity"] or 0)) for step in steps)


def _figures(reader: Reader, raw: object, where: str, key: Key) -> Mapping[str, Decimal]:
    figures: dict[str, Decimal] = {}
    for name, one in raw.items() if isinstance(raw, Mapping) else ():
        if name not in STANDING_FIGURES:
            near = nearest(name, STANDING_FIGURES)
            reader.wrong("unknown-key", join(where, name), found=name, nearest=near)
        figure = reader.price(one, join(where, name), key)
        if figure is not None:
            figures[name] = figure
    return figures


def _inputs(reader: Reader, raw: object, where: str, _key: Key) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    reader.wrong("wrong-kind", where, found=show(raw), expected="a table of inputs")
    return {}


_KINDS: Final[dict[str, Parser]] = {"ramp": _ramp, "standing figures": _figures, "raw": _inputs}
