"""What is filled into the form, written into the text: one key, one row or one part at a time, and nothing else.

Every function takes the text and returns the new one; raises `UnchangeableError` where the text is written in a way
that the form does not understand. What was typed is written as it is, right or wrong: the checks say what is wrong.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dealbook.desk.program_form import Part, at, written
from dealbook.desk.sections import VALUES, key_of, section_of
from dealbook.programs import grammar
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.spans import KeyPath, string
from dealbook.programs.textedit import UnchangeableError, add_table, remove, rename, set_value

__all__ = ["UnchangeableError"]

_NUMBER: Final = re.compile(r"[+-]?(0|[1-9]\d{0,14})(\.\d{1,12})?")
_WHOLE: Final = re.compile(r"[+-]?(0|[1-9]\d{0,14})")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LISTS: Final = frozenset({"texts", "choices", "text list"})
_FIGURES: Final = frozenset({"number", "limit", "price", "quantity", "input value", "input figure", "any"})
_COUNTS: Final = frozenset({"count", "positive count", "month", "months", "upfront", "format"})
_FILE_ORDER: Final = tuple(grammar.FILE)
RESERVED: Final = ("by", "of", "mode")
"""The keys of a table of values that are no rows."""


def literal(kind: str, typed: str) -> str:
    """Return what was typed as TOML, in the way a key of this kind is written."""
    typed = typed.strip()
    if kind in _LISTS or (kind == "text or texts" and "," in typed):
        return f"[{', '.join(string(part.strip()) for part in typed.split(',') if part.strip())}]"
    is_bare = (
        (kind in ("flag", "any") and typed in ("true", "false"))
        or (kind in ("day", "any") and _is_day(typed))
        or (kind in _FIGURES and _NUMBER.fullmatch(typed))
        or (kind in _COUNTS and _WHOLE.fullmatch(typed))
    )
    return typed.removeprefix("+") if is_bare else string(typed)


def _is_day(typed: str) -> bool:
    try:
        return bool(_DAY.fullmatch(typed)) and bool(date.fromisoformat(typed))
    except ValueError:
        return False


def change(text: str, path: KeyPath, typed: str) -> str:
    """Write what was typed for a key; nothing takes the key out."""
    section, key = section_of(path[:-1]), key_of(path)
    if not typed.strip():
        return _without(text, path)
    kind = key.kind if key is not None else "any"
    if kind in VALUES and kind != "limit":
        kind = "rate" if kind in ("rate", "clawback share") else "number"
    return set_value(text, path, literal(kind, typed), tuple(section or ()))


def _without(text: str, path: KeyPath) -> str:
    """Take a key out; with the last one inside an inline table, that table too."""
    data = tomllib.loads(text)
    holder = at(data, path[:-1])
    if not isinstance(holder, dict) or path[-1] not in holder:
        return text
    key = key_of(path[:-1])
    if len(holder) == 1 and key is not None and key.kind in ("clawback", "split"):
        return remove(text, path[:-1])
    return remove(text, path)


# --- tables of values


def to_table(text: str, path: KeyPath, figure: str) -> str:
    """Turn a figure into a table by term of one row that says the same."""
    row = literal(_figure_kind(path), figure) if figure.strip() else '"0%"'
    section = section_of(path[:-1])
    return set_value(text, path, f'{{ by = "term", "0" = {row} }}', tuple(section or ()))


def to_figure(text: str, path: KeyPath, raw: Mapping[str, Any]) -> str:
    """Turn a table into the figure of its first row."""
    first = next((written(value) for name, value in raw.items() if name not in RESERVED and written(value)), "")
    return change(text, path, first)


def change_table_key(text: str, path: KeyPath, name: str, typed: str) -> str:
    """Write what a table of values is keyed on: by, of or mode; nothing takes it out."""
    if not typed:
        return remove(text, (*path, name))
    return set_value(text, (*path, name), string(typed), RESERVED)


def change_row(text: str, path: KeyPath, row: str, typed: str) -> str:
    """Write the figure of a row of a table of values; nothing takes the row out."""
    if not typed.strip():
        return remove(text, (*path, row))
    return set_value(text, (*path, row), literal(_figure_kind(path), typed))


def rename_row(text: str, path: KeyPath, row: str, name: str) -> str:
    """Give a row another key; nothing takes the row out."""
    return rename(text, (*path, row), name.strip()) if name.strip() else remove(text, (*path, row))


def _figure_kind(path: KeyPath) -> str:
    """Return how the figures of the value at a path are written."""
    key = key_of(path)
    return "rate" if key is not None and key.kind in ("rate", "clawback share") else "number"


# --- conditions, instalments, split


def add_condition(text: str, path: KeyPath, count: int) -> str:
    """Add a condition at the end of a list, ready to be changed."""
    section = section_of(path[:-1])
    return set_value(text, (*path, count), '{ fact = "term", at_least = 12 }', tuple(section or ()))


def change_condition(text: str, path: KeyPath, raw: Mapping[str, Any], fact: str) -> str:
    """Let a condition test another fact; a test that does not fit it gives way to one that does."""
    text = set_value(text, (*path, "fact"), string(fact))
    kind = FACTS[fact].kind if fact in FACTS else Kind.TEXT
    if not (FACTS.get(fact) and FACTS[fact].narrows) and "of" in raw:
        text = remove(text, (*path, "of"))
    for name in [name for name in raw if name not in ("fact", "of") and name not in TESTS[kind]]:
        text = remove(text, (*path, name))
    if not any(name in raw for name in TESTS[kind]):
        name, value = FIRST_TEST[kind]
        text = set_value(text, (*path, name), value)
    return text


def change_test(text: str, path: KeyPath, old: str, new: str, value: str) -> str:
    """Let a condition test in another way; its limit goes along."""
    text = rename(text, (*path, old), new) if old else text
    return change(text, (*path, new), value)


TESTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NUMBER: ("at_least", "below", "is"),
    Kind.TEXT: ("is", "one_of"),
    Kind.FLAG: ("is",),
    Kind.DAY: ("from", "until"),
    Kind.SET: ("includes",),
}
"""The tests that fit each kind of fact."""
FIRST_TEST: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.NUMBER: ("at_least", "1"),
    Kind.TEXT: ("is", '""'),
    Kind.FLAG: ("is", "true"),
    Kind.DAY: ("from", "2026-01-01"),
    Kind.SET: ("includes", '""'),
}


def add_instalment(text: str, path: KeyPath, count: int) -> str:
    """Add an instalment at the end, ready to be changed."""
    section = section_of(path[:-1])
    return set_value(text, (*path, count), '{ share = "50%", lag = 0 }', tuple(section or ()))


# --- parts


def add_part(text: str, part: Part, near: KeyPath, data: Mapping[str, Any]) -> tuple[str, KeyPath]:
    """Add a part and return the text and where the part stands; a component goes to the plan that is `near`."""
    path = _new_path(part, near, data)
    return add_table(text, path, _FIRST_LINES[part](path), _FILE_ORDER), path


def _new_path(part: Part, near: KeyPath, data: Mapping[str, Any]) -> KeyPath:
    plans = at(data, ("plan",)) or []
    plan = int(near[1]) if len(near) > 1 and near[0] == "plan" else max(len(plans) - 1, 0)
    match part:
        case Part.SOURCE | Part.PLAN:
            return (str(part), len(at(data, (str(part),)) or []))
        case Part.INPUT:
            taken = at(data, ("inputs",)) or {}
            return ("inputs", _free("input", taken))
        case Part.TIER:
            return ("standing", "tier", len(at(data, ("standing", "tier")) or []))
        case Part.COMPONENT:
            return ("plan", plan, "pays", len(at(data, ("plan", plan, "pays")) or []))
        case Part.BUY:
            return ("plan", plan, "buy")
        case Part.QUOTA:
            return ("standing", "quota")
    return (str(part),)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def _number(path: KeyPath) -> int:
    return int(path[-1]) + 1


_FIRST_LINES: Final[Mapping[Part, Any]] = {
    Part.SOURCE: lambda path: [f'id = "source-{_number(path)}"', 'title = ""'],
    Part.INPUT: lambda _: ['label = ""', 'kind = "rate"', 'confidence = "contract"'],
    Part.STANDING: lambda _: ['period = "calendar-year"'],
    Part.QUOTA: lambda _: ['fact = "won_mrr"', "target = 0"],
    Part.TIER: lambda path: [f'name = "Tier {_number(path)}"', "requires = []"],
    Part.PLAN: lambda path: [f'id = "plan-{_number(path)}"', 'model = "agent"'],
    Part.BUY: lambda _: ['off_list = "0%"'],
    Part.COMPONENT: lambda path: [f'id = "component-{_number(path)}"', 'basis = "mrr"', 'rate = "0%"'],
}
"""What a new part starts with; a new plan needs a component as well, which the checks say."""
