"""(offer, plan, facts) -> Estimate (programs.md §6, §8): eligibility, what is paid, a successor's part of it, totals.

Pure: no clock, no file, no book. One engine for the screen, the command line and the documents.
"""

from collections.abc import Iterable, Sequence

from dealbook.domain.money import ZERO
from dealbook.domain.problem import Problem
from dealbook.earnings.case import MISSING, Case
from dealbook.earnings.components import labelled, not_eligible, paid_by, prepaid_of
from dealbook.earnings.estimate import Estimate, Status, Totals
from dealbook.earnings.payments import Payment
from dealbook.earnings.successor import Succeeded, succeeded
from dealbook.earnings.trace import Trace
from dealbook.earnings.worth import Exposure, Worth, totals_of
from dealbook.programs.model import Plan

NO_TOTALS = Totals(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)


def evaluate(case: Case, plan: Plan, worth: Worth, *, explain: bool = False) -> Estimate:
    """Return what the case's offer earns under a plan; with `explain`, the arithmetic step by step as well."""
    trace = Trace(case, plan) if explain else None
    wrong = not_eligible(case, plan)
    if wrong and any(problem.code not in MISSING for problem in wrong):
        closed = _estimate(case, plan, Status.INELIGIBLE, labelled(case, wrong), (), NO_TOTALS, trace)
        return closed._replace(otherwise=plan.otherwise)
    if case.terms.closed is not None:  # no rate: nothing can be worked out in the program's currency
        return _estimate(case, plan, Status.INCOMPLETE, labelled(case, wrong), (), None, trace)
    payments, exposures, coop, problems, settled = paid_by(case, plan, trace)
    if wrong or problems or case.terms.problems:
        problems = labelled(case, [*wrong, *case.terms.problems, *problems])
    after: Succeeded | None = None
    own = payments
    if case.successions:
        after = succeeded(case, plan, prepaid_of(settled), trace)
        payments, problems = [*payments, *after.payments], [*problems, *after.problems]
    if problems and any(problem.code in MISSING for problem in problems):
        return _estimate(case, plan, Status.INCOMPLETE, problems, payments, None, trace)
    totals = totals_of(payments, exposures, coop, worth, case.revenue)
    if after is not None:  # what a successor pays is none of this plan's first payments
        first = totals_of(own, (), ZERO, worth, case.revenue)
        totals = totals._replace(monthly=first.monthly, coop=coop + after.coop)
    if trace is not None:
        trace.totals(totals, worth)
    return _estimate(case, plan, Status.PAYABLE, problems, payments, totals, trace)


def exposures_of(case: Case, plan: Plan) -> list[Exposure]:
    """Return what a plan pays once and its vendor may still take back; nothing where it cannot be taken back."""
    if case.terms.closed is not None or all(component.clawback is None for component in plan.pays):
        return []
    _, exposures, _, _, _ = paid_by(case, plan, None)
    return list(exposures)


def _estimate(
    case: Case,
    plan: Plan,
    status: Status,
    problems: Iterable[Problem],
    payments: Sequence[Payment],
    totals: Totals | None,
    trace: Trace | None,
) -> Estimate:
    program = case.program
    return Estimate(
        program.id,
        program.version,
        program.vendor,
        program.name,
        plan.id,
        plan.name,
        plan.model,
        program.currency,
        status,
        case.tier_name if case.terms.has_tiers else None,
        tuple(problems),
        tuple(payments),
        totals,
        None,
        plan.duties,
        trace.result() if trace is not None else (),
    )
