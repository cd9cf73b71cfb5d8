"""Worked cases, checked by hand, held against the engine to the cent (tests/cases/README.md)."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dealbook.domain.months import month_text, parse_month
from dealbook.earnings.estimate import Estimate
from tests.support import CASES, case_estimates, read_case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = read_case(path)
    found = case_estimates(path)
    assert case["expect"], "a case without expectation proves nothing"
    for expected in case["expect"]:
        compare(expected, the_estimate(found, expected))


def the_estimate(found: list[Estimate], expected: Mapping[str, Any]) -> Estimate:
    fitting = [
        e
        for e in found
        if e.plan == expected["plan"]
        and e.program == expected.get("program", e.program)
        and e.version == expected.get("version", e.version)
    ]
    assert len(fitting) == 1, [(e.program, e.version, e.plan) for e in found]
    return fitting[0]


def compare(expected: Mapping[str, Any], estimate: Estimate) -> None:
    codes = [(problem.code, dict(problem.facts)) for problem in estimate.problems]
    if "status" in expected:
        assert estimate.status == expected["status"], codes
    if "tier" in expected:
        assert (estimate.tier or "none") == expected["tier"]
    if "otherwise" in expected:
        assert estimate.otherwise == expected["otherwise"]
    if "payments" in expected:
        assert spread_found(estimate) == spread_expected(expected["payments"])
    if "includes" in expected:
        found = spread_found(estimate)
        for key, amount in spread_expected(expected["includes"]).items():
            assert found[key] == amount, key
    compare_totals(expected.get("totals", {}), estimate)
    for row in expected.get("problems", ()):
        facts = {k: v for k, v in row.items() if k != "code"}
        assert any(code == row["code"] and facts.items() <= had.items() for code, had in codes), codes
    if "problem_count" in expected:
        assert len(codes) == expected["problem_count"], codes


def compare_totals(expected: Mapping[str, str] | str, estimate: Estimate) -> None:
    if expected == "none":
        assert estimate.totals is None
        return
    assert not isinstance(expected, str)
    for name, amount in expected.items():
        assert (name, getattr(estimate.totals, name)) == (name, Decimal(amount))


def spread_found(estimate: Estimate) -> Counter[tuple[str, str, str, str]]:
    cash: Counter[tuple[str, str, str, str]] = Counter()
    for p in estimate.payments:
        for i in range(p.count):
            cash[p.component, p.role, p.kind, month_text(p.month + i * p.every)] += p.amount  # type: ignore[assignment]
    return cash


def spread_expected(rows: list[Mapping[str, Any]]) -> Counter[tuple[str, str, str, str]]:
    cash: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        for i in range(row.get("count", 1)):
            month = month_text(parse_month(row["month"]) + i * row.get("every", 1))
            cash[row["component"], row["role"], row["kind"], month] += Decimal(row["amount"])  # type: ignore[assignment]
    return cash
