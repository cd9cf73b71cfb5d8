"""What is filled into the form, written into the text: one key, one row or one part at a time, and nothing else.

Every function takes the text and returns the new one; raises `UnchangeableError` where the text is written in a way
that the form does not understand. What was typed is written as it is, right or wrong: the checks say what is wrong.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dealbook.desk.program_form import Part, at
from dealbook.desk.sections import VALUES, key_of, section_of
from dealbook.programs import grammar
from dealbook.programs.spans import KeyPath, string
from dealbook.programs.textedit import add_table, remove, set_value

_NUMBER: Final = re.compile(r"[+-]?(0|[1-9]\d{0,14})(\.\d{1,12})?")
_WHOLE: Final = re.compile(r"[+-]?(0|[1-9]\d{0,14})")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LISTS: Final = frozenset({"texts", "choices", "text list"})
_FIGURES: Final = frozenset({"number", "limit", "price", "quantity", "input value", "input figure", "any"})
_COUNTS: Final = frozenset({"count", "positive count", "month", "months", "upfront", "life or count", "format"})
_FILE_ORDER: Final = tuple(grammar.FILE)


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


def begin(text: str, path: KeyPath) -> str:
    """Put a key with rows of its own into the text, with rows to begin from; any other key waits until it is filled."""
    key, section = key_of(path), section_of(path[:-1])
    if key is None or key.kind not in _BEGINNINGS:
        return text
    return set_value(text, path, _BEGINNINGS[key.kind], tuple(section or ()))


_BEGINNINGS: Final = {
    "conditions": '[{ fact = "term", at_least = 12 }]',
    "instalments": '[{ share = "50%" }, { share = "50%", lag = 6 }]',
    "split": '{ acquisition = "50%", care = "50%" }',
    "clawback": '{ window = 12, share = "100%" }',
}
"""What keys that hold more than one figure begin with."""


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
