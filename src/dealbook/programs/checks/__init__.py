"""What `dealbook check` looks for in a program that reads well: one function each (programs.md §9).

The reader refuses what is wrong; here is what is suspicious: gaps, rows that never hold, figures nobody can trace,
plans that can never pay. What several versions of a program say together is `programs.across`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from dealbook.domain.problem import Problem
from dealbook.programs.checks import conditions, effects, figures, paying, tables, tiers
from dealbook.programs.checks.uses import rows_to_check, suspect
from dealbook.programs.model import Program
from dealbook.programs.places import lines_of

CHECKS: Final[tuple[Callable[[Program], Iterator[Problem]], ...]] = (
    figures.inputs_without_source,
    figures.components_without_source,
    figures.unused_inputs,
    figures.unused_sources,
    figures.rates_beyond_belief,
    figures.ceilings_as_values,
    tables.gaps,
    tables.dead_rows,
    paying.plans_that_never_pay,
    paying.same_months_twice,
    paying.plans_that_are_the_same,
    effects.keys_without_effect,
    effects.months_beyond_the_end,
    effects.floors_above_caps,
    conditions.conditions_that_never_hold,
    conditions.impossible_values,
    conditions.unlikely_limits,
    conditions.odd_countries,
    conditions.unknown_tiers,
    conditions.attainment_without_quota,
    conditions.categories_not_covered,
    tiers.tiers_out_of_order,
)


_FOLLOWING: Final = frozenset(
    {
        figures.ceilings_as_values,
        tables.gaps,
        tables.dead_rows,
        paying.plans_that_never_pay,
        paying.same_months_twice,
        paying.plans_that_are_the_same,
        effects.floors_above_caps,
        conditions.conditions_that_never_hold,
    }
)
"""The checks that follow references from row to row, and look at conditions together."""
_MOST_ROWS: Final = 10_000
"""How many rows those follow; a program of the trade has some hundred."""


def check_program(program: Program, text: str) -> list[Problem]:
    """Return what is suspicious in a program, in the order of its lines in `text`, where those can be told."""
    lines = lines_of(text)
    rows = rows_to_check(program)
    checks = CHECKS
    found: list[Problem] = []
    if rows > _MOST_ROWS:
        checks = tuple(check for check in CHECKS if check not in _FOLLOWING)
        found = [suspect("too-many-rows-to-check", "plan", found=str(rows), most=str(_MOST_ROWS))]
    found += [lines.located(problem) for check in checks for problem in check(program)]
    return sorted(found, key=lambda problem: int(problem.facts.get("line", 0)))
