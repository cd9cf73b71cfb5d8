"""What a plan pays and asks for, in words: any component as a sentence, in the user's language.

"15% of the monthly revenue, every month for as long as the customer stays; half for winning the customer, half for
care." One function a clause; each clause is a message of its own, so that no language has to follow another's order.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from dealbook.desk.forms import CATEGORIES, fill
from dealbook.desk.value_words import Said, ValueWords
from dealbook.language import Language
from dealbook.programs.model import Clawback, Component, Plan
from dealbook.programs.terms import Terms

SHARES: Final[Mapping[str, str]] = {
    "mrr": "{figure} of the monthly revenue",
    "nrc": "{figure} of the one-time charges",
    "tcv": "{figure} of the contract value",
    "margin": "{figure} of the margin",
    "seats": "{figure} for each seat",
    "deal": "{figure} for the deal",
}
TIMES: Final[Mapping[str, str]] = {
    "mrr": "{figure} the monthly revenue",
    "nrc": "{figure} the one-time charges",
    "tcv": "{figure} the contract value",
    "margin": "{figure} the margin",
}
OPEN: Final[Mapping[str, str]] = {
    "mrr": "{figure} on the monthly revenue",
    "nrc": "{figure} on the one-time charges",
    "tcv": "{figure} on the contract value",
    "margin": "{figure} on the margin",
}
"""Where only the contract knows the figure."""
WHOLE_MARGIN: Final = "the whole margin"
ONCE: Final[Mapping[str, str]] = {
    "signing": "{amount}, once at signing",
    "start": "{amount}, once when the service starts",
}
OVER_TIME: Final[Mapping[tuple[int, str], str]] = {
    (1, "term"): "{amount}, every month of the term",
    (1, "life"): "{amount}, every month for as long as the customer stays",
    (1, "months"): "{amount}, every month for {n} months",
    (3, "term"): "{amount}, every quarter of the term",
    (3, "life"): "{amount}, every quarter for as long as the customer stays",
    (3, "months"): "{amount}, every quarter for {n} months",
    (12, "term"): "{amount}, every year of the term",
    (12, "life"): "{amount}, every year for as long as the customer stays",
    (12, "months"): "{amount}, every year for {n} months",
}
"""By the length of a block in months, and how long it goes on."""
IN_ADVANCE: Final[Mapping[tuple[str, str], str]] = {
    ("term", "signing"): "{amount} for every month of the term, in one sum at signing",
    ("term", "start"): "{amount} for every month of the term, in one sum when the service starts",
    ("months", "signing"): "{amount} for each of the first {n} months, in one sum at signing",
    ("months", "start"): "{amount} for each of the first {n} months, in one sum when the service starts",
}
AFTERWARDS: Final[Mapping[str, str]] = {
    "term": "after that as it is billed, to the end of the term",
    "life": "after that as it is billed, for as long as the customer stays",
    "months": "after that as it is billed, up to month {n}",
}
ONLY_ON: Final = "only on {categories}"
FEE: Final = "less {figure} for the payment in advance"
PART: Final = "{figure} at once"
PART_LATER: Final = "{figure} after {n} months"
IN_PARTS: Final = "in parts: {parts}"
HALVES: Final = "half for winning the customer, half for care"
SPLIT: Final[Mapping[str, str]] = {
    "acquisition": "{figure} for winning the customer",
    "care": "{figure} for care",
}
RENEWAL: Final = "in renewals {figure} of it"
NO_RENEWAL: Final = "not in renewals"
RENEWAL_BONUS: Final = "at each renewal {figure} of it again"
NO_GROWTH: Final = "not for seats that are added later"
CURRENT_RATE: Final = "seats added later at the rate of that time"
ALL_BACK: Final = "all of it is taken back if the customer leaves within {n} months"
SHARE_BACK: Final = "{figure} of it is taken back if the customer leaves within {n} months"
RATED_BACK: Final = "if the customer leaves within {n} months, the part not yet served is taken back"
TABLE_BACK: Final = "taken back when the customer leaves, {rows}"
NOT_ON_SHRINKING: Final = "nothing is taken back when the customer only shrinks"
DISCOUNTS: Final[Mapping[str, str]] = {
    "rate": "a discount cuts the rate as well",
    "void": "not with any discount",
}
NO_MARKUP: Final = "not on what is above the list price"
CAPS: Final[Mapping[str, str]] = {
    "deal": "at most {figure} for a deal",
    "year": "at most {figure} a year for all deals",
}
FLOOR: Final = "at least {figure} for a deal"
ONLY_BEST: Final = "of these only the one that pays most: {names}"
CASH: Final = "{figure} of it in money, the rest as credit"
POINTS: Final = "added to the rate: {figure}"
NOTHING_AFTER: Final = "nothing more once you have left the program"
MINIMUM: Final[Mapping[str, str]] = {
    "carried": "paid out from {figure} a month on; less waits for a later month",
    "forfeited": "paid out from {figure} a month on; less is lost",
}
NEEDS: Final = "needs: {conditions}"
OTHERWISE: Final = "otherwise: {plan}"
PARTNER_SHARE: Final = "{figure} of all this is yours, the rest stays with the distributor"
OFF_LIST: Final = "you buy at {figure} below list"
BUY_PRICE: Final = "you buy at {figure}"
_HALF: Final = Decimal("0.5")


class PlanWords:
    """Says what plans of a program ask for and pay, with the contract's values as this partner has them."""

    def __init__(self, terms: Terms, words: Language) -> None:
        """Speak of `terms` in a language."""
        self.values = ValueWords(words, terms.program, terms.inputs)
        self.words = words

    def plan(self, plan: Plan) -> tuple[str, ...]:
        """Return what a plan asks for and at what price the partner buys, a line each."""
        lines = []
        if plan.requires:
            lines.append(self._form(NEEDS, conditions=self.values.conditions(plan.requires)))
        if plan.otherwise is not None:
            other = self.values.program.plan(plan.otherwise)
            lines.append(self._form(OTHERWISE, plan=other.name if other is not None else plan.otherwise))
        if plan.buy is not None and plan.buy.off_list is not None:
            lines.append(self._with_notes(OFF_LIST, self.values.said(plan.buy.off_list)))
        if plan.buy is not None and plan.buy.price is not None:
            lines.append(self._with_notes(BUY_PRICE, self.values.said(plan.buy.price, "money")))
        if plan.partner_share is not None:
            lines.append(self._with_notes(PARTNER_SHARE, self.values.said(plan.partner_share)))
        if plan.minimum_payout is not None:
            lines.append(self._with_notes(MINIMUM[plan.below_minimum], self.values.said(plan.minimum_payout, "money")))
        return tuple(_capital(line) for line in lines)

    def component(self, plan: Plan, component: Component) -> str:
        """Return what a component pays as a sentence without its full stop."""
        said = self.values.said(component.figure, "rate" if component.rate is not None else "money")
        clauses = [self._main(component, said), *said.notes]
        clauses += [clause for clauses_of in _CLAUSES for clause in clauses_of(self, component)]
        clauses += self._group(plan, component)
        return _capital("; ".join(clauses))

    # --- how much, and when

    def _main(self, component: Component, said: Said) -> str:
        amount = self._amount(component, said)
        if component.every == 0:
            return self._form(ONCE[component.at], amount=amount)
        if component.upfront is not None:
            kind, number = _reach(component.upfront)
            return self._form(IN_ADVANCE[kind, component.at], amount=amount, n=number)
        kind, number = _reach(component.months)
        return self._form(OVER_TIME[component.every, kind], amount=amount, n=number)

    def _amount(self, component: Component, said: Said) -> str:
        if component.basis == "margin" and said.is_whole:
            return self.words.text(WHOLE_MARGIN)
        forms = OPEN if said.is_open else TIMES if said.is_times else SHARES
        return self._form(forms.get(component.basis, SHARES[component.basis]), figure=said.figure)

    # --- clauses

    def _afterwards(self, component: Component) -> Iterator[str]:
        if component.upfront is None or component.months == component.upfront:
            return
        if component.upfront == "term" and component.months != "life":
            return
        kind, number = _reach(component.months)
        yield self._form(AFTERWARDS[kind], n=number)

    def _narrowed(self, component: Component) -> Iterator[str]:
        if component.on is not None:
            names = ", ".join(self.words.text(CATEGORIES[name]) for name in CATEGORIES if name in component.on)
            yield self._form(ONLY_ON, categories=names)

    def _points(self, component: Component) -> Iterator[str]:
        if component.points is not None:
            yield self._form(POINTS, figure=self.values.text(component.points))

    def _after_leaving(self, component: Component) -> Iterator[str]:
        if component.after_leaving == 0:
            yield self.words.text(NOTHING_AFTER)
        elif not isinstance(component.after_leaving, str):
            yield self.words.plural(
                "until {n} month after you have left the program",
                "until {n} months after you have left the program",
                component.after_leaving,
            )

    def _needs(self, component: Component) -> Iterator[str]:
        if component.requires:
            yield self._form(NEEDS, conditions=self.values.conditions(component.requires))

    def _delays(self, component: Component) -> Iterator[str]:
        words = self.words
        if component.upfront_fee is not None:
            yield self._with_notes(FEE, self.values.said(component.upfront_fee))
        if component.vests_after:
            yield words.plural(
                "paid after {n} month, if the customer is still there",
                "paid after {n} months, if the customer is still there",
                component.vests_after,
            )
        if component.lag:
            yield words.plural("paid {n} month later", "paid {n} months later", component.lag)
        if component.instalments:
            parts = (
                self._form(PART_LATER if one.lag else PART, figure=words.percent(one.share), n=str(one.lag))
                for one in component.instalments
            )
            yield self._form(IN_PARTS, parts=", ".join(parts))

    def _roles(self, component: Component) -> Iterator[str]:
        if not component.split:
            return
        if all(share == _HALF for _, share in component.split):
            yield self.words.text(HALVES)
        else:
            shares = (self._form(SPLIT[role], figure=self.words.percent(share)) for role, share in component.split)
            yield ", ".join(shares)

    def _renewals(self, component: Component) -> Iterator[str]:
        if component.renewal is not None:
            said = self.values.said(component.renewal)
            nothing = said.figure == self.words.percent(Decimal(0))
            yield self.words.text(NO_RENEWAL) if nothing else self._with_notes(RENEWAL, said)
        if component.renewal_bonus is not None:
            yield self._with_notes(RENEWAL_BONUS, self.values.said(component.renewal_bonus))

    def _growth(self, component: Component) -> Iterator[str]:
        paid_once = component.every == 0 or component.upfront is not None
        if component.growth == "ignored" and paid_once:
            yield self.words.text(NO_GROWTH)
        elif component.growth_rate == "current":
            yield self.words.text(CURRENT_RATE)

    def _taken_back(self, component: Component) -> Iterator[str]:
        clawback = component.clawback
        if clawback is None:
            return
        yield self._clawback(clawback)
        if not clawback.on_shrink:
            yield self.words.text(NOT_ON_SHRINKING)

    def _clawback(self, clawback: Clawback) -> str:
        months = "" if clawback.window is None else self.words.number(clawback.window)
        if clawback.share is None:
            return self._form(RATED_BACK, n=months)
        said = self.values.said(clawback.share)
        if said.is_whole and months:
            return self._form(ALL_BACK, n=months)
        if months and not said.notes:
            return self._form(SHARE_BACK, figure=said.figure, n=months)
        return self._form(TABLE_BACK, rows=self.values.text(clawback.share))

    def _limits(self, component: Component) -> Iterator[str]:
        if component.discounts in DISCOUNTS:
            yield self.words.text(DISCOUNTS[component.discounts])
        if component.markup == "excluded":
            yield self.words.text(NO_MARKUP)
        if component.floor is not None:
            yield self._with_notes(FLOOR, self.values.said(component.floor, "money"))
        if component.cap is not None:
            yield self._with_notes(CAPS[component.cap_per], self.values.said(component.cap, "money"))
        if component.cash is not None:
            yield self._with_notes(CASH, self.values.said(component.cash))

    def _group(self, plan: Plan, component: Component) -> Iterator[str]:
        group = component.exclusive_group
        members = [one for one in plan.pays if group is not None and one.exclusive_group == group]
        if len(members) > 1:
            yield self._form(ONLY_BEST, names=", ".join(one.label or one.id for one in members))

    # --- forms

    def _form(self, message: str, **facts: str) -> str:
        return fill(self.words.text(message), facts)

    def _with_notes(self, message: str, said: Said) -> str:
        told = self._form(message, figure=said.figure)
        return f"{told} ({'; '.join(said.notes)})" if said.notes else told


_CLAUSES: Final[tuple[Callable[[PlanWords, Component], Iterator[str]], ...]] = (
    PlanWords._points,  # noqa: SLF001
    PlanWords._afterwards,  # noqa: SLF001 - the class's own table
    PlanWords._narrowed,  # noqa: SLF001
    PlanWords._needs,  # noqa: SLF001
    PlanWords._delays,  # noqa: SLF001
    PlanWords._roles,  # noqa: SLF001
    PlanWords._renewals,  # noqa: SLF001
    PlanWords._growth,  # noqa: SLF001
    PlanWords._taken_back,  # noqa: SLF001
    PlanWords._limits,  # noqa: SLF001
    PlanWords._after_leaving,  # noqa: SLF001
)
"""The clauses after the main one, in the order in which they are said."""


def _reach(months: int | str) -> tuple[str, str]:
    """Return how long something goes on: "term", "life", or "months" with their number."""
    return (months, "") if isinstance(months, str) else ("months", str(months))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
