"""Checks of figures and where they come from: sources, inputs, ceilings, figures beyond belief."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from dealbook.domain.money import ONE
from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import Inputs
from dealbook.programs.checks.uses import all_conditions, components, inputs_of, suspect, written_values
from dealbook.programs.model import Component, Program
from dealbook.programs.values import Bands, Fixed, Ref, Value, parts, references

_MUCH: Final = Decimal(60)
_SURE: Final = frozenset({"published", "disputed"})
"""What was read somewhere, so that somebody must be able to read it again."""
_RATES: Final = (".rate", ".points", ".partner_share", ".cash", ".upfront_fee")


def inputs_without_source(program: Program) -> Iterator[Problem]:
    """Find inputs that nobody can trace: published or disputed ones without a source, ceilings without one."""
    for name, one in program.inputs.items():
        if one.source is None and one.confidence in _SURE:
            yield suspect("input-without-source", f"inputs.{name}", input=name, confidence=one.confidence)
        elif one.source is None and program.sources and one.value is None and one.at_most is not None:
            yield suspect("input-without-source", f"inputs.{name}", input=name, confidence="at_most")


def components_without_source(program: Program) -> Iterator[Problem]:
    """Find components that nobody can trace: published ones without a source, figures that say nothing at all."""
    for _, _, where, component in components(program):
        key = "rate" if component.rate is not None else "amount"
        if component.source is None and component.confidence in _SURE:
            facts = {"component": component.id, "confidence": component.confidence or ""}
            yield suspect("component-without-source", where, **facts)
        elif component.source is None and component.confidence is None and _has_own_figure(component):
            yield suspect("figure-without-source", f"{where}.{key}", component=component.id)


def _has_own_figure(component: Component) -> bool:
    """Say whether a component writes a figure itself; a margin is all of it, and nothing is nothing."""
    if component.basis == "margin" and component.figure == Fixed(ONE):
        return False
    return any(isinstance(part, Fixed) and part.figure for part in parts(component.figure))


def unused_inputs(program: Program) -> Iterator[Problem]:
    """Find inputs that nothing refers to."""
    used = _used_inputs(program)
    yield from (suspect("unused-input", f"inputs.{name}", input=name) for name in program.inputs if name not in used)


def _used_inputs(program: Program) -> set[str]:
    used = {name for _, value in written_values(program) for name in references(value)}
    for condition in all_conditions(program):
        for value in (condition.at_least, condition.below, condition.exactly):
            used |= references(value) if value is not None else set()
    return used


def unused_sources(program: Program) -> Iterator[Problem]:
    """Find sources that no input and no component names."""
    used = {one.source for one in program.inputs.values()} | {c.source for _, _, _, c in components(program)}
    for i, source in enumerate(program.sources):
        if source.id not in used:
            yield suspect("unused-source", f"source[{i}].id", source=source.id)


def rates_beyond_belief(program: Program) -> Iterator[Problem]:
    """Find rates that look like a percentage written as a number: 15 is 1,500 %."""
    for where, value in written_values(program):
        is_rate = where.endswith(_RATES) or _is_rate_input(program, where)
        for part in parts(value) if is_rate else ():
            if isinstance(part, Fixed) and part.figure > _MUCH:
                yield suspect("much", where, found=str(part.figure))


def _is_rate_input(program: Program, where: str) -> bool:
    return any(where == f"inputs.{name}.value" for name, one in program.inputs.items() if one.kind == "rate")


def ceilings_as_values(program: Program) -> Iterator[Problem]:
    """Find ceilings that are paid: as the value of their own input, at the top of its table, or in a component."""
    inputs = inputs_of(program)
    for name, one in program.inputs.items():
        if one.value is not None and one.at_most is not None and _is_topped(one.value, one.at_most, inputs):
            yield suspect("ceiling-as-value", f"inputs.{name}.value", input=name, kind=one.kind, most=str(one.at_most))
    used = _used_inputs(program)
    for _, _, where, component in components(program):
        key = "rate" if component.rate is not None else "amount"
        for name, one in program.inputs.items():
            is_same = one.source is not None and component.source == one.source
            is_kind = (key == "rate") == (one.kind == "rate")
            if one.at_most is None or not is_kind or not (is_same or name not in used):
                continue
            if not references(component.figure) and _is_topped(component.figure, one.at_most, inputs):
                facts = {"input": name, "kind": one.kind, "most": str(one.at_most)}
                yield suspect("ceiling-as-value", f"{where}.{key}", **facts)


def _is_topped(value: Value, most: Decimal, inputs: Inputs, depth: int = 0) -> bool:
    """Say whether a value is the ceiling: itself, in the last row of a table, or in all of its rows."""
    if isinstance(value, Fixed):
        return value.figure == most
    if isinstance(value, Ref):
        target = inputs.get(value.name)
        return target is not None and depth < len(inputs) and _is_topped(target, most, inputs, depth + 1)
    if isinstance(value, Bands):
        return _is_topped(value.rows[-1], most, inputs, depth)
    rows = [*value.rows.values(), *([value.otherwise] if value.otherwise is not None else [])]
    return any(_is_topped(row, most, inputs, depth) for row in rows)
