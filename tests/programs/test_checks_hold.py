"""The checks of tables held against the tables themselves: deals that get through never meet what is called dead."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from dealbook.programs.checks import tables
from dealbook.programs.checks.paying import plans_that_never_pay
from dealbook.programs.conditions import failures
from dealbook.programs.facts import Facts, Known
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program
from dealbook.programs.values import Bands, Choices, Fixed, Value

HEAD = """\
format = 1
[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas"]
[[plan]]
id = "agent"
model = "agent"
"""
KEYS = {
    "term": ["1", "12", "24", "36"],
    "seats": ["0", "10", "12", "50"],
    "discount": ["0", "10%", "50%"],
    "customer_kind": ["new", "existing", "migration", "else"],
    "registered": ["true", "false", "else"],
}
DEALS = st.fixed_dictionaries(
    {
        "term": st.sampled_from([1, 11, 12, 13, 24, 35, 36, 48]).map(Decimal),
        "seats": st.sampled_from([1, 9, 10, 11, 12, 49, 50, 51]).map(Decimal),
        "discount": st.sampled_from(["0", "0.05", "0.1", "0.5", "1"]).map(Decimal),
        "customer_kind": st.sampled_from(["new", "existing", "migration"]),
        "registered": st.booleans(),
    }
)
FIGURES = st.sampled_from(["0%", "5%", "2x"])


@st.composite
def nested(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    fact = draw(st.sampled_from(sorted(KEYS)))
    names = draw(st.lists(st.sampled_from(KEYS[fact]), min_size=1, max_size=4, unique=True))
    return {"by": fact, **{name: draw(inner) for name in names}}


LIMITS = st.sampled_from([1, 10, 12, 13, 24, 36])
CONDITIONS = st.one_of(
    st.fixed_dictionaries(
        {"fact": st.sampled_from(["term", "seats"])}, optional={"at_least": LIMITS, "below": LIMITS, "is": LIMITS}
    ),
    st.fixed_dictionaries({"fact": st.just("term"), "one_of": st.just(["12", "24"])}),
    st.fixed_dictionaries({"fact": st.just("discount"), "below": st.sampled_from(["10%", "60%"])}),
    st.fixed_dictionaries({"fact": st.just("customer_kind"), "one_of": st.just(["new", "existing"])}),
    st.fixed_dictionaries({"fact": st.just("registered"), "is": st.booleans()}),
).filter(lambda condition: len(condition) > 1)


def inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {inline(one)}' for name, one in value.items()) + " }"
    return "[" + ", ".join(map(inline, value)) + "]" if isinstance(value, list) else json.dumps(value)


def program(table: dict[str, Any], conditions: list[dict[str, Any]]) -> Program:
    keys = f"rate = {inline(table)}\nrequires = {inline(conditions)}\n"
    return read_program(f'{HEAD}[[plan.pays]]\nid = "bonus"\nbasis = "mrr"\n{keys}')


def facts_of(deal: dict[str, Any]) -> Facts:
    known: Known = {}
    known.update(deal)
    return Facts(known, {}, lambda _facts, name, _of: deal[name])


def walked(value: Value, facts: Facts, where: str) -> Iterator[tuple[str, str | None]]:
    """Yield the tables that a deal meets and the row that holds in each; None where none does."""
    if isinstance(value, Bands):
        index = value.row(facts.get(value.by))
        yield where, None if index < 0 else str(value.keys[index])
        if index >= 0:
            yield from walked(value.rows[index], facts, f'{where}."{value.keys[index]}"')
    elif isinstance(value, Choices):
        fact = facts.get(value.by)
        name = str(fact).lower() if isinstance(fact, bool) else str(fact)
        name = name if name in value.rows else "else"
        row = value.rows.get(name, value.otherwise)
        yield where, None if row is None else name
        if row is not None:
            yield from walked(row, facts, f'{where}."{name}"')


@settings(max_examples=400, deadline=None)
@given(
    nested(st.recursive(FIGURES, nested, max_leaves=8)), st.lists(CONDITIONS, max_size=3), st.lists(DEALS, min_size=1)
)
def test_what_a_deal_meets_is_neither_dead_nor_an_unknown_gap(
    table: dict[str, Any], conditions: list[dict[str, Any]], deals: list[dict[str, Any]]
) -> None:
    read = program(table, conditions)
    component = read.plans[0].pays[0]
    let_through = [deal for deal in deals if not failures(component.requires, facts_of(deal))]
    assume(let_through)
    dead = set(dead_rows(read))
    gaps = {found.where for found in tables.gaps(read)}
    asked = {condition.fact for condition in component.requires if condition.at_least or condition.exactly}
    never = {found.code for found in plans_that_never_pay(read)}
    event(f"dead {bool(dead)}, gaps {bool(gaps)}, never {bool(never)}")
    for deal in let_through:
        facts = facts_of(deal)
        for where, row in walked(component.figure, facts, "plan[0].pays[0].rate"):
            assert (where, row) not in dead
            if row is None and not is_free(component.figure, where, asked):
                assert where in gaps or where in {table for table, _ in dead}, "or none of its rows can hold"
        picked = component.figure.pick(facts)
        if never:
            assert not isinstance(picked, Decimal) or picked <= 0


def dead_rows(read: Program) -> Iterator[tuple[str, str]]:
    """Yield the tables and rows that are called dead; one alone is named by its own place."""
    for found in tables.dead_rows(read):
        rows = found.facts["row"].split(", ")
        is_alone = len(rows) == 1 and found.code != "table-ends"
        where = found.where.removesuffix(f'."{rows[0]}"') if is_alone else found.where
        yield from ((where, row) for row in rows)


def is_free(value: Value, where: str, asked: set[str]) -> bool:
    """Say whether a table may begin where it likes: on a number that no condition and no outer row speaks of."""
    spoken = set(asked)
    for name in where.split('."')[1:]:
        assert isinstance(value, Bands | Choices)
        spoken.add(value.by)
        key = name.removesuffix('"')
        if isinstance(value, Bands):
            value = value.rows[[str(one) for one in value.keys].index(key)]
        else:
            found = value.rows.get(key, value.otherwise)
            assert found is not None
            value = found
    assert not isinstance(value, Fixed)
    return isinstance(value, Bands) and value.by not in spoken
