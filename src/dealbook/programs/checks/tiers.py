"""Checks of the tier ladder: it is written lowest first, and the highest tier that holds is the partner's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import ANY, Inputs, Key, reach_of, scope_of
from dealbook.programs.checks.uses import inputs_of, suspect
from dealbook.programs.conditions import Condition
from dealbook.programs.model import Program, Tier

_FARTHEST: Final = 20
"""How many tiers below are looked at; no ladder of the trade has as many."""


def tiers_out_of_order(program: Program) -> Iterator[Problem]:
    """Find tiers that are easier to reach than one below them, and those that nobody can be on."""
    inputs = inputs_of(program)
    tiers = program.standing.tiers
    for i, higher in enumerate(tiers):
        found = (
            _out_of_order(lower, higher, inputs, f"standing.tier[{i}]")
            for lower in reversed(tiers[max(i - _FARTHEST, 0) : i])
        )
        yield from list(filter(None, found))[:1]  # what is wrong with the nearest one below would only be repeated


def _out_of_order(lower: Tier, higher: Tier, inputs: Inputs, where: str) -> Problem | None:
    easier = _easier(lower, higher, inputs)
    if easier is not None:
        (fact, of), less, more = easier
        limits = {"least": str(less), "first": str(more), **({"of": of} if of else {})}
        return suspect("tier-order", where, tier=higher.name, lower=lower.name, fact=fact, **limits)
    if _is_always_above(lower, higher, inputs):
        return suspect("tier-never", where, tier=higher.name, lower=lower.name)
    return None


def _easier(lower: Tier, higher: Tier, inputs: Inputs) -> tuple[Key, Any, Any] | None:
    """Return a fact of which the higher tier asks for less than the lower one, and both limits."""
    for below, above in ((lower.requires, higher.requires), (lower.any_of, higher.any_of)):
        asked, given = _limits(below, inputs), _limits(above, inputs)
        for key in asked.keys() & given.keys():
            if given[key] < asked[key]:
                return key, given[key], asked[key]
    return None


def _limits(conditions: tuple[Condition, ...], inputs: Inputs) -> dict[Key, Any]:
    found = {(one.fact, one.of): reach_of(one, inputs).low for one in conditions}
    return {key: low for key, low in found.items() if low is not None}


def _is_always_above(lower: Tier, higher: Tier, inputs: Inputs) -> bool:
    """Say whether whoever reaches the lower tier reaches the higher one, too."""
    for one in lower.any_of or (None,):
        met = (*lower.requires, *([one] if one else []))
        if not all(_follows(met, condition, inputs) for condition in higher.requires):
            return False
        if higher.any_of and not any(_follows(met, condition, inputs) for condition in higher.any_of):
            return False
    return True


def _follows(met: tuple[Condition, ...], condition: Condition, inputs: Inputs) -> bool:
    """Say whether a condition holds wherever others hold."""
    if any(_same(condition, one) for one in met):
        return True
    reach = reach_of(condition, inputs)
    if condition.includes is not None or reach == ANY:
        return False
    key = (condition.fact, condition.of)
    return scope_of(met, inputs).get(key, ANY).is_within(reach)


def _same(one: Condition, other: Condition) -> bool:
    """Say whether two conditions ask for the same, wherever they stand."""
    return replace(one, where="") == replace(other, where="")
