"""The arithmetic as data: every step from basis to total, with the row and the source it came from.

A trace is filled beside the evaluation that it explains, by the same calls; its words are the desk's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from dealbook.domain.money import ONE, ZERO
from dealbook.domain.months import month_text
from dealbook.domain.problem import Problem
from dealbook.earnings.case import Case, Unpaid
from dealbook.earnings.earn import Earner, Entry
from dealbook.earnings.estimate import Step, Totals
from dealbook.earnings.minimum import Held
from dealbook.earnings.payments import CLAWBACK, UPFRONT
from dealbook.earnings.revenue import TWELVE, Basket
from dealbook.earnings.settle import Settled
from dealbook.earnings.worth import Worth
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import Facts
from dealbook.programs.model import Component, Plan
from dealbook.programs.terms import Traits
from dealbook.programs.values import Bands, Choices, Ref, Value

_OF_A_ROW: Final = frozenset({"by", "of", "is", "row", "below"})


class Trace:
    """Gathers the steps of one estimate."""

    def __init__(self, case: Case, plan: Plan) -> None:
        """Start with the tier and the plan's conditions."""
        self.case = case
        self.has_minimum = plan.minimum_payout is not None
        self.steps: list[Step] = []
        if case.exchange is not None:
            self._add("exchange", "", case.exchange.rate, {"from": case.exchange.base, "to": case.program.currency})
        tier = case.tier_name
        if tier is not None:
            is_fixed = case.terms.enrolment is not None and case.terms.enrolment.tier is not None
            since = "contract" if is_fixed else "before" if case.has_lasted else "standing"
            self.steps.append(Step("tier", "", None, {"tier": tier, "from": since}))
        for condition in plan.requires:
            self._condition(condition)

    def _condition(self, condition: Condition) -> None:
        """Add a condition of the plan that holds; why another does not is among the estimate's problems."""
        try:
            if condition.failure(self.case.facts) is not None:
                return
            fact = self.case.facts.get(condition.fact, condition.of)
        except Unpaid:
            return
        of = {"of": condition.of} if condition.of else {}
        self._add("condition-holds", "", None, {"fact": condition.fact, **of, "is": _text(fact)})

    def component(self, earner: Earner, entries: list[Entry], share: Decimal, settled: Settled) -> None:
        """Add the steps of one component: basis, rate, what is earned, what the partner is paid."""
        component = earner.component
        name = component.id
        self._add("component", name, None, {"label": component.label or name})
        if not earner.traits.by_line:
            self._basis(earner)
        self.steps += self._figure(component, earner.traits)
        if component.discounts == "rate" and self.case.basket.discount:
            self._add("discount-factor", name, ONE - self.case.basket.discount)
        self._leaving(earner)
        if component.every and earner.stops is not None and earner.stops <= self.case.revenue.served:
            last = month_text(self.case.revenue.start + earner.stops - 2)
            self._add("succeeded", name, None, {"month": last})
        for entry in entries:
            self._add(f"earned-{entry.kind}", name, entry.exact, _entry_facts(entry, earner.prepaid_months))
        self._settled(component, share, settled)

    def _basis(self, earner: Earner) -> None:
        component = earner.component
        basis = _basis(component, self.case.basket_on(component.on))
        self._add("basis", component.id, basis, {"basis": component.basis})
        if component.basis == "margin":
            margin = earner.margin12() / TWELVE
            self._add("cost", component.id, basis - margin)
            self._add("margin", component.id, margin)

    def _leaving(self, earner: Earner) -> None:
        """Add when the partner left, where that ends the pay before the customer's time is over."""
        enrolment, revenue = self.case.terms.enrolment, self.case.revenue
        if earner.ends is None or earner.ends > revenue.served or enrolment is None:
            return
        last = month_text(revenue.start + earner.ends - 2)
        self._add("left", earner.component.id, None, {"until": str(enrolment.until), "month": last})

    def _settled(self, component: Component, share: Decimal, settled: Settled) -> None:
        """Add what becomes of what is earned: limits, the partner's share, the payments."""
        name = component.id
        if component.floor is not None:
            self._add("floor", name, self.case.figure(component.floor, "floor", ONE))
        if component.cap is not None and component.cap_per == "deal":
            self._add("cap", name, self.case.figure(component.cap, "cap", ONE))
        if share != ONE:
            self._add("partner-share", name, share)
        if component.cap is not None and component.cap_per == "year":
            self._add("cap-year", name, self.case.figure(component.cap, "cap", ONE))
            paid = self.case.facts.get("won_paid")
            if isinstance(paid, Decimal) and paid:
                self._add("won-paid", name, paid)
        for payment in settled.payments:
            last = payment.month + (payment.count - 1) * payment.every
            facts = {
                "role": payment.role,
                "kind": payment.kind,
                "month": month_text(payment.month),
                "last_month": month_text(last),
                "count": str(payment.count),
                "every": str(payment.every),
            }
            self._add(
                "due" if self.has_minimum and payment.kind != CLAWBACK else "payment", name, payment.amount, facts
            )
        if component.cash is not None:
            self._add("cash", name, settled.cash)

    def succeeded(self, case: Case, plan: Plan, month: int) -> None:
        """Add that another plan takes over, with the service month in which it does."""
        facts = {
            "program": f"{case.program.vendor} · {case.program.name}",
            "plan": plan.name,
            "month": month_text(self.case.revenue.start + month - 1),
        }
        self._add("successor", "", None, facts)

    def include(self, other: "Trace") -> None:
        """Add the steps of a successor, whose amounts are in its own currency."""
        own = {"in": other.case.program.currency}
        self.steps += [replace(step, facts={**step.facts, **own}) for step in other.steps]

    def converted(self, rate: Decimal, currency: str) -> None:
        """Add the rate at which a successor's payments are converted."""
        self._add("exchange", "", rate, {"from": currency, "to": self.case.program.currency})

    def unpaid(self, component: Component, problem: Problem) -> None:
        """Add why a component is not paid."""
        self._add("component", component.id, None, {"label": component.label or component.id})
        self._add("not-paid", component.id, None, {"code": problem.code, "where": problem.where, **problem.facts})

    def outdone(self, loser: Settled, winner: Settled) -> None:
        """Add that another component of the same group pays more."""
        facts = {"winner": winner.component.label or winner.component.id, "amount": str(winner.amount)}
        self._add("outdone", loser.component.id, loser.amount, facts)

    def minimum(self, plan: Plan, minimum: Decimal, held: Held) -> None:
        """Add the minimum payout, what waited for it and until when, and what is never paid."""
        self._add("minimum", "", minimum, {"below": plan.below_minimum})
        for paid in sorted({paid for _, paid, _ in held.waited}):
            waited = [(month, amount) for month, until, amount in held.waited if until == paid]
            facts = {"due": month_text(waited[0][0]), "month": month_text(paid)}
            self._add("waited", "", sum((amount for _, amount in waited), ZERO), facts)
        if held.lost:
            self._add("never-paid", "", held.lost)

    def totals(self, totals: Totals, worth: Worth) -> None:
        """Add the totals, in the order in which the screen shows them."""
        rates = {"discount_rate": str(worth.assume.discount_rate), "churn": str(worth.assume.churn)}
        self._add("total-upfront", "", totals.upfront)
        self._add("total-monthly", "", totals.monthly)
        self._add("total-first_year", "", totals.first_year)
        self._add("total-term", "", totals.term)
        self._add("total-total", "", totals.total)
        if totals.coop:
            self._add("total-coop", "", totals.coop)
        self._add("total-present_value", "", totals.present_value, rates)
        self._add("total-expected_value", "", totals.expected_value, rates)

    def result(self) -> tuple[Step, ...]:
        """Return the steps."""
        return tuple(self.steps)

    def _add(self, code: str, component: str, result: Decimal | None, facts: Mapping[str, str] | None = None) -> None:
        self.steps.append(Step(code, component, result, facts or {}))

    def _figure(self, component: Component, traits: Traits) -> Iterator[Step]:
        """Yield the rate or amount with the row and the input it came from."""
        facts = self.case.facts
        if not traits.by_line:
            yield from self._rates(component, facts, {})
            return
        basket = self.case.basket_on(component.on)
        for line in (*basket.recurring, *basket.once):
            own = facts.but(product=line.line.product, category=line.line.category)
            yield from self._rates(component, own, {"product": line.line.product})

    def _rates(self, component: Component, facts: Facts, extra: Mapping[str, str]) -> Iterator[Step]:
        """Yield the rate, the points that are added to it, and what they are together."""
        code = "rate" if component.rate is not None else "amount-each"
        yield (rate := self._rate(code, component, component.figure, facts, extra))
        if component.points is None:
            return
        yield (points := self._rate("points", component, component.points, facts, extra))
        if rate.result is not None and points.result is not None:
            yield Step("rate-with-points", component.id, max(rate.result + points.result, ZERO), extra)

    def _rate(self, code: str, component: Component, value: Value, facts: Facts, extra: Mapping[str, str]) -> Step:
        found = dict(extra)
        titles = {source.id: source.title for source in self.case.program.sources}
        source, confidence = component.source or "", component.confidence or ""
        picked = value.pick(facts)
        for part in _path(value, facts):
            if isinstance(part, Ref):
                one = self.case.program.inputs[part.name]
                found |= {"input": one.label or one.name}
                confidence = self._confidence(part.name)
                source = "" if self._is_given(part.name) else one.source or source
            else:
                found = {name: text for name, text in found.items() if name not in _OF_A_ROW} | _row(part, facts)
        figure = picked if isinstance(picked, Decimal) else None
        return Step(code, component.id, figure, found, titles.get(source, ""), confidence)

    def _is_given(self, name: str) -> bool:
        """Say whether the figure is the partner's own: then no published source speaks for it."""
        enrolment = self.case.terms.enrolment
        return enrolment is not None and name in enrolment.inputs

    def _confidence(self, name: str) -> str:
        enrolment = self.case.terms.enrolment
        if enrolment is None or name not in enrolment.inputs:
            return self.case.program.inputs[name].confidence
        return "assumed" if name in enrolment.assumed else "contract"


def _path(value: Value, facts: Facts) -> Iterator[Value]:
    """Yield the references and tables that lead to the figure."""
    if isinstance(value, Ref):
        yield value
        target = facts.inputs.get(value.name)
        if target is not None:
            yield from _path(target, facts)
    elif isinstance(value, Bands):
        yield value
        fact = facts.get(value.by, value.of)
        if not value.marginal and fact is not None and (index := value.row(fact)) >= 0:
            yield from _path(value.rows[index], facts)
    elif isinstance(value, Choices):
        yield value
        row = value.rows.get(str(facts.get(value.by)), value.otherwise)
        if row is not None:
            yield from _path(row, facts)


def _row(table: Value, facts: Facts) -> dict[str, str]:
    """Return which row of a table holds: the fact, what it is, the row's first key and where the next one starts."""
    if isinstance(table, Bands):
        of = {"of": table.of} if table.of else {}
        if table.marginal:
            return {"by": table.by, **of, "row": "marginal"}
        fact = facts.get(table.by, table.of)
        index = table.row(fact) if fact is not None else -1
        if index < 0:
            return {}
        upper = {"below": _text(table.keys[index + 1])} if index + 1 < len(table.keys) else {}
        return {"by": table.by, **of, "is": _text(fact), "row": _text(table.keys[index]), **upper}
    if isinstance(table, Choices):
        return {"by": table.by, "is": _text(facts.get(table.by)), "row": _text(facts.get(table.by))}
    return {}


def _basis(component: Component, basket: Basket) -> Decimal:
    if component.basis == "seats":
        return basket.seats
    if component.basis == "deal":
        return ONE
    if component.basis == "margin":
        return (basket.mrr12 if component.every else basket.nrc12) / TWELVE
    figure: Decimal = getattr(basket, f"{component.basis}12")
    return figure / TWELVE


def _entry_facts(entry: Entry, prepaid: int) -> dict[str, str]:
    months = {"months": str(prepaid - max(entry.service - 1, 0))} if entry.kind == UPFRONT else {}
    return {
        **months,
        "service": str(entry.service),
        "month": month_text(entry.month),
        "count": str(entry.count),
        "every": str(entry.every),
    }


def _text(fact: object) -> str:
    if isinstance(fact, Decimal):
        return f"{fact.normalize():f}"
    if isinstance(fact, frozenset):
        return ", ".join(sorted(fact))
    return {True: "yes", False: "no"}.get(fact, "") if isinstance(fact, bool) else str(fact)
