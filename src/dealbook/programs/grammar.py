"""The keys of a program, deal and partner file, as tables (programs.md §1 to §7).

One table a section: each key with its kind, whether it must be there, its default and its choices. The readers follow
these tables and know no key of their own, so that reference and schema can be written from the same source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dealbook.domain.deal import CATEGORIES
from dealbook.programs.facts import FACTS, STANDING_FIGURES


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section. `kind` names the parser, `choices` the allowed texts."""

    kind: str
    required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()


Section = Mapping[str, Key]


def must(kind: str, *choices: str) -> Key:
    """Describe a key that must be there."""
    return Key(kind, required=True, choices=choices)


def may(kind: str, default: object = None, *choices: str) -> Key:
    """Describe a key that can be left out."""
    return Key(kind, default=default, choices=choices)


FILE: Final[Section] = {
    "format": must("format"),
    "program": must("table"),
    "source": may("tables", ()),
    "inputs": may("named tables", {}),
    "standing": may("table"),
    "plan": must("tables"),
}

PROGRAM: Final[Section] = {
    "id": must("id"),
    "vendor": must("text"),
    "name": must("text"),
    "version": must("text"),
    "effective_from": must("day"),
    "effective_until": may("day"),
    "applies_to": may("choice", "new-deals", "new-deals", "all-deals"),
    "succeeds": may("texts", frozenset()),
    "currency": may("currency", "EUR"),
    "countries": may("texts", frozenset()),
    "covers": Key("choices", required=True, choices=CATEGORIES),
    "exclusive": may("flag", False),  # noqa: FBT003 - a default
    "summary": may("text", ""),
}

SOURCE: Final[Section] = {"id": must("id"), "title": must("text"), "where": may("text", "")}

INPUT: Final[Section] = {
    "label": may("text", ""),
    "kind": may("choice", "rate", "rate", "money", "number"),
    "confidence": may("choice", "contract", "published", "contract", "assumed", "disputed"),
    "source": may("source"),
    "value": may("input value"),
    "at_most": may("input figure"),
    "note": may("text", ""),
}

CONDITION: Final[Section] = {
    "fact": must("choice", *FACTS),
    "of": may("choice", None, *CATEGORIES),
    "at_least": may("limit"),
    "below": may("limit"),
    "is": may("any"),
    "one_of": may("texts"),
    "includes": may("text or texts"),
    "from": may("day"),
    "until": may("day"),
}

STANDING: Final[Section] = {
    "period": may(
        "choice",
        "calendar-year",
        "calendar-year",
        "calendar-quarter",
        "rolling-3-months",
        "rolling-12-months",
        "fiscal-year",
    ),
    "starts_month": may("month", 1),
    "counts_this_deal": may("flag", True),  # noqa: FBT003 - a default
    "takes_effect": may("choice", "at-once", "at-once", "next-period"),
    "lasts": may("choice", "period", "period", "next-period"),
    "quota": may("table"),
    "tier": may("tables", ()),
}

QUOTA: Final[Section] = {
    "fact": must("choice", *STANDING_FIGURES),
    "target": must("number"),
    "grows": may("fraction"),
}

TIER: Final[Section] = {"name": must("text"), "requires": may("conditions", ()), "any_of": may("conditions", ())}

PLAN: Final[Section] = {
    "id": must("id"),
    "name": may("text"),
    "model": must("choice", "agent", "resale", "wholesale", "referral", "affiliate"),
    "requires": may("conditions", ()),
    "otherwise": may("id"),
    "partner_share": may("rate"),
    "minimum_payout": may("number"),
    "below_minimum": may("choice", "carried", "carried", "forfeited"),
    "duties": may("text list", ()),
    "buy": may("table"),
    "pays": must("tables"),
    "note": may("text", ""),
}

BUY: Final[Section] = {"off_list": may("rate"), "price": may("number")}

COMPONENT: Final[Section] = {
    "id": must("id"),
    "label": may("text", ""),
    "basis": must("choice", "mrr", "nrc", "tcv", "margin", "seats", "deal"),
    "rate": may("rate"),
    "points": may("rate"),
    "amount": may("number"),
    "on": Key("choices", choices=CATEGORIES),
    "at": may("choice", None, "signing", "start"),
    "every": may("choice", None, "month", "quarter", "year"),
    "months": may("months"),
    "after_leaving": may("life or count", "life"),
    "upfront": may("upfront"),
    "upfront_fee": may("rate"),
    "lag": may("count", 0),
    "vests_after": may("count", 0),
    "instalments": may("instalments", ()),
    "requires": may("conditions", ()),
    "split": may("split", ()),
    "renewal": may("rate"),
    "renewal_bonus": may("rate"),
    "growth": may("choice", "pays", "pays", "ignored"),
    "growth_rate": may("choice", "original", "original", "current"),
    "clawback": may("clawback"),
    "discounts": may("choice", "base", "base", "rate", "void"),
    "markup": may("choice", "counts", "counts", "excluded"),
    "cap": may("number"),
    "cap_per": may("choice", "deal", "deal", "year"),
    "floor": may("number"),
    "exclusive_group": may("text"),
    "cash": may("rate"),
    "source": may("source"),
    "confidence": may("choice", None, "published", "contract", "assumed", "disputed"),
    "note": may("text", ""),
}

CLAWBACK: Final[Section] = {
    "window": may("count"),
    "share": must("clawback share"),
    "on_shrink": may("flag", True),  # noqa: FBT003 - a default
}

INSTALMENT: Final[Section] = {"share": must("fraction"), "lag": may("count", 0)}

DEAL_FILE: Final[Section] = {"deal": must("table"), "line": may("tables", ()), "event": may("tables", ())}

DEAL: Final[Section] = {
    "customer": must("text"),
    "title": may("text", ""),
    "signed": must("day"),
    "starts": may("day"),
    "term": must("positive count"),
    "renewals": may("count", 0),
    "renewal_term": may("positive count", 12),
    "currency": may("currency", ""),
    "country": may("text"),
    "customer_kind": may("choice", "new", "new", "existing", "migration"),
    "segment": may("text"),
    "registered": may("flag", False),  # noqa: FBT003 - a default
    "roles": Key("choices", default=("acquisition", "care"), choices=("acquisition", "care")),
}

LINE: Final[Section] = {
    "product": must("text"),
    "category": must("choice", *CATEGORIES),
    "quantity": may("quantity", 1),
    "unit_price": may("price"),
    "list_price": may("price"),
    "discount": may("fraction"),
    "buy_price": may("price"),
    "charge": may("choice", "monthly", "monthly", "annual", "one-time"),
    "free_months": may("count", 0),
    "ramp": may("ramp", ()),
    "seats_each": may("quantity"),
    "description": may("text", ""),
    "optional": may("flag", False),  # noqa: FBT003 - a default
}

RAMP: Final[Section] = {"from_month": must("positive count"), "quantity": must("quantity")}

EVENT: Final[Section] = {
    "month": must("positive count"),
    "kind": must("choice", "add", "remove", "cancel", "handover", "price", "renewal", "successor"),
    "product": may("text", ""),
    "quantity": may("quantity", 1),
    "role": may("choice", None, "acquisition", "care"),
    "to": may("choice", None, "us", "other"),
    "unit_price": may("price"),
    "term": may("positive count"),
    "program": may("id"),
    "plan": may("id"),
}

PARTNER_FILE: Final[Section] = {
    "partner": must("table"),
    "enrolment": may("tables", ()),
    "assume": may("table", {}),
    "rate": may("tables", ()),
}

PARTNER: Final[Section] = {
    "name": must("text"),
    "country": may("text"),
    "company_size": may("count"),
    "certificates": may("texts", frozenset()),
    "currency": may("currency", "EUR"),
}

ENROLMENT: Final[Section] = {
    "program": must("id"),
    "since": may("day"),
    "until": may("day"),
    "version": may("text"),
    "tier": may("text"),
    "certified": may("flag", False),  # noqa: FBT003 - a default
    "inputs": may("raw", {}),
    "assumed": may("texts", frozenset()),
    "standing": may("standing figures", {}),
    "before": may("standing figures", {}),
}

ASSUME: Final[Section] = {"discount_rate": may("fraction"), "churn": may("fraction")}

EXCHANGE: Final[Section] = {
    "day": must("day"),
    "base": must("currency"),
    "quote": must("currency"),
    "rate": must("price"),
}
