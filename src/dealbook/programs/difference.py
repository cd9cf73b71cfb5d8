"""What differs between two versions of a program, as data (programs.md §1 to §6).

Owns the comparison, field by field through the whole model, so that a key that joins the model is compared without
being named here. Things with a name (inputs, tiers, plans, components) are matched by it; tables are compared row by
row. The words, and the inputs' figures behind references, are for those who show a change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from dealbook.programs import grammar, model
from dealbook.programs.conditions import Condition
from dealbook.programs.model import Component, Program
from dealbook.programs.values import Bands, Choices, Value, references


class Code(StrEnum):
    """What happened to a thing: it has another value, it is new, it is gone, or its kind stands in another order."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    ORDER = "order"


class Reach(StrEnum):
    """For which deals a change matters: none (a name, a source), new ones only, or existing ones as well."""

    NOTHING = "nothing"
    NEW_DEALS = "new-deals"
    ALL_DEALS = "all-deals"


class Step(NamedTuple):
    """One step of the way to a change: the section, which of its kind, and what that one is called."""

    section: str
    id: str = ""
    label: str = ""


class Row(NamedTuple):
    """A row of a table: the fact it is keyed on, narrowed to a category or not, and its key; None: every other one."""

    by: str
    of: str | None
    key: Decimal | date | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    `at` leads from the program to the thing, `key` names the field, `rows` lead on into a table. `kind` is the
    grammar's name for the form of the value ("rate", "number", …). `old` and `new` are parts of the model; None where
    there is none. Of an order, they are the names in their order, of those that both versions have.
    """

    code: Code
    at: tuple[Step, ...]
    key: str
    rows: tuple[Row, ...] = ()
    kind: str = ""
    old: Any = None
    new: Any = None

    @property
    def where(self) -> str:
        """The key path, by names: plan[agent].pays[residual].rate["25"]."""
        steps = [f"{step.section}[{step.id}]" if step.id else step.section for step in self.at]
        rows = "".join(f'["{"else" if row.key is None else row.key}"]' for row in self.rows)
        return ".".join([*steps, self.key]) + rows


def differences(old: Program, new: Program) -> tuple[Change, ...]:
    """Return every difference in the order of the model; none exactly where the versions say the same."""
    return tuple(_fields(old, new, ()))


def reach_of(change: Change, old: Program, new: Program) -> Reach:
    """Return for which deals a change matters (programs.md §7): what is paid over time can change for older ones."""
    if change.key in _SAYS_NOTHING or (change.at and change.at[0].section == "sources"):
        return Reach.NOTHING
    if new.applies_to != "all-deals" or new.effective_from <= old.effective_from or change.code is Code.ORDER:
        return Reach.NEW_DEALS
    if _followed(change, old, new):
        return Reach.ALL_DEALS
    return Reach.NEW_DEALS


# --- how far a change reaches

_SAYS_NOTHING: Final = frozenset(
    {
        *("id", "vendor", "version", "effective_from", "effective_until", "applies_to", "summary", "sources"),
        *("name", "label", "kind", "confidence", "source", "at_most", "note", "duties", "where", "title"),
    }
)
"""Fields that decide no payment by themselves."""
_FIGURES: Final = frozenset({"rate", "amount", "points"})
"""The fields of a later all-deals version that hold for older deals too."""


def _followed(change: Change, old: Program, new: Program) -> bool:
    """Say whether a change is of a figure that older deals' residuals follow."""
    steps = {step.section: step.id for step in change.at}
    pairs = list(_followers(old, new))
    if "pays" in steps:
        place = (steps["plans"], steps["pays"])
        return change.key in _FIGURES and any((plan, now.id) == place for plan, _, now in pairs)
    if steps.keys() == {"inputs"}:
        return change.key == "value" and any(steps["inputs"] in _inputs_of(new, now) for _, _, now in pairs)
    return change.key == "inputs" and any(
        isinstance(one, model.Input) and one.name in _inputs_of(new, now)
        for one in (change.old, change.new)
        for _, _, now in pairs
    )


def _followers(old: Program, new: Program) -> Iterator[tuple[str, Component, Component]]:
    """Yield the plan and component that pay over time on the same basis in both versions."""
    for plan in old.plans:
        later = new.plan(plan.id)
        after = {component.id: component for component in later.pays} if later else {}
        for component in plan.pays:
            now = after.get(component.id)
            if now is not None and component.every and now.every and now.basis == component.basis:
                yield plan.id, component, now


def _inputs_of(program: Program, component: Component) -> frozenset[str]:
    """Return the inputs that a component's figure rests on, through other inputs too."""
    known: set[str] = set()
    wanted = references(component.figure) | (references(component.points) if component.points is not None else set())
    while wanted:
        name = wanted.pop()
        known.add(name)
        value = program.inputs[name].value if name in program.inputs else None
        wanted |= (references(value) if value is not None else set()) - known
    return frozenset(known)


# --- comparing

_SECTIONS: Final[Mapping[type, grammar.Section]] = {
    model.Program: grammar.PROGRAM,
    model.Source: grammar.SOURCE,
    model.Input: grammar.INPUT,
    model.Quota: grammar.QUOTA,
    model.Tier: grammar.TIER,
    model.Standing: grammar.STANDING,
    model.Clawback: grammar.CLAWBACK,
    model.Component: grammar.COMPONENT,
    model.Buy: grammar.BUY,
    model.Plan: grammar.PLAN,
}
_NAMED: Final[Mapping[type, str]] = {
    model.Source: "id",
    model.Input: "name",
    model.Tier: "name",
    model.Plan: "id",
    model.Component: "id",
}
"""What is matched by a name; `label`, `title` or `name` is what it is called."""
_INSIDE: Final = (model.Standing, model.Quota, model.Buy, model.Clawback)
"""What is compared field by field where both versions have it."""


class _Spot(NamedTuple):
    """Where two values are compared."""

    at: tuple[Step, ...]
    key: str
    kind: str
    rows: tuple[Row, ...] = ()

    def change(self, code: Code, old: object = None, new: object = None) -> Change:
        return Change(code=code, at=self.at, key=self.key, rows=self.rows, kind=self.kind, old=old, new=new)

    def either(self, old: object, new: object) -> Change:
        """Return the change of a thing that there may not be in one of the versions."""
        code = Code.NEW if old is None else Code.GONE if new is None else Code.CHANGED
        return self.change(code, old, new)


def _fields(old: Any, new: Any, at: tuple[Step, ...]) -> Iterator[Change]:  # noqa: ANN401 - two of one dataclass
    section = _SECTIONS[type(old)]
    for one in fields(old):
        kind = section[one.name].kind if one.name in section else ""
        if isinstance(old, model.Input) and one.name in ("value", "at_most"):
            kind = new.kind
        yield from _compared(_Spot(at, one.name, kind), getattr(old, one.name), getattr(new, one.name))


def _compared(spot: _Spot, old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401 - any field's value
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _several(spot, old, new)
    elif _are(Condition, old, new):
        yield from _conditions(spot, old, new)
    elif any(_are(kind, old, new) for kind in _NAMED):
        yield from _several(spot, _by_name(old), _by_name(new))
    elif type(old) is type(new) and isinstance(old, _INSIDE):
        yield from _fields(old, new, (*spot.at, Step(spot.key)))
    elif isinstance(old, Value) and isinstance(new, Value):
        yield from _values(spot, old, new)
    else:
        yield spot.either(old, new)


def _are(kind: type, *several: object) -> bool:
    """Say whether these are tuples of `kind` only, and not all of them empty."""
    return all(isinstance(one, tuple) and all(isinstance(item, kind) for item in one) for one in several) and any(
        several
    )


# --- things with a name


def _by_name(items: Sequence[Any]) -> dict[str, Any]:
    return _counted((getattr(item, _NAMED[type(item)]), item) for item in items)


def _counted(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return things by name; a second one of the same name gets a number, so that none is lost."""
    found: dict[str, Any] = {}
    for name, item in pairs:
        key, number = name, 1
        while key in found:
            number += 1
            key = f"{name} {number}"
        found[key] = item
    return found


def _several(spot: _Spot, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, item in old.items():
        if name in new:
            yield from _fields(item, new[name], (*spot.at, _step(spot.key, name, new[name])))
        else:
            yield spot.change(Code.GONE, item)
    for name, item in new.items():
        if name not in old:
            yield spot.change(Code.NEW, None, item)
    yield from _order(spot, old, new)


def _step(section: str, name: str, item: object) -> Step:
    called = next((text for key in ("label", "title", "name") if (text := getattr(item, key, ""))), name)
    return Step(section, name, called)


def _order(spot: _Spot, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield a change where what both versions have stands in another order; an input's place means nothing."""
    before, after = [name for name in old if name in new], [name for name in new if name in old]
    if before != after and spot.key != "inputs":
        yield spot.change(Code.ORDER, _labels(before, old), _labels(after, new))


def _labels(names: Iterable[str], items: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(_step("", name, items[name]).label for name in names)


# --- conditions: matched by what they test


def _conditions(spot: _Spot, old: Sequence[Condition], new: Sequence[Condition]) -> Iterator[Change]:
    before, after = _by_fact(old), _by_fact(new)
    for name, condition in before.items():
        if name not in after:
            yield spot.change(Code.GONE, condition)
        elif condition != after[name]:
            yield spot.change(Code.CHANGED, condition, after[name])
    for name, condition in after.items():
        if name not in before:
            yield spot.change(Code.NEW, None, condition)
    order, kept = [name for name in before if name in after], [name for name in after if name in before]
    if order != kept:
        yield spot.change(Code.ORDER, tuple(order), tuple(kept))


def _by_fact(conditions: Iterable[Condition]) -> dict[str, Condition]:
    """Return conditions by fact and category, without their places in the file: those say nothing."""
    return _counted((f"{one.fact} {one.of}" if one.of else one.fact, replace(one, where="")) for one in conditions)


# --- tables, row by row


def _values(spot: _Spot, old: Value, new: Value) -> Iterator[Change]:
    if old == new:
        return
    if not isinstance(old, Bands | Choices) or _shape(old) != _shape(new):
        yield spot.change(Code.CHANGED, old, new)
        return
    before, after = dict(rows_of(old)), dict(rows_of(new))
    for row in sorted({**before, **after}, key=_row_order(before, after)):
        place = spot._replace(rows=(*spot.rows, row))
        if row in before and row in after:
            yield from _values(place, before[row], after[row])
        else:
            yield place.either(before.get(row), after.get(row))


def _shape(value: Value) -> tuple[object, ...]:
    """Return what two tables must share so that their rows can be compared."""
    if isinstance(value, Bands):
        return Bands, value.by, value.of, value.marginal
    return (Choices, value.by) if isinstance(value, Choices) else ()


def rows_of(value: Value) -> list[tuple[Row, Value]]:
    """Return the rows of a table with their keys, in their order; none of what is no table."""
    if isinstance(value, Bands):
        keys: Sequence[Decimal | date] = value.keys
        return [(Row(value.by, value.of, key), row) for key, row in zip(keys, value.rows, strict=True)]
    if isinstance(value, Choices):
        rest = [] if value.otherwise is None else [(Row(value.by, None, None), value.otherwise)]
        return [*((Row(value.by, None, key), row) for key, row in value.rows.items()), *rest]
    return []


def _row_order(before: Mapping[Row, Value], after: Mapping[Row, Value]) -> Any:  # noqa: ANN401 - a key for `sorted`
    """Return how rows are sorted: those that can be ordered by their keys, names as the files have them."""
    places = {row: place for place, row in enumerate([*before, *(row for row in after if row not in before)])}
    keys = {type(row.key) for row in places}
    if len(keys) == 1 and keys <= {Decimal, date}:
        return lambda row: row.key
    return lambda row: (row.key is None, places[row])


def compared_fields() -> Iterator[tuple[type, str]]:
    """Yield every class and field that is compared, for those who must have words for each of them."""
    for kind in _SECTIONS:
        if is_dataclass(kind):
            for one in fields(kind):
                yield kind, one.name
