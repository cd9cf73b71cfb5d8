"""Where a program uses values, and what can get as far as that: the ground that most checks stand on.

A `Use` is a key that holds a value, with what its plan and component let through. A `Table` is a table in it, however
deep, through inputs too, with what the rows around it let through as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from dealbook.domain.problem import Problem, Severity
from dealbook.programs.checks.reach import ANY, Inputs, Key, Reach, Scope, is_open, narrowed, scope_of
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.model import Component, Plan, Program
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

FIGURES: Final = ("rate", "amount")
"""The keys whose tables may well leave something unpaid: a bonus from 10 seats on is written as a table from 10 on."""
COMPONENT_VALUES: Final = (
    *FIGURES,
    "points",
    "upfront_fee",
    "renewal",
    "renewal_bonus",
    "cap",
    "floor",
    "cash",
)
_RENEWED: Final = ("renewal", "renewal_bonus")
"""The keys that only a renewal asks for."""
PLAN_VALUES: Final = ("partner_share", "minimum_payout")
_AFTER_GROWTH: Final = frozenset({"term", "seats", "mrr", "nrc", "tcv"})
"""What `growth_rate = "current"` takes anew, so that conditions at signing say nothing about it."""
_ONE: Final = Decimal(1)
_TOP: Final = Decimal("1.000001")
"""Just above 100 %, so that 100 % itself is below."""
NATURAL: Final[Mapping[Key, Reach]] = {
    **{(name, None): Reach(Decimal(0)) for name, spec in FACTS.items() if spec.kind is Kind.NUMBER},
    **{(name, None): Reach(_ONE) for name in ("term", "seats", "company_size")},
    **{(name, None): Reach(only=frozenset({"true", "false"})) for name, s in FACTS.items() if s.kind is Kind.FLAG},
    **{(name, None): Reach(only=frozenset(spec.choices)) for name, spec in FACTS.items() if spec.choices},
    ("discount", None): Reach(Decimal(0), _TOP),
}
"""What a fact can be at all."""


@dataclass(frozen=True, slots=True)
class Use:
    """A key with a value: its place, and what its plan and component let through.

    `scope` is for new deals, `ever` also for what comes later: growth, and the residuals of older deals.
    """

    where: str
    key: str
    value: Value
    scope: Scope
    ever: Scope
    natural: Scope
    component: Component | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a use; `scope` and `ever` as there, narrowed by the rows around it."""

    use: Use
    where: str
    value: Bands | Choices
    scope: Scope
    ever: Scope


def suspect(code: str, where: str, **facts: str) -> Problem:
    """Return a finding; nothing that a check finds stops a file from being used."""
    return Problem(code, where, facts, Severity.WARNING)


def inputs_of(program: Program) -> dict[str, Value | None]:
    """Return the inputs' values as the file gives them."""
    return {name: one.value for name, one in program.inputs.items()}


def head_conditions(program: Program) -> tuple[Condition, ...]:
    """Return what the head of a file asks of every deal, as conditions."""
    found = [Condition("signed", "program.effective_from", since=program.effective_from, until=program.effective_until)]
    if program.countries:
        found.append(Condition("country", "program.countries", one_of=program.countries))
    return tuple(found)


def components(program: Program) -> Iterator[tuple[str, Plan, str, Component]]:
    """Yield every component with its plan, and the places of both."""
    for i, plan in enumerate(program.plans):
        for j, component in enumerate(plan.pays):
            yield f"plan[{i}]", plan, f"plan[{i}].pays[{j}]", component


def all_conditions(program: Program) -> Iterator[Condition]:
    """Yield every condition of a program."""
    for tier in program.standing.tiers:
        yield from (*tier.requires, *tier.any_of)
    for plan in program.plans:
        yield from plan.requires
        for component in plan.pays:
            yield from component.requires


def written_values(program: Program) -> Iterator[tuple[str, Value]]:
    """Yield every value with its place, those of inputs too; references are not followed."""
    for name, one in program.inputs.items():
        if one.value is not None:
            yield f"inputs.{name}.value", one.value
    if program.standing.quota is not None:
        yield "standing.quota.target", program.standing.quota.target
    for i, plan in enumerate(program.plans):
        yield from ((f"plan[{i}].{path}", value) for path, value in _values(plan))


def uses(program: Program) -> Iterator[Use]:
    """Yield every key outside the inputs that holds a value."""
    if program.standing.quota is not None:
        target = program.standing.quota.target
        yield Use("standing.quota.target", "target", target, {}, {}, NATURAL)
    for i, plan in enumerate(program.plans):
        yield from _plan_uses(program, plan, f"plan[{i}]")
        for j, component in enumerate(plan.pays):
            yield from _component_uses(program, plan, component, f"plan[{i}].pays[{j}]")


def plan_scope(program: Program, plan: Plan) -> Scope:
    """Return what the head and a plan let through."""
    return scope_of((*_new_deals(program), *plan.requires), inputs_of(program))


def component_scope(program: Program, plan: Plan, component: Component) -> Scope:
    """Return what gets as far as a component, at signing."""
    conditions = (*_new_deals(program), *plan.requires, *component.requires)
    paid_on = program.covers if component.on is None else program.covers & component.on
    return narrowed(scope_of(conditions, inputs_of(program)), ("category", None), Reach(only=paid_on))


def tables(use: Use, inputs: Inputs) -> Iterator[Table]:
    """Yield the tables of a use that a deal can get to, the outer ones first."""
    yield from _tables(Table(use, use.where, _NO_TABLE, use.scope, use.ever), use.value, inputs, frozenset())


def leaves(value: Value, scope: Scope, inputs: Inputs) -> Iterator[tuple[Fixed | Ref, Scope]]:
    """Yield the figures that a deal can get to, and inputs without a value, with what gets there."""
    for row, inner in _leaves(value, scope, inputs, frozenset()):
        if is_open(inner):
            yield row, inner


def rows_to_check(program: Program) -> int:
    """Return how many rows there are to look at: references followed, a plan's conditions with each component."""
    inputs = inputs_of(program)
    known: dict[str, int] = {}
    conditions = sum(
        len(plan.requires) + sum(len(plan.requires) + len(component.requires) for component in plan.pays)
        for plan in program.plans
    )
    values = (value for plan in program.plans for _, value in _values(plan))
    return conditions + sum(_weight(value, inputs, known) for value in values)


def _values(plan: Plan) -> Iterator[tuple[str, Value]]:
    """Yield a plan's values with their places inside it."""
    given = [(key, getattr(plan, key)) for key in PLAN_VALUES]
    if plan.buy is not None:
        given += [("buy.off_list", plan.buy.off_list), ("buy.price", plan.buy.price)]
    for j, component in enumerate(plan.pays):
        given += [(f"pays[{j}].{key}", getattr(component, key)) for key in COMPONENT_VALUES]
        if component.clawback is not None:
            given.append((f"pays[{j}].clawback.share", component.clawback.share))
    yield from ((path, value) for path, value in given if value is not None)


def _weight(value: Value, inputs: Inputs, known: dict[str, int]) -> int:
    if isinstance(value, Ref):
        if value.name not in known:
            known[value.name] = 0  # in a circle: nothing more to come
            target = inputs.get(value.name)
            known[value.name] = 0 if target is None else _weight(target, inputs, known)
        return known[value.name]
    if isinstance(value, Fixed):
        return 0
    return sum(1 + _weight(row, inputs, known) for _, _, row in row_reaches(value))


def row_reaches(table: Bands | Choices) -> list[tuple[str, Reach, Value]]:
    """Return the rows of a table: name, what its fact is there, value. In slices a row holds from its key on."""
    if isinstance(table, Bands):
        ends = [*table.keys[1:], None]
        named = zip(table.keys, ends, table.rows, strict=True)
        return [(str(key), Reach(key, None if table.marginal else end), row) for key, end, row in named]
    rows = [(name, Reach(only=frozenset({name})), row) for name, row in table.rows.items()]
    rest = Reach(without=frozenset(table.rows))
    return [*rows, *([("else", rest, table.otherwise)] if table.otherwise is not None else [])]


def key_of(table: Bands | Choices) -> Key:
    """Return the fact that a table is keyed on, with its category."""
    return table.by, table.of if isinstance(table, Bands) else None


def _new_deals(program: Program) -> tuple[Condition, ...]:
    """Return the head's conditions without the end: partners may stay in a version for longer."""
    return tuple(replace(one, until=None) if one.fact == "signed" else one for one in head_conditions(program))


def _plan_uses(program: Program, plan: Plan, where: str) -> Iterator[Use]:
    scope = plan_scope(program, plan)
    given = [(key, key, getattr(plan, key)) for key in PLAN_VALUES]
    if plan.buy is not None:
        given += [("buy.off_list", "off_list", plan.buy.off_list), ("buy.price", "price", plan.buy.price)]
    for path, key, value in given:
        if value is not None:
            yield Use(f"{where}.{path}", key, value, scope, scope, NATURAL)


def _component_uses(program: Program, plan: Plan, component: Component, where: str) -> Iterator[Use]:
    scope = component_scope(program, plan, component)
    paid = _where_paid(component, scope, inputs_of(program))
    natural = {**NATURAL, ("renewal", None): _renewals(component)}
    for key in COMPONENT_VALUES:
        value = getattr(component, key)
        if value is not None:
            inner = scope if key in FIGURES else paid
            ever = _ever(program, component, inner)
            limits = {**NATURAL, ("renewal", None): Reach(_ONE)} if key in _RENEWED else natural
            yield Use(f"{where}.{key}", key, value, inner, ever, limits, component)
    clawback = component.clawback
    if clawback is not None and clawback.share is not None:
        served = Reach(Decimal(0), None if clawback.window is None else Decimal(clawback.window))
        limits = {**NATURAL, ("elapsed", None): served}
        yield Use(f"{where}.clawback.share", "clawback", clawback.share, paid, paid, limits, component)


def _ever(program: Program, component: Component, scope: Scope) -> Scope:
    """Return what can get to a component's tables later: not all of it met the conditions at signing."""
    if program.applies_to == "all-deals" and component.every:
        return {key: reach for key, reach in scope.items() if key[0] == "category"}
    if component.growth_rate == "current":
        return {key: reach for key, reach in scope.items() if key[0] not in _AFTER_GROWTH}
    return scope


def _renewals(component: Component) -> Reach:
    """Return which renewals a component's rate can see: none where it ends with the term."""
    lasts = component.every and component.months != "term"
    return Reach(Decimal(0)) if lasts or component.renewal_bonus is not None else Reach(only=frozenset({Decimal(0)}))


def _where_paid(component: Component, scope: Scope, inputs: Inputs) -> Scope:
    """Return where the component's own table has a row: below it nothing is paid, so no other key matters."""
    figure: Value | None = component.figure
    for _ in inputs:
        figure = inputs.get(figure.name) if isinstance(figure, Ref) else figure
    if isinstance(figure, Bands) and not figure.marginal:
        return narrowed(scope, (figure.by, figure.of), Reach(figure.keys[0]))
    return scope


_NO_TABLE: Final = Choices("", {})


def _tables(at: Table, value: Value, inputs: Inputs, seen: frozenset[str]) -> Iterator[Table]:
    if isinstance(value, Ref):
        target = inputs.get(value.name)
        if target is not None and value.name not in seen:
            yield from _tables(replace(at, where=f"inputs.{value.name}.value"), target, inputs, seen | {value.name})
    elif isinstance(value, Bands | Choices):
        yield replace(at, value=value)
        key = key_of(value)
        limits = at.use.natural.get(key, ANY)
        for name, reach, row in row_reaches(value):
            if isinstance(row, Fixed) or not at.ever.get(key, ANY).meet(reach).meets(limits):
                continue
            scope, ever = (narrowed(one, key, reach) for one in (at.scope, at.ever))
            inner = replace(at, where=f'{at.where}."{name}"', scope=scope, ever=ever)
            yield from _tables(inner, row, inputs, seen)


def _leaves(value: Value, scope: Scope, inputs: Inputs, seen: frozenset[str]) -> Iterator[tuple[Fixed | Ref, Scope]]:
    if isinstance(value, Fixed):
        yield value, scope
    elif isinstance(value, Ref):
        target = inputs.get(value.name)
        if target is None or value.name in seen:
            yield value, scope
        else:
            yield from _leaves(target, scope, inputs, seen | {value.name})
    else:
        key = key_of(value)
        for _, reach, row in row_reaches(value):
            inner = narrowed(scope, key, reach)
            if not inner[key].is_empty:
                yield from _leaves(row, inner, inputs, seen)
