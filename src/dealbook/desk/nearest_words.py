"""A step that would change the winner, in words: what is changed, what that reaches, what it is worth.

English sentences are the message ids; figures and names of facts look as in `forms`.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from dealbook.desk.forms import CATEGORIES, fill, shown
from dealbook.desk.nearest import NextStep
from dealbook.earnings.asks import Reason
from dealbook.earnings.case import Unpaid
from dealbook.earnings.world import Change
from dealbook.language import Language
from dealbook.programs.conditions import Condition

MORE: Final[Mapping[str, tuple[str, str]]] = {
    "seats": ("{n} seat more", "{n} seats more"),
    "term": ("{n} month more", "{n} months more"),
    "won_seats": ("{n} more seat won", "{n} more seats won"),
    "won_deals": ("{n} more deal won", "{n} more deals won"),
}
"""What is counted, one and several."""
FEWER: Final[Mapping[str, tuple[str, str]]] = {
    "seats": ("{n} seat fewer", "{n} seats fewer"),
    "term": ("{n} month less", "{n} months less"),
}
CHANGES: Final[Mapping[str, str]] = {
    "units more": "{units} × {product} more",
    "units fewer": "{units} × {product} fewer",
    "no discount": "Without the discount",
    "discount": "{after} discount instead of {before}",
    "registered": "With the deal registered",
    "certified": "With the certification",
    "certificates": "With the certificate {names}",
    "won_mrr": "{by} more monthly revenue won",
    "won_tcv": "{by} more contract value won",
    "care_revenue": "{by} more yearly revenue in care",
}
"""What else is changed, by the fact."""
REACHED: Final[Mapping[str, str]] = {
    "row": "row from {limit}",
    "row of": "row from {limit} ({fact})",
    "row below": "row below {limit} ({fact})",
    "better": "better rate",
    "eligible": "eligible for {plan}",
    "component": "{component} is paid",
    "full-rate": "rate not cut",
    "tier": "tier {tier}",
}
"""What a step reaches, by the reason."""
AND: Final = "{one} and {other}"
STEP: Final = "{what}: {reached}"
OWN: Final = "{own} of it by the step itself."
BEST: Final = "{plan} is best then, {lead} ahead of {second}."
ONLY: Final = "{plan} is best then."
STAYS: Final = "{plan} stays best, {lead} ahead of {second}."
WITH: Final = "{units} × {product}."
ELSEWHERE: Final = "This is not up to this deal but to your standing in the program."

_OBVIOUS: Final = frozenset({"seats", "term"})
"""Facts that need no naming where the change has named them."""


class StepWords(NamedTuple):
    """A step in words: `what` is changed, what is `reached`, in which `plan`; `gain` and `details` may be empty."""

    what: str
    reached: str
    plan: str
    gain: str
    details: str
    sentence: str


def step_words(step: NextStep, language: Language) -> StepWords:
    """Return a step in a language; the gain is what the plan pays more in all, in the deal's currency."""
    move = step.move
    what = _joined([_change(change, step, language) for change in move.changes], language)
    reached = _reached(step, language)
    return StepWords(
        what=what,
        reached=reached,
        plan=_where(step),
        gain=f"+{language.amount(move.gain, step.currency)}" if move.own else "",
        details=" ".join(_details(step, language)),
        sentence=fill(language.text(STEP), {"what": what, "reached": reached}),
    )


def _where(step: NextStep) -> str:
    """Return whose step it is: the plan has been named where it opens, and a tier is the program's."""
    name = {Reason.ELIGIBLE: "", Reason.TIER: step.program}.get(step.move.reason, step.plan)
    return " · ".join(filter(None, (step.vendor, name)))


def _change(change: Change, step: NextStep, language: Language) -> str:
    """Return one change, the first letter as it stands in the sentence's beginning."""
    by = change.by
    forms = (MORE if by is None or by > 0 else FEWER).get(change.fact)
    if by is not None and forms is not None:
        text = language.plural(*forms, int(abs(by).to_integral_value(ROUND_CEILING)))
        return f"{text} ({language.text(CATEGORIES.get(change.of, change.of))})" if change.of else text
    return fill(language.text(CHANGES[_form(change)]), _facts(change, step, language))


def _form(change: Change) -> str:
    if change.units:
        return "units more" if change.units > 0 else "units fewer"
    if change.fact == "discount" and not change.after:
        return "no discount"
    return change.fact


def _facts(change: Change, step: NextStep, language: Language) -> dict[str, str]:
    if change.fact == "discount":
        given = shown({"fact": "discount", "is": str(change.before), "limit": str(change.after)}, language)
        return {"before": given["is"], "after": given["limit"]}
    names = ""
    if isinstance(change.before, frozenset) and isinstance(change.after, frozenset):
        names = ", ".join(sorted(change.after - change.before))
    by = change.by or Decimal(0)
    return {
        "by": language.money(by, step.money),
        "units": language.number(abs(change.units)),
        "product": change.product,
        "names": names,
    }


def _joined(parts: list[str], language: Language) -> str:
    """Join changes to one phrase; only the first keeps its capital."""
    text = parts[0]
    for part in parts[1:]:
        text = fill(language.text(AND), {"one": text, "other": part[:1].lower() + part[1:]})
    return text


def _reached(step: NextStep, language: Language) -> str:
    move = step.move
    facts = {"plan": step.plan, "component": step.component, "tier": step.tier}
    if move.reason is not Reason.ROW:
        return fill(language.text(REACHED[move.reason]), facts)
    form, row = _row(step, language)
    return fill(language.text(REACHED[form]), facts | row)


def _row(step: NextStep, language: Language) -> tuple[str, dict[str, str]]:
    """Return which sentence tells of the row that is reached, and what it needs."""
    goal = step.move.goals[0]
    if goal.fact == "tier":
        return "tier", {}
    limit = _limit(step, goal)
    if limit is None:
        return "better", {}
    facts = {"fact": goal.fact, "limit": str(limit)} | ({"of": goal.of} if goal.of else {})
    row = shown(facts, language)
    if goal.below is not None:
        return "row below", row
    is_plain = len(step.move.changes) == 1 and step.move.changes[0].fact == goal.fact and goal.fact in _OBVIOUS
    return ("row" if is_plain else "row of"), row


def _limit(step: NextStep, goal: Condition) -> Decimal | None:
    value = goal.below if goal.below is not None else goal.at_least
    if value is None:
        return None
    try:
        found = value.pick(step.move.world.case(step.move.program).facts)
    except Unpaid:
        return None
    return found if isinstance(found, Decimal) else None


def _details(step: NextStep, language: Language) -> list[str]:
    """Return what else there is to say: what is due to the step, which line grows, which plan is best then."""
    move = step.move
    found = []
    if move.own and move.own != move.gain:
        found.append(fill(language.text(OWN), {"own": f"+{language.amount(move.own, step.currency)}"}))
    grown = [change for change in move.changes if change.fact == "seats" and change.units > 0]
    found += [fill(language.text(WITH), _facts(change, step, language)) for change in grown]
    if not move.is_for_deal:
        found.append(language.text(ELSEWHERE))
    if step.best:
        form = ONLY if not step.second else BEST if move.wins else STAYS
        lead = language.amount(move.lead, step.currency)
        found.append(fill(language.text(form), {"plan": step.best, "lead": lead, "second": step.second}))
    return found
