"""What a successor pays: from a service month on, another program's plan pays what is paid over time (programs.md §7).

What was paid once or upfront stays with the plan before it, and months that it prepaid are not paid again. A successor
is asked as on the day on which it takes over: its version of that day, the partner's membership and standing on it.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from dealbook.domain.money import ZERO, round_minor
from dealbook.domain.months import month_text
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.case import MISSING, Case, Succession, successions_of
from dealbook.earnings.components import Paid, labelled, not_eligible, paid_by
from dealbook.earnings.payments import Payment
from dealbook.earnings.trace import Trace
from dealbook.programs.model import Plan


class Succeeded(NamedTuple):
    """What successors pay in the currency of the plan before them; `coop` is their credit."""

    payments: list[Payment]
    coop: Decimal
    problems: list[Problem]


def succeeded(case: Case, plan: Plan, prepaid: int, trace: Trace | None) -> Succeeded:
    """Return what the successors of a plan pay; `prepaid` is the last service month that it paid for upfront."""
    found = Succeeded([], ZERO, [])
    for one in successions_of(case, plan):
        paid, problems = _paid(one, prepaid, trace)
        found.problems.extend(problems)
        if paid is not None and one.rate is not None and one.case is not None:
            unit = case.revenue.unit
            made, _, coop, _, _ = paid
            payments = _renamed(one, made)
            found.payments.extend(_converted(payments, one.rate, unit))
            found = found._replace(coop=found.coop + round_minor(coop * one.rate, unit))
            if trace is not None and one.rate != 1:
                trace.converted(one.rate, one.case.program.currency)
    return found


def _paid(one: Succession, prepaid: int, trace: Trace | None) -> tuple[Paid | None, list[Problem]]:
    """Return what one successor pays in its own currency, None where it pays nothing, and what is to be said."""
    event, case = one.event, one.case
    where = "event.successor"
    plan = None if case is None else case.program.plan(event.plan)
    if case is None:
        return None, [Problem("unknown-successor", where, {"program": event.program})]
    if plan is None:
        return None, [Problem("unknown-successor", where, {"program": event.program, "plan": event.plan})]
    if trace is not None:
        trace.succeeded(case, plan, one.first)
    wrong = labelled(case, not_eligible(case, plan))
    if wrong and any(problem.code not in MISSING for problem in wrong):
        facts = {
            "program": case.program.name,
            "plan": plan.name,
            "month": month_text(case.revenue.start + one.first - 1),
        }
        reasons = [replace(problem, severity=Severity.NOTE) for problem in wrong]
        return None, [Problem("successor-closed", where, facts, Severity.WARNING), *reasons]
    if case.terms.closed is not None:
        return None, wrong
    inner = None if trace is None else Trace(case, plan)
    paid = paid_by(case, plan, inner, (max(one.first, prepaid + 1), one.last))
    if trace is not None and inner is not None:
        trace.include(inner)
    problems = labelled(case, [*wrong, *case.terms.problems, *paid[3]])
    if one.rate is None:
        problems.append(Problem("no-exchange-rate", where, {"from": case.program.currency, "to": one.currency}))
    return paid, problems


def _renamed(one: Succession, payments: Iterable[Payment]) -> list[Payment]:
    """Return payments with names that no component of another plan has."""
    name = f"{one.event.program}/{one.event.plan}"
    return [payment._replace(component=f"{name}/{payment.component}") for payment in payments]


def _converted(payments: Iterable[Payment], rate: Decimal, unit: Decimal) -> list[Payment]:
    if rate == 1:
        return list(payments)
    exchanged = (payment._replace(amount=round_minor(payment.amount * rate, unit)) for payment in payments)
    return [payment for payment in exchanged if payment.amount]
