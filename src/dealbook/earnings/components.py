"""What the components of a plan pay the partner, and what they may have to give back (programs.md §6, §8.2).

From one plan of one case to payments: which components are paid, the best of a group, money and credit, the minimum
payout. The estimate that is made of it is `evaluate`'s; what a successor pays comes from here as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from dealbook.domain.money import ONE, ZERO, round_minor
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.case import MISSING, Case, Unpaid, all_failures
from dealbook.earnings.earn import Earner
from dealbook.earnings.minimum import Held, held_back
from dealbook.earnings.payments import UPFRONT, Payment
from dealbook.earnings.settle import Settled, settle
from dealbook.earnings.trace import Trace
from dealbook.earnings.worth import Exposure
from dealbook.programs.conditions import failures
from dealbook.programs.model import Plan
from dealbook.programs.terms import Traits

#: (payments in money, what may be taken back of them, credit, what is to be said, the components that are paid).
Paid = tuple[Sequence[Payment], Sequence[Exposure], Decimal, list[Problem], Sequence[Settled]]


def paid_by(case: Case, plan: Plan, trace: Trace | None, span: tuple[int, int] | None = None) -> Paid:
    """Return what a plan pays; with `span`, only over time and for those service months, as a successor does."""
    settled, problems = _components(case, plan, trace, span)
    payments, exposures, coop = _in_cash(case, settled)
    if plan.minimum_payout is not None:
        held, notes = _from_the_minimum(case, plan, settled, trace)
        payments, exposures = (held.payments, held.exposures) if held is not None else (payments, exposures)
        problems += notes
    return payments, exposures, coop, problems, settled


def prepaid_of(settled: Iterable[Settled]) -> int:
    """Return the last service month that was paid for upfront; 0 where none was."""
    return max((one.prepaid for one in settled), default=0)


def not_eligible(case: Case, plan: Plan) -> list[Problem]:
    """Return every reason why a plan is not open to the offer; a missing input may be among them."""
    requires = plan.requires
    found = list(case.closed)
    if not case.enrolled and not any(condition.fact == "enrolled" for condition in requires):
        found.insert(0, Problem("not-enrolled", "enrolment", {"program": case.program.id}))  # nothing else helps first
    found += all_failures(requires, case.facts)
    return found


def labelled(case: Case, problems: list[Problem]) -> list[Problem]:
    """Return the problems with missing inputs named once each, by the words that the program has for them."""
    found: list[Problem] = []
    seen: set[str] = set()
    for problem in problems:
        name = problem.facts.get("input", "") if problem.code == "missing-input" else ""
        if not name:
            found.append(problem)
        elif name not in seen:
            seen.add(name)
            one = case.program.inputs[name]
            facts = {**problem.facts, "label": one.label or name, "kind": one.kind}
            if one.at_most is not None:
                facts["at_most"] = str(one.at_most)
            found.append(replace(problem, facts=facts))
    return found


def _components(
    case: Case, plan: Plan, trace: Trace | None, span: tuple[int, int] | None
) -> tuple[list[Settled], list[Problem]]:
    """Return what each component pays the partner, the losers of exclusive groups left out, and why others do not."""
    settled: list[Settled] = []
    problems: list[Problem] = []
    has_groups = False
    for traits in case.terms.traits[plan.id]:
        try:
            settled.append(_settled(case, plan, traits, trace, problems, span))
        except Unpaid as unpaid:
            problems.append(unpaid.problem)
            if trace is not None:
                trace.unpaid(traits.component, *labelled(case, [unpaid.problem]))
        else:
            has_groups = has_groups or traits.component.exclusive_group is not None
    if has_groups:
        settled = _best_of_groups(settled, trace)
    return settled, problems


def _settled(
    case: Case,
    plan: Plan,
    traits: Traits,
    trace: Trace | None,
    problems: list[Problem],
    span: tuple[int, int] | None,
) -> Settled:
    component = traits.component
    if component.requires:
        for problem in failures(component.requires, case.facts):
            raise Unpaid(problem if problem.code in MISSING else replace(problem, severity=Severity.NOTE))
    earner = Earner(case, plan, traits)
    entries = earner.entries(span)
    problems += earner.notes
    share = ONE
    if plan.partner_share is not None:
        share = case.figure(plan.partner_share, f"{traits.plan_where}.partner_share", ONE)
    one = settle(case, traits, entries, share)
    if case.successions and component.upfront is not None and any(entry.kind == UPFRONT for entry in entries):
        one.prepaid = earner.prepaid_months
    if component.cash is not None:
        one.cash = case.figure(component.cash, f"{traits.where}.cash", ONE)
    if trace is not None:
        trace.component(earner, entries, share, one)
    return one


def _best_of_groups(settled: Sequence[Settled], trace: Trace | None) -> list[Settled]:
    best: dict[str, Settled] = {}
    for one in settled:
        group = one.component.exclusive_group
        if group and (group not in best or one.amount > best[group].amount):
            best[group] = one
    kept = [one for one in settled if not one.component.exclusive_group or best[one.component.exclusive_group] is one]
    if trace is not None:
        for one in settled:
            if one not in kept:
                trace.outdone(one, best[one.component.exclusive_group or ""])
    return kept


def _in_cash(case: Case, settled: Iterable[Settled]) -> tuple[list[Payment], list[Exposure], Decimal]:
    """Return the payments in money, what may be taken back of them, and the co-op credit (programs.md §6, `cash`)."""
    payments: list[Payment] = []
    exposures: list[Exposure] = []
    coop = ZERO
    for one in settled:
        if one.component.cash is None:
            payments += one.payments
            exposures += one.exposures
            continue
        for payment in one.payments:
            cash = round_minor(payment.amount * one.cash, case.revenue.unit)
            coop += (payment.amount - cash) * payment.count
            if cash:
                payments.append(payment._replace(amount=cash))
        exposures += [Exposure(e.amount * one.cash, e.shares, e.since, e.payments) for e in one.exposures]
    return payments, exposures, coop


def _from_the_minimum(
    case: Case, plan: Plan, settled: Sequence[Settled], trace: Trace | None
) -> tuple[Held | None, list[Problem]]:
    """Return what is paid under the plan's minimum payout, None where it has no figure, and what is to be said."""
    where = f"plan[{case.program.plans.index(plan)}].minimum_payout"
    try:
        minimum = case.figure(plan.minimum_payout, where, ZERO)
    except Unpaid as unpaid:  # without a row there is no minimum
        return None, labelled(case, [unpaid.problem])
    held = held_back(settled, case.revenue.unit, minimum, forfeits=plan.below_minimum == "forfeited")
    if trace is not None:
        trace.minimum(plan, minimum, held)
    if not held.lost:
        return held, []
    facts = {
        "amount": str(held.lost),
        "minimum": str(round_minor(minimum, case.revenue.unit)),
        "below": plan.below_minimum,
    }
    return held, [Problem("below-minimum", where, facts, Severity.NOTE)]
