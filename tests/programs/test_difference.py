"""Differences of two versions: whatever field of the model changes is told, and equal versions tell nothing."""

# ruff: noqa: ANN401 - what is built, walked and changed here is any part of the model

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealbook.programs import conditions, model, values
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.conditions import Condition
from dealbook.programs.difference import Change, Code, Reach, differences, reach_of
from dealbook.programs.model import Buy, Clawback, Component, Input, Instalment, Plan, Program, Quota, Source, Standing
from dealbook.programs.model import Tier as ATier
from dealbook.programs.reader import read_program
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

# --- any program: built from the types of the model's own fields, so that a new field is tried as well

TEXTS = st.sampled_from(["", "a", "b", "seats", "term", "residual"])
PLAIN: Mapping[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(0, 60),
    bool: st.booleans(),
    Decimal: st.decimals(0, 100, places=2),
    date: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    NoneType: st.none(),
    Any: TEXTS,
}
FIGURES = st.builds(Fixed, PLAIN[Decimal]) | st.builds(Ref, TEXTS)


def bands(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Bands]:
    """Return tables on a fact that can be ordered, of two rows."""
    keys = st.tuples(st.sampled_from([Decimal(0), Decimal(5)]), st.sampled_from([Decimal(10), Decimal(20)]))
    by = st.sampled_from(["seats", "term"])
    return st.builds(Bands, by, st.sampled_from([None, "ccaas"]), keys, st.tuples(rows, rows), st.booleans())


def choices(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Choices]:
    """Return tables on a text."""
    named = st.dictionaries(st.sampled_from(["new", "existing"]), rows, min_size=1)
    return st.builds(Choices, st.sampled_from(["customer_kind", "segment"]), named, st.none() | rows)


INNER = FIGURES | bands(FIGURES)
VALUES: Mapping[object, st.SearchStrategy[Any]] = {
    Fixed: st.builds(Fixed, PLAIN[Decimal]),
    Ref: st.builds(Ref, TEXTS),
    Bands: bands(INNER),
    Choices: choices(INNER),
    Value: FIGURES | bands(INNER) | choices(INNER),
}


def strategy(hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values of a type of the model; a type that is not known here has to be taught.

    Inside the first class, others are plain ones that differ in their names: each has a test of its own.
    """
    origin, args = get_origin(hint), get_args(hint)
    if hint in PLAIN or hint in VALUES:
        return PLAIN[hint] if hint in PLAIN else VALUES[hint]
    if origin in (Union, UnionType):
        has_values = set(get_args(Value)) <= set(args)
        rest = [one for one in args if not has_values or one not in get_args(Value)]
        return st.one_of(*(strategy(one, depth) for one in rest), *([VALUES[Value]] if has_values else []))
    if origin is tuple and args[-1] is ...:
        return st.lists(strategy(args[0], depth), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(strategy(one, depth) for one in args))
    if origin is frozenset:
        return st.frozensets(strategy(args[0], depth), max_size=2)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(TEXTS, strategy(args[1], depth), max_size=2)
    assert isinstance(hint, type)
    assert is_dataclass(hint), hint
    wanted = (
        fields(hint) if not depth else [one for one in fields(hint) if one.default is MISSING is one.default_factory]
    )
    hints = get_type_hints(hint)
    return st.builds(hint, **{one.name: strategy(hints[one.name], depth + 1) for one in wanted})


PROGRAMS = strategy(Program)


def bare(thing: Any) -> Any:
    """Return a thing of the model without the places of conditions in their file: those say nothing."""
    if isinstance(thing, Condition):
        thing = replace(thing, where="")
    if is_dataclass(thing):
        return type(thing).__name__, *(bare(getattr(thing, one.name)) for one in fields(thing))
    if isinstance(thing, Mapping):
        return {name: bare(one) for name, one in thing.items()}
    return tuple(map(bare, thing)) if isinstance(thing, tuple) else thing


def nodes(thing: Any) -> Iterator[Any]:
    """Yield every dataclass inside a thing, itself included."""
    if is_dataclass(thing):
        yield thing
        for one in fields(thing):
            yield from nodes(getattr(thing, one.name))
    elif isinstance(thing, tuple | Mapping):
        for one in thing.values() if isinstance(thing, Mapping) else thing:
            yield from nodes(one)


def rebuilt(thing: Any, target: Any, replacement: Any) -> Any:
    """Return a thing with one node in it (that very object) replaced."""
    if thing is target:
        return replacement
    if is_dataclass(thing) and not isinstance(thing, type):
        changed = {one.name: rebuilt(getattr(thing, one.name), target, replacement) for one in fields(thing)}
        return replace(thing, **changed)
    if isinstance(thing, Mapping):
        return {name: rebuilt(one, target, replacement) for name, one in thing.items()}
    return tuple(rebuilt(one, target, replacement) for one in thing) if isinstance(thing, tuple) else thing


# --- complete


COMPONENT = Component(id="residual", basis="mrr", rate=Fixed(Decimal("0.15")), every=1)
PLAN = Plan(id="agent", name="Agent", model="agent", pays=(COMPONENT,))
BASE = Program(id="x", vendor="X", name="X", version="1", effective_from=date(2020, 1, 1), plans=(PLAN,))


def in_plan(**changes: Any) -> Program:
    return replace(BASE, plans=(replace(PLAN, **changes),))


def in_component(**changes: Any) -> Program:
    return in_plan(pays=(replace(COMPONENT, **changes),))


HOMES: Mapping[type, Callable[[Any], Program]] = {
    Program: lambda one: one,
    Source: lambda one: replace(BASE, sources=(one,)),
    Input: lambda one: replace(BASE, inputs={"x": one}),
    Standing: lambda one: replace(BASE, standing=one),
    Quota: lambda one: replace(BASE, standing=Standing(quota=one)),
    ATier: lambda one: replace(BASE, standing=Standing(tiers=(one,))),
    Plan: lambda one: replace(BASE, plans=(one,)),
    Buy: lambda one: in_plan(buy=one),
    Component: lambda one: in_plan(pays=(one,)),
    Clawback: lambda one: in_component(clawback=one),
    Instalment: lambda one: in_component(instalments=(one,)),
    Condition: lambda one: in_plan(requires=(one,)),
    **dict.fromkeys((Fixed, Ref, Bands, Choices), lambda one: in_component(rate=one)),
}
"""Every class of the model, and a program that has one of it."""
FIELDS = [(kind, one.name) for kind in HOMES for one in fields(kind) if (kind, one.name) != (Condition, "where")]


def test_every_class_of_the_model_is_tried() -> None:
    found = {
        thing
        for module in (model, values, conditions)
        for thing in vars(module).values()
        if is_dataclass(thing) and isinstance(thing, type) and thing.__module__ == module.__name__
    }
    assert found == set(HOMES)


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda part: getattr(part, "__name__", part))
@settings(max_examples=15)
@given(data=st.data())
def test_a_change_of_any_field_is_told(kind: type, name: str, data: st.DataObject) -> None:
    node = data.draw(strategy(kind))
    if kind is Bands and name in ("keys", "rows"):  # one goes with the other
        other = data.draw(strategy(Bands).filter(lambda table: table.keys != node.keys))
        changed = replace(node, keys=other.keys, rows=other.rows)
    else:
        hint = get_type_hints(kind)[name]
        other = data.draw(strategy(hint).filter(lambda found: bare(found) != bare(getattr(node, name))))
        changed = replace(node, **{name: other})
    old, new = HOMES[kind](node), HOMES[kind](changed)
    assert differences(old, new) != ()
    assert differences(new, old) != ()


@given(data=st.data())
def test_programs_that_differ_anywhere_are_told_apart(data: st.DataObject) -> None:
    program = data.draw(PROGRAMS)
    target = data.draw(st.sampled_from([node for node in nodes(program) if not isinstance(node, Bands)]))
    name = data.draw(st.sampled_from([one.name for one in fields(target)]))
    changed = replace(target, **{name: data.draw(strategy(get_type_hints(type(target))[name]))})
    other = rebuilt(program, target, changed)
    assert (differences(program, other) == ()) is (bare(program) == bare(other))


@given(PROGRAMS, PROGRAMS)
def test_differences_go_both_ways(one: Program, other: Program) -> None:
    there, back = differences(one, other), differences(other, one)
    assert sorted(change.where for change in there) == sorted(change.where for change in back)
    turned = {Code.NEW: Code.GONE, Code.GONE: Code.NEW}
    assert sorted(change.code for change in there) == sorted(turned.get(c.code, c.code) for c in back)
    assert differences(one, one) == ()


@pytest.mark.parametrize(("name", "text"), shipped(), ids=lambda part: part if "/" in part[:60] else "")
def test_a_file_read_twice_is_the_same(name: str, text: str) -> None:
    moved = text.replace("[[plan]]", "\n\n[[plan]]")
    assert differences(read_program(text), read_program(moved)) == ()


# --- what is told


def only(old: Program, new: Program) -> Change:
    (change,) = differences(old, new)
    return change


def table(*rows: tuple[int, str], by: str = "seats") -> Bands:
    return Bands(by, None, tuple(Decimal(key) for key, _ in rows), tuple(Fixed(Decimal(rate)) for _, rate in rows))


def test_tables_are_compared_row_by_row() -> None:
    old = in_component(rate=table((1, "2"), (10, "2.5"), (25, "3")))
    new = in_component(rate=table((1, "2"), (25, "4"), (50, "5")))
    found = [(change.where, change.code) for change in differences(old, new)]
    assert found == [
        ('plans[agent].pays[residual].rate["10"]', Code.GONE),
        ('plans[agent].pays[residual].rate["25"]', Code.CHANGED),
        ('plans[agent].pays[residual].rate["50"]', Code.NEW),
    ]


def test_tables_in_tables_are_compared_row_by_row() -> None:
    def by_kind(new: str) -> Program:
        rows: dict[str, Value] = {"new": table((1, new), (10, "3")), "existing": Fixed(Decimal(1))}
        return in_component(rate=Choices("customer_kind", rows))

    change = only(by_kind("2"), by_kind("1"))
    assert [row.key for row in change.rows] == ["new", Decimal(1)]
    assert change.where.endswith('rate["new"]["1"]')


def test_a_table_on_another_fact_is_another_value() -> None:
    change = only(in_component(rate=table((1, "2"))), in_component(rate=table((1, "2"), by="term")))
    assert change.rows == ()
    assert (change.old.by, change.new.by) == ("seats", "term")


def test_things_are_matched_by_name_and_their_order_is_told() -> None:
    other = replace(PLAN, id="resale", name="Resale")
    change = only(replace(BASE, plans=(PLAN, other)), replace(BASE, plans=(other, PLAN)))
    assert (change.code, change.old, change.new) == (Code.ORDER, ("Agent", "Resale"), ("Resale", "Agent"))
    assert only(BASE, replace(BASE, plans=(other, PLAN))).code is Code.NEW


def test_a_condition_in_another_place_is_the_same() -> None:
    def asking(*facts: str) -> Program:
        return in_plan(
            requires=tuple(
                Condition(fact, f"plan[0].requires[{i}]", at_least=Fixed(Decimal(12))) for i, fact in enumerate(facts)
            )
        )

    assert only(asking("term"), asking("seats", "term")).new.fact == "seats"


# --- the reach


def later(program: Program, applies_to: str = "all-deals", day: date = date(2021, 1, 1)) -> Program:
    return replace(program, applies_to=applies_to, effective_from=day, version="2")


def reach(old: Program, new: Program, key: str) -> Reach:
    (found,) = {reach_of(change, old, new) for change in differences(old, new) if change.key == key}
    return found


def test_what_is_paid_over_time_reaches_older_deals_where_the_version_says_so() -> None:
    lower = in_component(rate=Fixed(Decimal("0.14")))
    assert reach(BASE, later(lower), "rate") is Reach.ALL_DEALS
    assert reach(BASE, later(lower, "new-deals"), "rate") is Reach.NEW_DEALS
    assert reach(later(BASE), replace(lower, applies_to="all-deals"), "rate") is Reach.NEW_DEALS, "an earlier one"


@pytest.mark.parametrize(
    "changes",
    [{"every": 0}, {"basis": "margin"}, {"id": "other"}],
    ids=["once", "another basis", "another component"],
)
def test_what_is_another_component_reaches_new_deals_only(changes: dict[str, Any]) -> None:
    new = later(in_component(rate=Fixed(Decimal("0.14")), **changes))
    assert Reach.ALL_DEALS not in {reach_of(change, BASE, new) for change in differences(BASE, new)}


def test_what_was_paid_once_does_not_follow_what_is_paid_over_time_now() -> None:
    old = in_component(every=0)
    assert Reach.ALL_DEALS not in {reach_of(change, old, later(BASE)) for change in differences(old, later(BASE))}
    cheaper = later(in_component(rate=Fixed(Decimal("0.14"))))
    assert reach(old, cheaper, "rate") is Reach.NEW_DEALS


def test_points_reach_as_far_as_the_rate_that_they_are_added_to() -> None:
    less = in_component(points=Ref("malus"))
    given = Input(name="malus", label="Malus", value=Fixed(Decimal("-0.01")))
    old, new = (replace(less, inputs={"malus": replace(given, value=Fixed(Decimal(v)))}) for v in ("-0.01", "-0.02"))
    assert reach(old, later(new), "value") is Reach.ALL_DEALS
    assert reach(BASE, later(less), "points") is Reach.ALL_DEALS


def test_only_the_figure_reaches_older_deals() -> None:
    assert reach(BASE, later(in_component(lag=2)), "lag") is Reach.NEW_DEALS
    assert reach(BASE, later(in_component(cap=Fixed(Decimal(500)))), "cap") is Reach.NEW_DEALS


def test_an_input_reaches_as_far_as_the_figures_that_rest_on_it() -> None:
    def resting(share: str, used: str = "share") -> Program:
        inputs = {
            "share": Input(name="share", label="Share", value=Ref("deep")),
            "deep": Input(name="deep", label="Deep", value=Fixed(Decimal(share))),
        }
        return replace(in_component(rate=Ref(used) if used else Fixed(Decimal(1))), inputs=inputs)

    assert reach(resting("0.1"), later(resting("0.2")), "value") is Reach.ALL_DEALS
    assert reach(resting("0.1", ""), later(resting("0.2", "")), "value") is Reach.NEW_DEALS


def test_names_and_sources_reach_nothing() -> None:
    new = later(replace(BASE, name="Y", sources=(Source(id="s", title="S"),)))
    assert {reach_of(change, BASE, new) for change in differences(BASE, new)} == {Reach.NOTHING}


def test_a_real_change_note() -> None:
    old, new = Catalog.load(shipped()).versions["nfon-ngage"][:2]
    found = {change.where: change for change in differences(old, new)}
    assert found["inputs[commission].value"].new == Fixed(Decimal("0.15"))
    assert found["plans[commission].pays[commission].split"].old == ()
    assert Reach.ALL_DEALS not in {reach_of(change, old, new) for change in found.values()}
