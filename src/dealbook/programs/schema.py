"""The language as a JSON Schema (2020-12), made from the grammar's tables, so that any editor can complete and check.

A schema says less than the reader: references, facts of a place and sums of shares are the reader's. What a schema
refuses, the reader refuses too.
"""

from collections.abc import Mapping
from typing import Any, Final

from dealbook.domain.deal import CATEGORIES
from dealbook.programs import grammar
from dealbook.programs.facts import FACTS, STANDING_FIGURES, Kind
from dealbook.programs.grammar import Key, Section
from dealbook.programs.limits import MOST_ITEMS
from dealbook.programs.meanings import meaning, section_name

Schema = dict[str, Any]

_ROOTS: Final[Mapping[str, tuple[Section, str]]] = {
    "program": (grammar.FILE, "A version of a partner program"),
    "deal": (grammar.DEAL_FILE, "A deal with its one offer"),
    "partner": (grammar.PARTNER_FILE, "A partner, its enrolments and assumptions"),
}
_NESTED: Final[Mapping[tuple[str, str], Section]] = {
    ("FILE", "program"): grammar.PROGRAM,
    ("FILE", "source"): grammar.SOURCE,
    ("FILE", "inputs"): grammar.INPUT,
    ("FILE", "standing"): grammar.STANDING,
    ("FILE", "plan"): grammar.PLAN,
    ("STANDING", "quota"): grammar.QUOTA,
    ("STANDING", "tier"): grammar.TIER,
    ("PLAN", "buy"): grammar.BUY,
    ("PLAN", "pays"): grammar.COMPONENT,
    ("DEAL_FILE", "deal"): grammar.DEAL,
    ("DEAL_FILE", "line"): grammar.LINE,
    ("DEAL_FILE", "event"): grammar.EVENT,
    ("PARTNER_FILE", "partner"): grammar.PARTNER,
    ("PARTNER_FILE", "enrolment"): grammar.ENROLMENT,
    ("PARTNER_FILE", "assume"): grammar.ASSUME,
    ("PARTNER_FILE", "rate"): grammar.EXCHANGE,
}
"""The section that stands under a key of the kinds table, tables and named tables."""
_LISTED: Final[Mapping[str, Section]] = {
    "conditions": grammar.CONDITION,
    "instalments": grammar.INSTALMENT,
    "ramp": grammar.RAMP,
}
"""Kinds that are lists of a section."""

_RATE: Final = r"^\s*[+-]?\d{1,9}(\.\d{1,40})?\s*[%x]\s*$"
_NUMBER: Final = r"^\s*[+-]?\d{1,15}(\.\d{1,12})?\s*$"
_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_REFERENCE: Final = r"^\$[A-Za-z0-9][A-Za-z0-9_.-]*$"
_MOST_MONTHS: Final = 1200
_MOST_COUNT: Final = _MOST_MONTHS * 1000


def json_schema(file: str) -> Schema:
    """Return the schema of a "program", "deal" or "partner" file. Raises KeyError for any other."""
    section, title = _ROOTS[file]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_object(section),
        "$defs": {kind.replace(" ", "-"): form for kind, form in _SHARED.items()},
    }


def _object(section: Section) -> Schema:
    name = section_name(section)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, one in section.items() if one.required],
        "properties": {key: _property(name, key, one) for key, one in section.items()},
    }


def _property(section: str, key: str, one: Key) -> Schema:
    found = _form(section, key, one)
    if (text := meaning(section, key)) != "":
        found["description"] = text
    if isinstance(one.default, str | bool | int) and one.default != "":
        found["default"] = one.default
    return found


def _form(section: str, key: str, one: Key) -> Schema:
    nested = _NESTED.get((section, key))
    if nested is not None:
        inner = _object(nested)
        if one.kind == "named tables":
            return {"type": "object", "propertyNames": {"pattern": _ID}, "additionalProperties": inner}
        return _list(inner) if one.kind == "tables" else inner
    if one.kind in _LISTED:
        return _list(_object(_LISTED[one.kind]))
    if one.kind == "clawback":
        return _object(grammar.CLAWBACK)
    if one.kind in ("choice", "choices"):
        choice: Schema = {"enum": list(one.choices)}
        return choice if one.kind == "choice" else _list(choice)
    if one.kind in _SHARED:
        return {"$ref": f"#/$defs/{one.kind.replace(' ', '-')}"}
    return dict(_PLAIN[one.kind])


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _texts(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _count(least: int, most: int = _MOST_COUNT) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _of_kind(kind: str, *figures: Schema) -> Schema:
    """Return the forms of a value: a figure, an input, a table whose rows are values again (programs.md §2)."""
    by = [name for name, spec in FACTS.items() if spec.kind is not Kind.SET]
    table = {
        "type": "object",
        "required": ["by"],
        "minProperties": 2,
        "properties": {
            "by": {"enum": by},
            "of": {"enum": list(CATEGORIES)},
            "mode": {"enum": ["whole", "marginal"]},
        },
        "additionalProperties": {"$ref": f"#/$defs/{kind}"},
    }
    return {"anyOf": [*figures, _texts(_REFERENCE), table]}


_AMOUNT: Final[tuple[Schema, ...]] = ({"type": "number"}, _texts(_NUMBER))
_SHARE: Final[tuple[Schema, ...]] = ({"type": "number", "maximum": 1}, _texts(_RATE), _texts(r"^[+-]?(0|1)(\.\d+)?$"))
_DAY: Final[Schema] = _texts(r"^\d{4}-\d{2}-\d{2}$")
_TEXT: Final[Schema] = {"type": "string"}
_ANY_FIGURE: Final[Schema] = {"anyOf": [*_AMOUNT, _texts(_RATE)]}

_SHARED: Final[Mapping[str, Schema]] = {
    "rate": _of_kind("rate", *_SHARE),
    "number": _of_kind("number", *_AMOUNT),
    "limit": _of_kind("limit", *_AMOUNT, _texts(_RATE)),
}
"""Kinds that refer to themselves, for a row of a table is a value again."""

_PLAIN: Final[Mapping[str, Schema]] = {
    "any": {},
    "clawback share": {"anyOf": [{"const": "prorated"}, {"$ref": "#/$defs/rate"}]},
    "count": _count(0),
    "currency": _texts("^[A-Z]{3}$"),
    "day": _DAY,
    "flag": {"type": "boolean"},
    "format": {"const": 1},
    "fraction": _ANY_FIGURE,
    "id": _texts(_ID),
    "input figure": _ANY_FIGURE,
    "input value": {"$ref": "#/$defs/limit"},
    "life or count": {"anyOf": [{"const": "life"}, _count(0, _MOST_MONTHS)]},
    "month": _count(1, 12),
    "months": {"anyOf": [{"enum": ["term", "life"]}, _count(1, _MOST_MONTHS)]},
    "positive count": _count(1),
    "price": {"anyOf": list(_AMOUNT)},
    "quantity": {"anyOf": [{"type": "number", "minimum": 0}, _texts(_NUMBER)]},
    "raw": {"type": "object"},
    "source": _TEXT,
    "split": {
        "type": "object",
        "properties": {"acquisition": _ANY_FIGURE, "care": _ANY_FIGURE},
        "additionalProperties": False,
    },
    "standing figures": {
        "type": "object",
        "properties": {name: {"anyOf": list(_AMOUNT)} for name in STANDING_FIGURES},
        "additionalProperties": False,
    },
    "text": _TEXT,
    "text list": {**_list(_TEXT), "maxItems": MOST_ITEMS},
    "text or texts": {"anyOf": [_TEXT, _list(_TEXT)]},
    "texts": {**_list(_TEXT), "maxItems": MOST_ITEMS},
    "upfront": {"anyOf": [{"const": "term"}, _count(1, _MOST_MONTHS)]},
}
"""Every other kind of the grammar, by its name."""
