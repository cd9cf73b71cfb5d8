"""Checks of what conditions and tables ask for: what can never hold, what the program does not have."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import Inputs, Reach, contradictions, reach_of
from dealbook.programs.checks.uses import (
    NATURAL,
    all_conditions,
    components,
    head_conditions,
    inputs_of,
    suspect,
    written_values,
)
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS
from dealbook.programs.model import Program
from dealbook.programs.values import Bands, Choices, parts

_MUCH: Final = Decimal(10)
_COUNTRY_CODE: Final = 2


def conditions_that_never_hold(program: Program) -> Iterator[Problem]:
    """Find conditions that contradict one another: of a tier, of a plan and the head, of a component and its plan."""
    inputs = inputs_of(program)
    head = head_conditions(program)
    for tier in program.standing.tiers:
        yield from _contradicted(tier.requires, (), inputs)
        for one in tier.any_of:
            yield from _contradicted((*tier.requires, one), tier.requires, inputs)
    for plan in program.plans:
        known = (*head, *plan.requires)
        yield from _contradicted(known, (), inputs)
        for component in plan.pays:
            yield from _contradicted((*known, *component.requires), known, inputs)


def _contradicted(conditions: Iterable[Condition], known: tuple[Condition, ...], inputs: Inputs) -> Iterator[Problem]:
    """Yield what contradicts among conditions, but not what the `known` ones say among themselves."""
    for one, other in contradictions(conditions, inputs):
        if one in known and other in known:
            continue
        if one is not other and (reach_of(one, inputs).is_empty or reach_of(other, inputs).is_empty):
            continue  # one of them contradicts itself, which is told of it alone
        of = {"of": one.of} if one.of else {}
        both = {f"one_{name}": text for name, text in reach_of(one, inputs).facts().items()}
        if one.where.startswith("program."):
            both["head"] = one.where.removeprefix("program.")
        if one is not other:
            both |= {f"other_{name}": text for name, text in reach_of(other, inputs).facts().items()}
        yield suspect("never-holds", other.where, fact=one.fact, **of, **both)


def impossible_values(program: Program) -> Iterator[Problem]:
    """Find conditions that ask for what a fact never is: a kind of customer that there is not, a discount of 20."""
    inputs = inputs_of(program)
    for condition in all_conditions(program):
        natural = NATURAL.get((condition.fact, None))
        reach = reach_of(condition, inputs)
        if natural is None or condition.of is not None or reach.is_empty:
            continue
        wrong = sorted(str(one) for one in (reach.only or ()) if not natural.meets(Reach(only=frozenset({one}))))
        if not wrong and not reach.meets(natural):
            wrong = [str(reach.high if reach.low is None else reach.low)]
        if wrong:
            choices = FACTS[condition.fact].choices
            expected = {"expected": ", ".join(choices)} if choices else {}
            yield suspect("never-so", condition.where, fact=condition.fact, must=", ".join(wrong), **expected)


def unlikely_limits(program: Program) -> Iterator[Problem]:
    """Find attainments that look like a percentage written as a number: 100 is 10,000 %."""
    inputs = inputs_of(program)
    for condition in all_conditions(program):
        low = reach_of(condition, inputs).low
        if condition.fact == "attainment" and low is not None and low > _MUCH:
            yield suspect("much-asked", condition.where, fact=condition.fact, limit=str(low))
    for where, table in _tables(program):
        last = table.keys[-1] if isinstance(table, Bands) else None
        if table.by == "attainment" and isinstance(last, Decimal) and last > _MUCH:
            yield suspect("much-asked", where, fact=table.by, limit=str(last))


def odd_countries(program: Program) -> Iterator[Problem]:
    """Find countries that are no code of two letters: deals name their country by its code."""
    named = [("program.countries", one) for one in sorted(program.countries)]
    for condition in all_conditions(program):
        if condition.fact == "country":
            names = {*(condition.one_of or ()), *([condition.equals] if condition.equals else [])}
            named += [(condition.where, one) for one in sorted(names)]
    for where, table in _tables(program):
        if isinstance(table, Choices) and table.by == "country":
            named += [(where, one) for one in table.rows]
    for where, name in named:
        if not (len(name) == _COUNTRY_CODE and name.isascii() and name.isalpha() and name.isupper()):
            yield suspect("odd-country", where, found=name)


def unknown_tiers(program: Program) -> Iterator[Problem]:
    """Find names of tiers that the program does not have, in conditions and in tables."""
    known = {tier.name for tier in program.standing.tiers}
    for where, table in _tables(program):
        if isinstance(table, Choices) and table.by == "tier":
            yield from (_unknown_tier(where, name, known) for name in table.rows if name not in known)
    for condition in all_conditions(program):
        if condition.fact == "tier":
            names = {*(condition.one_of or ()), *([condition.equals] if condition.equals else [])}
            yield from (_unknown_tier(condition.where, name, known) for name in sorted(names - known))


def _unknown_tier(where: str, name: str, known: Iterable[str]) -> Problem:
    from_file = sorted(known)
    return suspect("unknown-tier", where, found=name, **({"expected": ", ".join(from_file)} if from_file else {}))


def attainment_without_quota(program: Program) -> Iterator[Problem]:
    """Find conditions and tables on the attainment of a quota that the program does not set."""
    if program.standing.quota is not None:
        return
    asked = [condition.where for condition in all_conditions(program) if condition.fact == "attainment"]
    asked += [where for where, table in _tables(program) if table.by == "attainment"]
    yield from (suspect("no-quota", where) for where in dict.fromkeys(asked))


def categories_not_covered(program: Program) -> Iterator[Problem]:
    """Find categories that the program does not cover, where a condition, a table or `on` asks for them."""
    asked: list[tuple[str, frozenset[str]]] = []
    for condition in all_conditions(program):
        names = condition.includes if condition.fact == "categories" else None
        asked.append((condition.where, names or frozenset()))
        asked.append((condition.where, frozenset({condition.of} if condition.of else ())))
    for where, table in _tables(program):
        asked.append((where, frozenset({table.of} if isinstance(table, Bands) and table.of else ())))
    for _, _, where, component in components(program):
        if component.on is not None and component.on & program.covers:  # else it can never pay, and that is said
            asked.append((f"{where}.on", component.on))
    for where, names in dict.fromkeys(asked):
        for name in sorted(names - program.covers):
            yield suspect("not-covered", where, found=name, covers=", ".join(sorted(program.covers)))


def _tables(program: Program) -> Iterator[tuple[str, Bands | Choices]]:
    for where, value in written_values(program):
        yield from ((where, part) for part in parts(value) if isinstance(part, Bands | Choices))
