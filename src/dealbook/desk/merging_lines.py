"""A record of two books side by side: field by field what stands here and what stands there, in words.

Worked out for one record when it is looked at, from the records themselves. Only what differs is told; of a record that
one book has not, all that it says.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dealbook.book.connection import Book
from dealbook.book.other import Stores
from dealbook.book.partner import rate_id
from dealbook.book.trails import OFFER_PART
from dealbook.desk.forms import fill
from dealbook.desk.merging import Entry, OtherBook
from dealbook.desk.merging_labels import (
    DEAL,
    EVENT,
    EVENTS,
    LINE,
    NOTHING,
    OFFER,
    OFFER_NAME,
    OFFER_PLACE,
    PARTS,
    PLACE,
    flat,
    shown,
)
from dealbook.desk.merging_parts import CHOSEN, FIELDS, parts_of_twin
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Event, Line, Offer
from dealbook.domain.quote import Quote
from dealbook.language import Language

_PART_OF: Final = {field: part for part, fields in FIELDS.items() for field in fields}


class Told(NamedTuple):
    """One difference: what it is called, what stands here and there; `part` is what it is chosen with.

    A line that `is_head` names a part of which the following ones tell the differences.
    """

    part: str
    label: str
    here: str
    there: str
    is_head: bool = False


def told_of(session: Session, other: OtherBook, entry: Entry, words: Language) -> list[Told]:
    """Return in what a record differs. Raises KeyError where it is gone meanwhile."""
    ours, theirs = _records(session, other, entry)
    if entry.twin.table == "deal":
        return list(_deal(session, ours, theirs, entry, words))
    currencies = tuple(getattr(one, "currency", session.partner.currency) for one in (ours, theirs))
    return [
        told._replace(part=_part_of(entry, told.part))
        for told in _differing(ours, theirs, PARTS[entry.twin.table], words, currencies)
    ]


def _records(session: Session, other: OtherBook, entry: Entry) -> tuple[Any, Any]:
    """Return a record as it is here and there, None where it is not."""
    ours, theirs = entry.twin.ours, entry.twin.theirs
    if entry.twin.table == "deal":
        return (
            None if ours is None else session.deal(ours),
            None if theirs is None else other.records.deals.get(theirs),
        )
    sides = ((session.book, ours), (other.records, theirs))
    if entry.twin.table == "quote":
        here, there = (None if key is None else _quote(book.quotes.get(key)) for book, key in sides)
        return here, there
    here, there = (_single(book, entry.twin.table).get(key or "") for book, key in sides)
    return here, there


def _quote(quote: Quote) -> Mapping[str, Any]:
    content = quote.content
    facts = {name: getattr(content, name) for name in ("customer", "title", "day", "valid_until")}
    return {"number": quote.label, **facts, "status": quote.status}


def _single(book: Book | Stores, table: str) -> Mapping[str, Any]:
    match table:
        case "partner":
            return {"partner": book.partner.get()}
        case "enrolment":
            return {one.id: one for one in book.partner.enrolments()}
        case "exchange_rate":
            return {rate_id(one): one for one in book.partner.rates()}
        case "program":
            return {one.name: one for one in book.programs.texts()}
    return {one.id: one for one in book.drafts.all()}


def _part_of(entry: Entry, field: str) -> str:
    """Return the part that a field is chosen with, "" where the record is taken as a whole."""
    table, parts = entry.twin.table, parts_of_twin(entry.twin)
    nested = {"partner": {"discount_rate": "assume", "churn": "assume"}}.get(table, {})
    part = nested.get(field, _PART_OF.get(field, field))
    return part if part in parts else ""


def _differing(
    ours: object, theirs: object, labels: Mapping[str, str], words: Language, currencies: tuple[str, ...], *without: str
) -> Iterator[Told]:
    """Yield the fields that differ in the order of `labels`; the part is the name of the field."""
    here, there = (dict(flat(one, "id", *without)) if one is not None else {} for one in (ours, theirs))
    order = list(labels)
    paths = sorted(here.keys() | there.keys(), key=lambda path: _place(path, order))
    for path in paths:
        if path in here and path in there and here[path] == there[path]:
            continue
        label = _label(path, labels, words)
        if label is None:
            continue
        one, other = (
            shown(path[-1], side[path], words, currency) if path in side else NOTHING
            for side, currency in zip((here, there), currencies, strict=True)
        )
        if one != other or (path in here and path in there):
            yield Told(path[0], label, one, other)


def _place(path: tuple[str, ...], order: list[str]) -> tuple[int, tuple[str, ...]]:
    known = next((order.index(name) for name in (path[-1], path[0]) if name in order), len(order))
    return known, path


def _label(path: tuple[str, ...], labels: Mapping[str, str], words: Language) -> str | None:
    """Return what a field is called: a field of ours by its name, what a program calls something as it does."""
    named = [words.text(labels[name]) if name in labels else name for name in path]
    if len(path) == 1:
        return named[0] if path[0] in labels else None
    return ": ".join(name for name, key in zip(named, path, strict=True) if key != "duties")


# --- deals


def plan_text(session: Session, chosen: Choice) -> str:
    """Return a choice in words: "NFON Ngage 2022 · Commission"."""
    known = [one for one in session.catalog.versions.get(chosen.program, ()) if one.version == chosen.version]
    if not known:
        return f"{chosen.program} {chosen.version} · {chosen.plan}"
    program = known[0]
    plan = next((one.name for one in program.plans if one.id == chosen.plan), chosen.plan)
    return f"{program.vendor} {program.name} {program.version} · {plan}"


def _deal(session: Session, ours: Deal | None, theirs: Deal | None, entry: Entry, words: Language) -> Iterator[Told]:
    currencies = tuple((one or ours or theirs).currency for one in (ours, theirs))  # type: ignore[union-attr]
    parts = parts_of_twin(entry.twin)
    for told in _differing(ours, theirs, DEAL, words, currencies, "offers"):
        part = _PART_OF.get(told.part, told.part)
        if part == CHOSEN:
            here, there = (plan_text(session, one.chosen) if one and one.chosen else NOTHING for one in (ours, theirs))
            told = told._replace(here=here, there=there)  # noqa: PLW2901 - the same line, with names
        yield told._replace(part=part if part in parts else "currency" if "currency" in parts else "")
    offers = [{offer.id: offer for offer in (deal.offers if deal else ())} for deal in (ours, theirs)]
    for offer_id in dict.fromkeys((*offers[0], *offers[1])):
        part = OFFER_PART + offer_id
        pair = offers[0].get(offer_id), offers[1].get(offer_id)
        if pair[0] != pair[1] or part in parts:
            chosen_with = part if part in parts else "currency" if "currency" in parts else ""
            place = list(offers[0] if offer_id in offers[0] else offers[1]).index(offer_id) + 1
            yield from _offer(*pair, chosen_with, place, words, currencies)


def _offer(
    ours: Offer | None, theirs: Offer | None, part: str, place: int, words: Language, currencies: tuple[str, ...]
) -> Iterator[Told]:
    offer = ours or theirs
    title = offer.title if offer else ""
    name = fill(words.text(OFFER_NAME), {"title": title}) if title else ""
    name = name or fill(words.text(OFFER_PLACE), {"place": str(place)})
    told = [
        *_differing(ours, theirs, OFFER, words, currencies, "lines", "events"),
        *_rows(ours.lines if ours else (), theirs.lines if theirs else (), words, currencies),
        *_rows(ours.events if ours else (), theirs.events if theirs else (), words, currencies),
    ]
    here, there = ("" if one is not None else NOTHING for one in (ours, theirs))
    yield Told(part, name, here, there, is_head=True)
    if not told and ours is not None and theirs is not None:
        told = [Told("", words.text(PLACE), "", "")]
    yield from (one._replace(part="") for one in told)


def _rows(
    ours: Iterable[Line] | Iterable[Event],
    theirs: Iterable[Line] | Iterable[Event],
    words: Language,
    currencies: tuple[str, ...],
) -> Iterator[Told]:
    """Yield the lines or events that differ: field by field those of both sides, as a whole those of one."""
    here, there = {row.id: row for row in ours}, {row.id: row for row in theirs}
    for row_id in dict.fromkeys((*here, *there)):
        one, other = here.get(row_id), there.get(row_id)
        if one is not None and other is not None:
            name = _name(one, words)
            labels = LINE if isinstance(one, Line) else EVENT
            for told in _differing(one, other, labels, words, currencies):
                yield told._replace(label=f"{name}: {told.label}")
        else:
            row = one or other
            if row is not None:
                ours_told, theirs_told = (
                    _whole(side, words, currency) if side is not None else NOTHING
                    for side, currency in zip((one, other), currencies, strict=True)
                )
                yield Told("", _name(row, words), ours_told, theirs_told)


def _name(row: Line | Event, words: Language) -> str:
    return row.product or NOTHING if isinstance(row, Line) else words.text(EVENTS[row.kind.value])


def _whole(row: Line | Event, words: Language, currency: str) -> str:
    """Return a line or an event in a few words."""
    if isinstance(row, Line):
        charge = shown("charge", row.charge, words, currency)
        return f"{words.number(row.quantity)} × {words.amount(row.price, currency)} {charge}"
    parts = [f"{words.text(EVENT['month'])} {row.month}"]
    if row.product:
        price = shown("unit_price", row.unit_price, words, currency) if row.unit_price is not None else ""
        parts.append(f"{price or words.number(row.quantity)} {row.product}")
    if row.role is not None:
        parts.append(shown("role", row.role, words, currency))
    parts += [f"{words.text(EVENT['term'])} {row.term}"] if row.term is not None else []
    return ", ".join((*parts, *filter(None, (row.program, row.plan))))
