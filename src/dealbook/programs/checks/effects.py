"""Checks of keys that change nothing where they stand, and of figures that contradict one another.

Each row of `_IDLE` and `_IDLE_STANDING` says when a key is idle, and why: the second word of the message.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import Inputs
from dealbook.programs.checks.uses import components, inputs_of, suspect
from dealbook.programs.model import Component, Program, Standing
from dealbook.programs.values import constant


def _is_only_over_time(one: Component) -> bool:
    return bool(one.every) and one.upfront is None


def _is_all_at_once(one: Component) -> bool:
    """Say whether a component pays nothing by the month: once, or all of its months upfront."""
    return not one.every or (one.upfront is not None and one.upfront == one.months)


_IDLE: Final[tuple[tuple[str, str, Callable[[Component], object]], ...]] = (
    ("instalments", "over-time", lambda one: one.instalments and _is_only_over_time(one)),
    ("vests_after", "over-time", lambda one: one.vests_after and _is_only_over_time(one)),
    ("clawback", "over-time", lambda one: one.clawback and _is_only_over_time(one)),
    ("renewal_bonus", "over-time", lambda one: one.renewal_bonus and one.every),
    ("growth", "over-time", lambda one: one.growth == "ignored" and _is_only_over_time(one)),
    ("renewal", "once", lambda one: one.renewal and not one.every),
    ("renewal", "no-renewal", lambda one: one.renewal and one.every and one.months == "term"),
    ("upfront_fee", "not-upfront", lambda one: one.upfront_fee and one.upfront is None),
    ("growth_rate", "no-growth", lambda one: _ignores_growth(one) and one.growth_rate == "current"),
    ("growth", "deal", lambda one: one.growth == "ignored" and one.basis == "deal" and not one.every),
    ("markup", "no-price", lambda one: one.markup == "excluded" and one.basis in ("seats", "deal")),
    ("clawback.window", "no-window", lambda one: one.clawback is not None and one.clawback.window == 0),
    ("clawback", "vests-later", lambda one: one.vests_after and _window(one) <= one.vests_after),
)


_IDLE_STANDING: Final[tuple[tuple[str, str, Callable[[Standing], object]], ...]] = (
    ("lasts", "no-tiers", lambda one: one.lasts != "period" and not one.tiers),
    ("lasts", "next-anyway", lambda one: one.lasts != "period" and one.tiers and one.takes_effect == "next-period"),
    ("starts_month", "no-fiscal-year", lambda one: one.starts_month != 1 and one.period != "fiscal-year"),
)


def _ignores_growth(one: Component) -> bool:
    return _is_all_at_once(one) and (one.growth == "ignored" or one.basis == "deal")


def _window(one: Component) -> float:
    """Return the months after which nothing is taken back."""
    return float("inf") if one.clawback is None or one.clawback.window is None else one.clawback.window


def keys_without_effect(program: Program) -> Iterator[Problem]:
    """Find keys that change nothing where they stand."""
    for _, _, where, component in components(program):
        for key, why, is_idle in _IDLE:
            if is_idle(component):
                yield suspect("no-effect", f"{where}.{key}", key=key, why=why)
    for key, why, is_idle_in in _IDLE_STANDING:
        if is_idle_in(program.standing):
            yield suspect("no-effect", f"standing.{key}", key=key, why=why)
    yield from _plan_keys_without_effect(program)


def _plan_keys_without_effect(program: Program) -> Iterator[Problem]:
    for i, plan in enumerate(program.plans):
        if plan.buy is not None and all(component.basis != "margin" for component in plan.pays):
            yield suspect("no-effect", f"plan[{i}].buy", key="buy", why="no-margin")
        groups = Counter(component.exclusive_group for component in plan.pays)
        for j, component in enumerate(plan.pays):
            if component.exclusive_group is not None and groups[component.exclusive_group] == 1:
                where = f"plan[{i}].pays[{j}].exclusive_group"
                yield suspect("no-effect", where, key="exclusive_group", why="alone")


def months_beyond_the_end(program: Program) -> Iterator[Problem]:
    """Find components that prepay more months than they pay at all."""
    for _, _, where, component in components(program):
        upfront, months = component.upfront, component.months
        if isinstance(upfront, int) and isinstance(months, int) and upfront > months:
            yield suspect("upfront-beyond", f"{where}.upfront", found=str(upfront), most=str(months))


def floors_above_caps(program: Program) -> Iterator[Problem]:
    """Find components that have to pay at least more than they may pay at most."""
    inputs = inputs_of(program)
    for _, _, where, component in components(program):
        floor, cap = (_constant(component, key, inputs) for key in ("floor", "cap"))
        if floor is not None and cap is not None and floor > cap:
            yield suspect("floor-above-cap", f"{where}.floor", least=f"{floor:f}", most=f"{cap:f}")


def _constant(component: Component, key: str, inputs: Inputs) -> Decimal | None:
    value = getattr(component, key)
    return None if value is None else constant(value, inputs)
