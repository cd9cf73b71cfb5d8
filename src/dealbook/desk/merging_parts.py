"""What a record that differs in two books is made of, and one made of parts of both.

A part is what is taken from one side as a whole: most fields are one each; what only makes sense together is one part,
as stage and the day on which a deal was lost, or the choice of a plan. An offer is one part with all its lines and
events: mixing lines of two sides could make a price that nobody ever offered. Where the currencies differ, all that is
money goes with the currency.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from dealbook.book.difference import Twin
from dealbook.book.trails import OFFER_PART
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Enrolment, Partner

_Single = TypeVar("_Single", Partner, Enrolment)

CURRENCY: Final = "currency"
OFFERS: Final = "offers"
CHOSEN: Final = "chosen"
_WITH: Final[Mapping[str, Mapping[str, str]]] = {
    "deal": {
        **dict.fromkeys(("has_acquisition", "has_care"), "roles"),
        **dict.fromkeys(("chosen_offer", "chosen_program", "chosen_version", "chosen_plan"), CHOSEN),
        **dict.fromkeys(("lost_on", "lost_reason"), "stage"),
    },
    "partner": {
        **dict.fromkeys(("discount_rate", "churn"), "assume"),
        **dict.fromkeys(("sales_share", "sales_of", "sales_at", "reserve"), "sales"),
        **dict.fromkeys(("hour_cost", "sale_hours", "duties"), "work"),
    },
    "enrolment": {"assumed": "inputs", "before": "standing"},
}
"""Columns that are no part of their own, by table: what they go with."""
_MONEY: Final[Mapping[str, tuple[str, ...]]] = {"deal": (OFFERS, CHOSEN), "partner": ("sales", "work")}
"""What goes with the currency where that differs."""
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "stage": ("stage", "lost_on", "lost_reason"),
    "inputs": ("inputs", "assumed"),
    "standing": ("standing", "before"),
}
"""The fields of a part that has several."""
MIXABLE: Final = frozenset(_WITH)
"""Tables whose records can be made of parts of both sides."""


def parts_of(table: str, differing: Collection[str], *, is_other_money: bool) -> frozenset[str]:
    """Return the parts that columns and offers (`Twin.parts`) belong to; `is_other_money`: the currencies differ."""
    known = _WITH.get(table, {})
    parts = frozenset(known.get(name, name) for name in differing)
    if not is_other_money or table not in _MONEY:
        return parts
    money = frozenset(part for part in parts if part in _MONEY[table] or part.startswith(OFFER_PART))
    return parts - money | {CURRENCY} if money else parts


def parts_of_twin(twin: Twin) -> frozenset[str]:
    """Return the parts in which a record that both books have differs."""
    return parts_of(twin.table, twin.parts, is_other_money=CURRENCY in twin.parts)


def changed_parts(twin: Twin) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return which parts were changed here and there since both were alike; None where nobody knows."""
    if twin.here is None or twin.there is None:
        return None
    is_other = CURRENCY in twin.parts
    here, there = (parts_of(twin.table, side, is_other_money=is_other) for side in (twin.here, twin.there))
    return here, there


def fields_of(part: str) -> tuple[str, ...]:
    """Return the fields that a part is made of; none for offers."""
    return () if part.startswith(OFFER_PART) else FIELDS.get(part, (part,))


def mixed_deal(ours: Deal, theirs: Deal, parts: Collection[str]) -> Deal:
    """Return our deal with `parts` from there."""
    fields = [field for part in parts for field in fields_of(part)]
    changed = replace(ours, **{field: getattr(theirs, field) for field in fields})
    if CURRENCY in parts and ours.currency != theirs.currency:
        return replace(changed, offers=theirs.offers, chosen=theirs.chosen)
    return replace(changed, offers=tuple(_mixed_offers(ours, theirs, parts)))


def _mixed_offers(ours: Deal, theirs: Deal, parts: Collection[str]) -> list[Offer]:
    """Return our offers and, where they are taken from there, theirs; those that are only there come last."""
    there = {offer.id: offer for offer in theirs.offers}
    known = {offer.id for offer in ours.offers}
    mixed = []
    for offer in ours.offers:
        if OFFER_PART + offer.id not in parts:
            mixed.append(offer)
        elif offer.id in there:
            mixed.append(there[offer.id])
    return mixed + [one for one in theirs.offers if one.id not in known and OFFER_PART + one.id in parts]


def with_chosen_offer(ours: Deal, theirs: Deal, parts: frozenset[str]) -> frozenset[str]:
    """Return `parts` so that the chosen offer is among the offers: it comes from where the choice comes from."""
    is_there = CHOSEN in parts
    chosen = (theirs if is_there else ours).chosen
    mixed = mixed_deal(ours, theirs, parts)
    if chosen is None or mixed.chosen is None or any(offer.id == chosen.offer_id for offer in mixed.offers):
        return parts
    offer = frozenset({OFFER_PART + chosen.offer_id})
    return parts | offer if is_there else parts - offer


def mixed_single(ours: _Single, theirs: _Single, parts: Collection[str]) -> _Single:
    """Return our partner or enrolment with `parts` from there."""
    fields = [field for part in parts for field in fields_of(part)]
    if CURRENCY in parts and isinstance(ours, Partner):
        fields += _MONEY["partner"]
    return replace(ours, **{field: getattr(theirs, field) for field in fields})
