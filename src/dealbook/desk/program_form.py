"""A program's text as a guided form: its parts as an outline, and the keys of one part as fields.

Works on what TOML reads in the text, not on the program, so that the form stands while a figure in it is still wrong.
What is shown and how it is edited follows the grammar's tables: a key that the language gains is in the form at once.
How a field's input gets back into the text stands in `form_edits`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from dealbook.desk.sections import LENGTHS, VALUES, section_of
from dealbook.programs import grammar
from dealbook.programs.grammar import Key, Section
from dealbook.programs.spans import KeyPath

Data = Mapping[str, Any]
_PARTS: Final = frozenset({"table", "tables", "named tables"})
"""Kinds of keys that are parts of their own and not fields."""


class Part(StrEnum):
    """What an entry of the outline is; the value is its name in the language's own sections."""

    PROGRAM = "program"
    SOURCE = "source"
    INPUT = "inputs"
    STANDING = "standing"
    QUOTA = "quota"
    TIER = "tier"
    PLAN = "plan"
    BUY = "buy"
    COMPONENT = "pays"


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a program: where it stands, what it is, its name, and how deep inside other parts."""

    path: KeyPath
    part: Part
    title: str
    depth: int = 0


class Shape(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    LONG = "long"
    CHOICE = "choice"
    CHOICES = "choices"
    VALUE = "value"
    """A figure, an input or a table."""
    CONDITIONS = "conditions"
    PARTS = "parts"
    """Instalments: shares with a lag."""
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class FormField:
    """One key of a part. `raw` is what TOML reads, None where the key is absent; `written` is a figure as it stands.

    `options` are the texts to choose from, and `default` what holds where the key is absent.
    """

    path: KeyPath
    key: Key
    shape: Shape
    raw: Any
    written: str
    options: tuple[str, ...] = ()
    default: str = ""

    @property
    def name(self) -> str:
        """The key's name."""
        return str(self.path[-1])


# --- the outline


def outline(data: Data) -> list[Entry]:
    """Return the parts of a program in the order of the language; what is not where it belongs is left out."""
    head = data.get("program")
    found = [Entry(("program",), Part.PROGRAM, _title(head, "vendor", "name"))]
    found += _each(data, ("source",), Part.SOURCE, ("title", "id"))
    inputs = data.get("inputs")
    for name, one in inputs.items() if isinstance(inputs, dict) else ():
        found.append(Entry(("inputs", name), Part.INPUT, _first(one, "label") or name))
    found += _standing(data.get("standing"))
    for entry in _each(data, ("plan",), Part.PLAN, ("name", "id")):
        plan = at(data, entry.path)
        found.append(entry)
        if isinstance(plan, dict) and "buy" in plan:
            found.append(Entry((*entry.path, "buy"), Part.BUY, "", 1))
        found += _each(data, (*entry.path, "pays"), Part.COMPONENT, ("label", "id"), 1)
    return found


def _standing(raw: object) -> Iterator[Entry]:
    if not isinstance(raw, dict):
        return
    yield Entry(("standing",), Part.STANDING, "")
    if "quota" in raw:
        yield Entry(("standing", "quota"), Part.QUOTA, "", 1)
    yield from _each({"standing": raw}, ("standing", "tier"), Part.TIER, ("name",), 1)


def _each(data: Data, path: KeyPath, part: Part, names: tuple[str, ...], depth: int = 0) -> list[Entry]:
    found = at(data, path)
    if not isinstance(found, list):
        return []
    return [Entry((*path, i), part, _first(one, *names), depth) for i, one in enumerate(found)]


def at(data: Any, path: KeyPath) -> Any:  # noqa: ANN401 - what a TOML text holds
    """Return what stands at a path; None where nothing does."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _first(raw: object, *names: str) -> str:
    texts = (raw.get(name) for name in names) if isinstance(raw, dict) else ()
    return next((text for text in texts if isinstance(text, str) and text), "")


def _title(raw: object, *names: str) -> str:
    return " · ".join(text for name in names if (text := _first(raw, name)))


# --- the fields of a part


def fields(data: Data, path: KeyPath) -> list[FormField]:
    """Return the fields of a part: the keys that matter for it as it is, in the order of the grammar."""
    section, raw = section_of(path), at(data, path)
    if section is None or not isinstance(raw, dict):
        return []
    given = raw or {}
    shown = (name for name, key in section.items() if key.kind not in _PARTS)
    return list(_made(data, path, section, [name for name in shown if name in given or _matters(section, name, given)]))


def more(data: Data, path: KeyPath) -> list[str]:
    """Return the keys of a part that it could have besides the fields shown."""
    section = section_of(path)
    if section is None:
        return []
    shown = {field.name for field in fields(data, path)}
    return [name for name, key in section.items() if key.kind not in _PARTS and name not in shown]


def field_of(data: Data, path: KeyPath) -> FormField | None:
    """Return the field of one key, whether or not it is there; None where the language has no such key."""
    section = section_of(path[:-1])
    return next(_made(data, path[:-1], section, [str(path[-1])]), None) if section and path[-1] in section else None


def _made(data: Data, path: KeyPath, section: Section, names: list[str]) -> Iterator[FormField]:
    for name in names:
        key, where = section[name], (*path, name)
        raw = at(data, where)
        if key.kind == "clawback":
            yield from (
                f for f in _made(data, where, grammar.CLAWBACK, list(grammar.CLAWBACK)) if isinstance(raw, dict)
            )
            continue
        yield FormField(where, key, _shape(name, key), raw, written(raw), _options(data, name, key), _default(key))


def _shape(name: str, key: Key) -> Shape:
    by_kind = {
        "choice": Shape.CHOICE,
        "flag": Shape.CHOICE,
        "source": Shape.CHOICE,
        "conditions": Shape.CONDITIONS,
        "instalments": Shape.PARTS,
        "split": Shape.SPLIT,
        "choices": Shape.CHOICES,
    }
    if name in ("summary", "note"):
        return Shape.LONG
    if name == "otherwise":
        return Shape.CHOICE
    return Shape.VALUE if key.kind in VALUES else by_kind.get(key.kind, Shape.LINE)


def _options(data: Data, name: str, key: Key) -> tuple[str, ...]:
    if key.kind == "source":
        return _names(data.get("source"), "id")
    if name == "otherwise":
        return _names(data.get("plan"), "id")
    if key.kind in LENGTHS:
        return LENGTHS[key.kind]
    return ("true", "false") if key.kind == "flag" else key.choices


def _names(raw: object, key: str) -> tuple[str, ...]:
    rows = raw if isinstance(raw, list) else []
    return tuple(row[key] for row in rows if isinstance(row, dict) and isinstance(row.get(key), str))


def _default(key: Key) -> str:
    return written(key.default) if isinstance(key.default, str | bool | int) else ""


def written(raw: object) -> str:
    """Return a figure, text, day or list as a field shows it; nothing for a table."""
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            return raw
        case Decimal():
            return f"{raw:f}"
        case int():
            return str(raw)
        case date():
            return raw.isoformat()
        case list() if not any(isinstance(one, dict | list) for one in raw):
            return ", ".join(written(one) for one in raw)
    return ""


# --- what matters for a component as it is


def _once(raw: Data) -> bool:
    return "every" not in raw


def _over_time(raw: Data) -> bool:
    return "every" in raw or "upfront" in raw


def _paid_ahead(raw: Data) -> bool:
    return _once(raw) or "upfront" in raw


def _by_rate(raw: Data) -> bool:
    return raw.get("basis") not in ("seats", "deal")


def _always(_raw: Data) -> bool:
    return True


_COMPONENT: Final[Mapping[str, Callable[[Data], bool]]] = {
    "label": _always,
    "rate": _by_rate,
    "amount": lambda raw: not _by_rate(raw),
    "at": _paid_ahead,
    "every": _always,
    "months": _over_time,
    "upfront": lambda raw: "every" in raw and raw.get("basis") in ("mrr", "margin"),
    "requires": _always,
    "source": _always,
}
_MATTERS: Final[tuple[tuple[Section, Mapping[str, Callable[[Data], bool]]], ...]] = (
    (grammar.COMPONENT, _COMPONENT),
    (grammar.PLAN, dict.fromkeys(("name", "requires"), _always)),
    (grammar.INPUT, dict.fromkeys(("label", "kind", "confidence", "source", "value", "at_most"), _always)),
    (grammar.STANDING, dict.fromkeys(("period", "counts_this_deal", "takes_effect"), _always)),
)
"""Which keys of a part are shown although they are absent; of the other sections, all."""


def _matters(section: Section, name: str, raw: Data) -> bool:
    if section[name].required:
        return True
    rules = next((rules for one, rules in _MATTERS if one is section), None)
    if rules is None:
        return True
    return name in rules and rules[name](raw)
