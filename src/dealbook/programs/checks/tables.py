"""Checks of tables: gaps, rows that can never hold, tables that end below what their conditions ask for.

A table in an input is looked at from every place that refers to it: it has a gap if it has one from anywhere, and a
row of it is dead only if it is dead from everywhere.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dealbook.domain.problem import Problem
from dealbook.programs.checks.reach import ANY, Key, Reach, Scope
from dealbook.programs.checks.uses import FIGURES, Table, Use, inputs_of, key_of, row_reaches, suspect, tables, uses
from dealbook.programs.model import Program
from dealbook.programs.values import Bands, Choices, Fixed


def gaps(program: Program) -> Iterator[Problem]:
    """Find tables without a row for what gets as far as them: below the first row, or a name that is not listed."""
    found: dict[tuple[str, str], Problem] = {}
    for table in _all_tables(program):
        problem = _gap_below(table) if isinstance(table.value, Bands) else _gap_of_names(table, program)
        if problem is not None:
            found.setdefault((problem.where, problem.facts["fact"]), problem)
    yield from found.values()


def dead_rows(program: Program) -> Iterator[Problem]:
    """Find rows that nothing gets to, and tables of which nothing but the last row can hold."""
    seen: dict[str, tuple[Table, list[set[str]]]] = {}
    for table in _all_tables(program):
        seen.setdefault(table.where, (table, []))[1].append(_dead(table))
    for table, dead in seen.values():
        rows = set.intersection(*dead)
        names = [name for name, _, _ in row_reaches(table.value) if name in rows]
        if names:
            yield _dead_problem(table, names)


def _all_tables(program: Program) -> Iterator[Table]:
    inputs = inputs_of(program)
    for use in uses(program):
        yield from tables(use, inputs)


# --- gaps


def _gap_below(table: Table) -> Problem | None:
    value = table.value
    if not isinstance(value, Bands):
        return None
    reach = _reach_at(table, table.scope)
    first: Any = value.keys[0]
    least = reach.least if _must_cover(table) else None
    if least is None or least >= first or (reach.high is not None and reach.high <= first):
        return None
    facts = {"fact": value.by, **({"of": value.of} if value.of else {}), "least": str(least), "first": str(first)}
    return suspect("gap", table.where, **facts, **_effect(table.use))


def _must_cover(table: Table) -> bool:
    """Say whether a table has to have a row for all that gets to it.

    A rate may well begin where the vendor's table begins, unless a condition or an outer row speaks of the same fact.
    """
    said = table.scope.get(key_of(table.value), ANY)
    is_said = said.low is not None or said.only is not None
    return is_said or table.use.key not in FIGURES


def _gap_of_names(table: Table, program: Program) -> Problem | None:
    value = table.value
    if not isinstance(value, Choices) or value.otherwise is not None:
        return None
    reach = _reach_at(table, table.scope)
    possible = _names(value.by, program) if reach.only is None else reach.only
    missing = sorted(name for name in possible - value.rows.keys() - reach.without)
    if not missing:
        return None
    return suspect("gap", table.where, fact=value.by, missing=", ".join(missing))


def _names(fact: str, program: Program) -> frozenset[str]:
    """Return the names that a program gives a fact, where nothing else limits it."""
    return frozenset(tier.name for tier in program.standing.tiers) if fact == "tier" else frozenset()


def _effect(use: Use) -> dict[str, str]:
    """Return which key lacks a row, where that is not what is paid itself."""
    return {} if use.key in FIGURES else {"key": use.key}


# --- rows


def _dead(table: Table) -> set[str]:
    """Return the rows that nothing gets to; one that says 0 past the end of a clawback only says so clearly."""
    reach = _reach_at(table, table.ever)
    dead = {name for name, row, _ in row_reaches(table.value) if not row.meets(reach)}
    return {name for name, _, value in row_reaches(table.value) if name in dead and not _is_harmless(table, value)}


def _is_harmless(table: Table, row: object) -> bool:
    return table.use.key == "clawback" and isinstance(row, Fixed) and not row.figure


def _dead_problem(table: Table, rows: list[str]) -> Problem:
    value = table.value
    reach = _reach_at(table, table.ever)
    said = table.ever.get(key_of(value), ANY)
    of = {"of": value.of} if isinstance(value, Bands) and value.of else {}
    where = f'{table.where}."{rows[0]}"' if len(rows) == 1 else table.where
    if not said.facts():
        return suspect("row-never-so", where, fact=value.by, **of, row=", ".join(rows))
    facts = {"fact": value.by, **of, "row": ", ".join(rows), **said.facts()}
    if isinstance(value, Bands) and len(rows) == len(value.keys) - 1 and reach.only is None:
        last: Any = value.keys[-1]
        if reach.low is not None and reach.low >= last:
            return suspect("table-ends", table.where, **facts, last=str(last))
    return suspect("unreachable-row", where, **facts)


def _reach_at(table: Table, scope: Scope) -> Reach:
    """Return what a table's fact can be when a deal gets to it."""
    key: Key = key_of(table.value)
    natural = table.use.natural.get(key, ANY) if key[1] is None else Reach(Decimal(0))
    return scope.get(key, ANY).meet(natural)
