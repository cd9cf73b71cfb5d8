"""The engine on a table of 4,000 deals under five plans over 60 months, beside LibreOffice Calc on the same table."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

from table import MONTHS, Row, rows, terms
from workbook import TOTALS, Recalculated, office, recalculated

from dealbook.domain.deal import Deal
from dealbook.domain.partner import Assumptions
from dealbook.earnings.compare import estimates
from dealbook.earnings.estimate import Estimate
from dealbook.programs.terms import Terms

DEALS: Final = 4000
RUNS: Final = 5
LENGTHS: Final = (12, 60, 240)
ASSUME: Final = Assumptions()
CENT: Final = Decimal("0.01")
WORTH: Final = {"present_value", "expected_value"}
"""Totals that a workbook works out in binary fractions of powers: there half a cent may fall to either side."""


def bench() -> list[tuple[str, str]]:
    """Measure the engine before and after the workbook, so that both meet the same machine; then long contracts."""
    table, programs = rows(DEALS), terms()
    deals = [row.deal() for row in table]
    work = partial(_estimate_all, deals, programs)
    before = fastest([work])
    calc = _recalculated(table)
    seconds = min(*before, *fastest([work]))
    plans = sum(len(one.program.plans) for one in programs)
    return [
        (f"{DEALS:,} deals × {plans} plans × {MONTHS} months", f"{seconds:.2f} s, {_each(seconds, DEALS * plans)}"),
        *_beside(calc, [estimates_of(deal, programs) for deal in deals], seconds),
        _lengths(table[: DEALS // 4], programs),
    ]


def fastest(works: Sequence[Callable[[], object]], runs: int = RUNS) -> list[float]:
    """Return the seconds of the fastest run of each, all of them in turn: what else the machine does can only add."""
    best = [float("inf")] * len(works)
    for _ in range(runs):
        for i, work in enumerate(works):
            began = time.perf_counter()
            work()
            best[i] = min(best[i], time.perf_counter() - began)
    return best


def estimates_of(deal: Deal, programs: Sequence[Terms]) -> list[Estimate]:
    """Return what a deal's offer earns under every plan."""
    return estimates(deal, deal.offers[0], programs, ASSUME)


def _estimate_all(deals: Sequence[Deal], programs: Sequence[Terms]) -> None:
    for deal in deals:
        estimates_of(deal, programs)


def _recalculated(table: Sequence[Row]) -> Recalculated | str:
    """Return what LibreOffice makes of the table, or why there is nothing to compare with."""
    command = office()
    if command is None:
        return "not installed, so there is no ratio"
    try:
        return recalculated(table, command, ASSUME)
    except RuntimeError as problem:
        return f"{problem}, so there is no ratio"


def _beside(calc: Recalculated | str, found: Sequence[Sequence[Estimate]], seconds: float) -> list[tuple[str, str]]:
    if isinstance(calc, str):
        return [("LibreOffice Calc, the same table", calc)]
    cores = f"{os.cpu_count()} cores"
    return [
        (f"{calc.version} Calc, the same table", f"{_runs(calc.seconds)}; on {cores} {_runs(calc.threaded)}"),
        ("ratio, one thread each", f"{min(calc.seconds) / seconds:.1f} times as fast as LibreOffice Calc"),
        (f"ratio to LibreOffice on {cores}", f"{min(calc.threaded) / seconds:.1f} times as fast"),
        ("both sides agree", agreement(found, calc.totals)),
    ]


def agreement(found: Sequence[Sequence[Estimate]], totals: Mapping[str, Sequence[Sequence[Decimal]]]) -> str:
    """Compare every total of every deal; raises AssertionError where they are not the same to the cent."""
    compared = rounded = 0
    paid = paid_there = Decimal(0)
    for i, one in enumerate(found):
        for estimate in one:
            assert estimate.totals is not None, estimate.problems
            for name, figure in zip(TOTALS, totals[estimate.plan][i], strict=True):
                ours, theirs = getattr(estimate.totals, name), figure.quantize(CENT)
                assert abs(ours - theirs) <= (CENT if name in WORTH else 0), (i, estimate.plan, name, ours, theirs)
                compared += 1
                rounded += ours != theirs
            paid += estimate.totals.total
            paid_there += totals[estimate.plan][i][list(TOTALS).index("total")].quantize(CENT)
    assert paid == paid_there
    return f"payments of {paid:,} = {paid_there:,}; {compared:,} totals compared, {rounded} a cent apart"


def _lengths(table: Sequence[Row], programs: Sequence[Terms]) -> tuple[str, str]:
    """Measure the same deals with contracts of 12, 60 and 240 months: a month must cost nothing."""
    count = len(table) * sum(len(one.program.plans) for one in programs)
    works = [
        partial(_estimate_all, [replace(row, term=months).deal(months) for row in table], programs)
        for months in LENGTHS
    ]
    costs = fastest(works)
    each = ", ".join(f"{months} months {_each(cost, count)}" for months, cost in zip(LENGTHS, costs, strict=True))
    return "contracts by length", f"{each}; longest to shortest {costs[-1] / costs[0]:.2f}"


def _runs(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.2f} s (of {', '.join(f'{one:.2f}' for one in seconds)})"


def _each(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e6:.1f} µs an estimate"
