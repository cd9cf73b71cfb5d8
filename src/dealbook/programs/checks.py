"""What `dealbook check` looks for in a program that reads well: one function each (programs.md §9).

The reader refuses what is wrong; here is what is suspicious: gaps, rows that never hold, figures nobody can trace,
plans that can never pay.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Final

from dealbook.domain.problem import Problem, Severity
from dealbook.programs.model import Component, Plan, Program
from dealbook.programs.places import lines_of
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value, parts, references

_MUCH: Final = Decimal(60)


def check_program(program: Program, text: str) -> list[Problem]:
    """Return what is suspicious in a program, each with its line in `text` where that can be told."""
    lines = lines_of(text)
    return [lines.located(problem) for check in CHECKS for problem in check(program)]


def inputs_without_source(program: Program) -> Iterator[Problem]:
    """Find inputs that nobody can trace: published or disputed ones without a source."""
    for name, one in program.inputs.items():
        if one.source is None and one.confidence in ("published", "disputed"):
            yield _warning("input-without-source", f"inputs.{name}", input=name, confidence=one.confidence)
        elif one.source is None and program.sources and one.value is None and one.at_most is not None:
            yield _warning("input-without-source", f"inputs.{name}", input=name, confidence="at_most")


def unused_inputs(program: Program) -> Iterator[Problem]:
    """Find inputs that nothing refers to."""
    used = {name for _, value in _all_values(program) for name in references(value)}
    for condition_value in _condition_values(program):
        used |= references(condition_value)
    for name in program.inputs:
        if name not in used:
            yield _warning("unused-input", f"inputs.{name}", input=name)


def gaps_at_the_bottom(program: Program) -> Iterator[Problem]:
    """Find tables whose first row starts above what the plan's own conditions let through."""
    for plan, where, component in _components(program):
        for part in parts(component.figure):
            if isinstance(part, Bands) and isinstance(part.keys[0], Decimal) and part.keys[0] > 0:
                least = _least(plan, component, part.by, part.of)
                if least is not None and least < part.keys[0]:
                    yield _warning("gap", where, fact=part.by, least=str(least), first=str(part.keys[0]))


def unreachable_rows(program: Program) -> Iterator[Problem]:
    """Find rows that end before the plan's own conditions begin."""
    for plan, where, component in _components(program):
        for part in parts(component.figure):
            if not isinstance(part, Bands):
                continue
            least = _least(plan, component, part.by, part.of)
            for key, after in zip(part.keys, part.keys[1:], strict=False):
                if least is not None and isinstance(after, Decimal) and after <= least:
                    yield _warning("unreachable-row", where, fact=part.by, row=str(key), least=str(least))


def plans_that_never_pay(program: Program) -> Iterator[Problem]:
    """Find plans without a component that could pay: none at all, or only zeros."""
    for i, plan in enumerate(program.plans):
        if all(_is_zero(component.figure) for component in plan.pays) or all(
            component.on is not None and not component.on & program.covers for component in plan.pays
        ):
            yield _warning("never-pays", f"plan[{i}]", plan=plan.id)


def rates_beyond_belief(program: Program) -> Iterator[Problem]:
    """Find rates that look like a percentage written as a number: 15 is 1,500 %."""
    for where, value in _all_values(program):
        if where.endswith((".rate", ".partner_share", ".cash", ".upfront_fee")):
            for part in parts(value):
                if isinstance(part, Fixed) and part.figure > _MUCH:
                    yield _warning("much", where, found=str(part.figure))


def ceilings_as_values(program: Program) -> Iterator[Problem]:
    """Find inputs whose value is nothing but the published ceiling."""
    for name, one in program.inputs.items():
        if isinstance(one.value, Fixed) and one.at_most is not None and one.value.figure == one.at_most:
            yield _warning("ceiling-as-value", f"inputs.{name}.value", input=name, most=str(one.at_most))


def keys_without_effect(program: Program) -> Iterator[Problem]:
    """Find keys of what is paid once on components that pay over time only."""
    for i, plan in enumerate(program.plans):
        for j, component in enumerate(plan.pays):
            if component.every and component.upfront is None:
                for key in ("instalments", "vests_after", "clawback", "renewal_bonus"):
                    if getattr(component, key):
                        yield _warning("no-effect", f"plan[{i}].pays[{j}].{key}", key=key)


def conditions_that_never_hold(program: Program) -> Iterator[Problem]:
    """Find plans whose conditions ask for a fact to be at least something and below it."""
    for i, plan in enumerate(program.plans):
        for component in plan.pays:
            conditions = (*plan.requires, *component.requires)
            for low, high in product(conditions, repeat=2):
                at_least, below = low.at_least, high.below
                same = (low.fact, low.of) == (high.fact, high.of)
                if (
                    same
                    and isinstance(at_least, Fixed)
                    and isinstance(below, Fixed)
                    and at_least.figure >= below.figure
                ):
                    limits = {"least": f"{at_least.figure:f}", "below": f"{below.figure:f}"}
                    yield _warning("never-holds", f"plan[{i}]", fact=low.fact, **limits)


def unknown_tiers(program: Program) -> Iterator[Problem]:
    """Find names of tiers that the program does not have, in conditions and in tables."""
    known = {tier.name for tier in program.standing.tiers}
    for where, value in _all_values(program):
        for part in parts(value):
            if isinstance(part, Choices) and part.by == "tier":
                yield from (_warning("unknown-tier", where, found=name) for name in sorted(part.rows.keys() - known))
    for i, plan in enumerate(program.plans):
        for condition in (*plan.requires, *(r for component in plan.pays for r in component.requires)):
            if condition.fact == "tier":
                names = {*(condition.one_of or ()), *([condition.equals] if condition.equals else [])}
                for name in sorted(names - known):
                    yield _warning("unknown-tier", condition.where or f"plan[{i}]", found=name)


CHECKS: Final[tuple[Callable[[Program], Iterator[Problem]], ...]] = (
    inputs_without_source,
    unused_inputs,
    gaps_at_the_bottom,
    unreachable_rows,
    plans_that_never_pay,
    rates_beyond_belief,
    ceilings_as_values,
    keys_without_effect,
    conditions_that_never_hold,
    unknown_tiers,
)


def _components(program: Program) -> Iterator[tuple[Plan, str, Component]]:
    for i, plan in enumerate(program.plans):
        for j, component in enumerate(plan.pays):
            kind = "rate" if component.rate is not None else "amount"
            yield plan, f"plan[{i}].pays[{j}].{kind}", component


def _all_values(program: Program) -> Iterator[tuple[str, Value]]:
    for name, one in program.inputs.items():
        if one.value is not None:
            yield f"inputs.{name}.value", one.value
    if program.standing.quota is not None:
        yield "standing.quota.target", program.standing.quota.target
    for i, plan in enumerate(program.plans):
        where = f"plan[{i}]"
        buy = plan.buy
        given = [("partner_share", plan.partner_share)]
        given += [("buy.off_list", buy.off_list), ("buy.price", buy.price)] if buy else []
        yield from ((f"{where}.{key}", value) for key, value in given if value is not None)
        for j, component in enumerate(plan.pays):
            for key in _VALUE_KEYS:
                value = getattr(component, key)
                if value is not None:
                    yield f"{where}.pays[{j}].{key}", value
            if component.clawback is not None and component.clawback.share is not None:
                yield f"{where}.pays[{j}].clawback.share", component.clawback.share


_VALUE_KEYS: Final = ("rate", "amount", "upfront_fee", "renewal", "renewal_bonus", "cap", "floor", "cash")


def _condition_values(program: Program) -> Iterator[Value]:
    tiers = [c for tier in program.standing.tiers for c in (*tier.requires, *tier.any_of)]
    plans = [c for plan in program.plans for c in (*plan.requires, *(r for p in plan.pays for r in p.requires))]
    for condition in (*tiers, *plans):
        yield from (v for v in (condition.at_least, condition.below, condition.exactly) if v is not None)


def _least(plan: Plan, component: Component, fact: str, of: str | None) -> Decimal | None:
    """Return the least that the conditions let a fact be; None where they do not speak of it."""
    limits = [
        condition.at_least.figure
        for condition in (*plan.requires, *component.requires)
        if condition.fact == fact and condition.of == of and isinstance(condition.at_least, Fixed)
    ]
    return max(limits) if limits else None


def _is_zero(value: Value) -> bool:
    return all(not isinstance(part, Ref) and (not isinstance(part, Fixed) or not part.figure) for part in parts(value))


def _warning(code: str, where: str, **facts: str) -> Problem:
    return Problem(code, where, facts, Severity.WARNING)
