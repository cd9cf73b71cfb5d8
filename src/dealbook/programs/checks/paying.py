"""Checks of what plans pay: never, or the same months twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from dealbook.domain.money import ZERO
from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import Inputs, Scope, is_open, meet
from dealbook.programs.checks.uses import component_scope, inputs_of, leaves, plan_scope, suspect
from dealbook.programs.model import Component, Plan, Program
from dealbook.programs.values import Fixed, Ref, Value, constant, parts

_MOST_PAIRS: Final = 100_000
"""How many pairs of rows are looked at in a plan; nothing is said of what is left then."""


def plans_that_never_pay(program: Program) -> Iterator[Problem]:
    """Find plans, and components of other plans, that pay nothing for any deal that their conditions let through."""
    inputs = inputs_of(program)
    for i, plan in enumerate(program.plans):
        if not is_open(plan_scope(program, plan)):
            continue  # its conditions contradict one another, and that is said
        paying = [_can_pay(program, plan, component, inputs) for component in plan.pays]
        if not any(paying):
            yield suspect("never-pays", f"plan[{i}]", plan=plan.id)
            continue
        for j, component in enumerate(plan.pays):
            if not paying[j] and not _is_meant(program, plan, component):
                yield suspect("component-never-pays", f"plan[{i}].pays[{j}]", component=component.id)


def _can_pay(program: Program, plan: Plan, component: Component, inputs: Inputs) -> bool:
    scope = component_scope(program, plan, component)
    figures = [component.figure, *([] if component.points is None else [component.points])]
    limits = [value for value in (plan.partner_share, component.cap) if value is not None]
    return (
        is_open(scope)
        and any(_can_be_more(value, scope, inputs) for value in figures)
        and all(_can_be_more(value, scope, inputs) for value in limits)
    )


def _can_be_more(value: Value, scope: Scope, inputs: Inputs) -> bool:
    """Say whether a value can be more than 0; an input without a value can."""
    return any(isinstance(leaf, Ref) or leaf.figure > 0 for leaf, _ in leaves(value, scope, inputs))


def _is_meant(program: Program, plan: Plan, component: Component) -> bool:
    """Say whether a component is plainly 0 or takes something away, or why it cannot pay is said elsewhere."""
    scope = component_scope(program, plan, component)
    is_contradicted = any(reach.is_empty for (fact, _), reach in scope.items() if fact != "category")
    takes = any(isinstance(part, Fixed) and part.figure < 0 for part in parts(component.figure))
    return component.figure == Fixed(ZERO) or takes or is_contradicted


def same_months_twice(program: Program) -> Iterator[Problem]:
    """Find components of one plan that both pay for the same service months of the same revenue.

    A bonus paid once is none. Where both are meant, the note of one names the other.
    """
    inputs = inputs_of(program)
    for i, plan in enumerate(program.plans):
        lasting = [(j, component) for j, component in enumerate(plan.pays) if component.every]
        paying = {j: _paying_rows(program, plan, component, inputs) for j, component in lasting}
        left = _MOST_PAIRS
        beside: dict[int, list[str]] = {}
        for (k, one), (j, other) in combinations(lasting, 2):
            if _is_one_or_other(one, other, inputs) or _is_noted(one, other):
                continue
            left -= len(paying[k]) * len(paying[j])
            if left >= 0 and any(is_open(meet(a, b)) for a in paying[k] for b in paying[j]):
                beside.setdefault(j, []).append(one.id)
        for j, others in beside.items():
            facts = {"component": plan.pays[j].id, "other": ", ".join(others)}
            yield suspect("paid-twice", f"plan[{i}].pays[{j}]", **facts)


def _is_one_or_other(one: Component, other: Component, inputs: Inputs) -> bool:
    """Say whether two components never pay the same thing: another basis, group, role, or credit beside money."""
    if one.basis != other.basis:
        return True
    if one.exclusive_group is not None and one.exclusive_group == other.exclusive_group:
        return True
    if _roles(one).isdisjoint(_roles(other)):
        return True
    return _is_credit(one, inputs) != _is_credit(other, inputs)


def _roles(component: Component) -> frozenset[str]:
    return frozenset(role for role, share in component.split if share) or frozenset({"acquisition", "care"})


def _is_credit(component: Component, inputs: Inputs) -> bool:
    return component.cash is not None and constant(component.cash, inputs) == 0


def _is_noted(one: Component, other: Component) -> bool:
    """Say whether the note of one names the other, by its id or label."""
    return _names(one.note, other) or _names(other.note, one)


def _names(note: str, component: Component) -> bool:
    text = note.casefold()
    return any(name and name.casefold() in text for name in (component.id, component.label))


def _paying_rows(program: Program, plan: Plan, component: Component, inputs: Inputs) -> Sequence[Scope]:
    """Return what gets to the figures above 0; one below 0 takes away, which is no second payment."""
    scope = component_scope(program, plan, component)
    if not is_open(scope):
        return ()
    rows = leaves(component.figure, scope, inputs)
    return [inner for leaf, inner in rows if isinstance(leaf, Ref) or leaf.figure > 0]


def plans_that_are_the_same(program: Program) -> Iterator[Problem]:
    """Find plans that pay exactly what another one pays, for deals that both are open to."""
    for (_, one), (i, other) in combinations(enumerate(program.plans), 2):
        if _paid(one) == _paid(other) and is_open(meet(plan_scope(program, one), plan_scope(program, other))):
            yield suspect("same-plan", f"plan[{i}]", plan=other.id, other=one.id)


def _paid(plan: Plan) -> object:
    """Return what a plan pays, by whatever names."""
    pays = tuple(
        replace(
            component,
            id="",
            label="",
            note="",
            source=None,
            confidence=None,
            requires=tuple(replace(condition, where="") for condition in component.requires),
        )
        for component in plan.pays
    )
    return replace(plan, id="", name="", note="", otherwise=None, requires=(), pays=pays)
