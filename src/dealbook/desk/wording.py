"""Problems and steps of the arithmetic in words, in the language of the screen, a document or the command line.

Codes and facts come from below; here each code has its sentences, and `forms` puts the facts into them in the
language's own form. English sentences are the message ids.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dealbook.desk.advice import FOUND, form_of
from dealbook.desk.forms import NONE, NOT_KNOWN, fill, is_ordered, is_set, rate_text, shown
from dealbook.domain.problem import Problem
from dealbook.earnings.estimate import Step
from dealbook.language import Language

PROBLEMS: Final[Mapping[str, str]] = {
    # what an estimate says
    "condition at_least": "{fact}: {is}; needed: at least {limit} ({missing} more).",
    "condition below": "{fact}: {is}; needed: below {limit}.",
    "condition is": "{fact}: {is}; needed: {limit}.",
    "condition": "{fact}: {is}; needed: {must}.",
    "condition one": "{fact}: {is}; needed: one of {must}.",
    "condition all": "{fact}: {is}; needed: all of {must}.",
    "unknown-fact": "{fact}: {is}.",
    "missing-input": "A contract value is missing: {label}.",
    "no-row": "{fact}: {is}; the table starts at {first}.",
    "no-row names": "{fact}: {is}; the table has rows for: {first}.",
    "above-ceiling": "The contract value {label} is {found}, above the published ceiling of {most}.",
    "not-enrolled": "You are not enrolled in this program.",
    "nothing-covered": "No line is in a category that this program pays on ({covers}).",
    "not-in-force": "No version of this program is in force on {signed}.",
    "unknown-version": "This program has no version {version}.",
    "no-exchange-rate": "No exchange rate from {from} to {to}.",
    "unknown-successor": "The program that takes over is not in the catalogue: {program}.",
    "unknown-successor plan": "The program that takes over, {program}, has no plan {plan}.",
    "successor-closed": "{plan} of {program} takes over with {month}, but is not open to this deal: it pays nothing.",
    "pinned-version-gone": "Version {version}, under which it was signed, is not there any more; {instead} is used.",
    "exclusive-elsewhere": "You are enrolled in {program}, which forbids selling a competing program.",
    "discounted": "Paid only without a discount.",
    "no-seats": "It is paid for each seat, and no line counts as seats.",
    "missing-buy-price": "No buy price for {product}.",
    "below-minimum": "{amount} is not paid: it never reaches the minimum payout of {minimum}.",
    "below-minimum forfeited": "{amount} is lost, in months that pay less than the minimum payout of {minimum}.",
    # what a deal or a quote says
    "empty": "This must not be empty.",
    "negative": "{found} is negative; it must be 0 or more.",
    "out-of-range": "{found} is out of range; it must be from {least} to {most}.",
    "share-out-of-range": "{found} is out of range; it must be from 0% to 100%.",
    "starts-before-signed": "The service starts on {found}, before the signing day {expected}.",
    "no-lines": "There are no lines yet.",
    "no-offers": "There is no offer yet.",
    "no-price": "{product} has no price.",
    "bad-ramp": "{product}: the months of the ramp must rise, and its quantities must be 0 or more.",
    "unknown-product": "No line sells {found}.",
    "unknown-product names": "No line sells {found}; the lines sell: {expected}.",
    "one-time-price": "{product} is charged once; only a price that recurs can change.",
    "after-cancellation": "Nothing comes of it in service month {found}: the customer leaves with month {expected}.",
    "after-the-end": "Nothing comes of it in service month {found}: the deal ends with month {expected}.",
    "nothing-to-quote": "There is nothing to quote: the offer has no lines.",
    "quote-replaced": "A revision has replaced this quote; its status stays as it is.",
    # what a file says
    "not-toml": "This is not TOML: {message}.",
    "too-long": "{found} characters are too many; {most} are allowed.",
    "too-deep": "Tables are nested too deep; at most {most} levels.",
    "too-many": "{found} are too many; at most {most} may stand here.",
    "name-too-long": "A key has too many parts with dots between; at most {most}.",
    "unseen-character": "The text holds characters that nobody can see ({found}); take them out.",
    "wrong-kind": "Found {found}; expected {expected}.",
    "unknown-key": "Unknown key {found}.",
    "missing-key": "The key {key} is missing.",
    "unknown-name": "Unknown name {found}.",
    "unknown-name names": "Unknown name {found}; expected one of: {expected}.",
    "not-a-rate": "{found} is no rate; write it like 15% or 8x.",
    "not-a-number": "{found} is no number.",
    "unknown-format": "Unknown format {found}; this version reads format {expected}.",
    "unknown-source": "No source has the id {found}.",
    "unknown-input": "No input is called {found}.",
    "unknown-plan": "No plan is called {found}.",
    "unknown-fact-name": "No fact is called {found}.",
    "cyclic-reference": "The reference goes round in a circle: {cycle}.",
    "double-name": "The name {found} is used twice.",
    "double-row": "Two rows have the same key.",
    "end-before-start": "It ends on {found}; it must end after {expected}.",
    "fact-not-here": "The fact {fact} cannot be used here.",
    "no-of": "The fact {found} cannot be narrowed with of.",
    "wrong-test": "The fact {fact} cannot be tested with {test}; use one of: {expected}.",
    "no-test": "The condition on {fact} tests nothing; use one of: {expected}.",
    "at-and-every": "A component is paid once (at) or over time (every), not both; upfront joins them.",
    "wrong-every": "The basis {found} cannot be paid over time; one of these can: {expected}.",
    "months-without-every": "The key months needs the key every.",
    "wrong-figure": "The basis {basis} takes {expected}, not {found}.",
    "wrong-marginal": "A marginal table must be keyed on the component's own basis.",
    "shares-not-whole": "The shares add up to {found}; they must add up to 100%.",
    "wrong-table-fact": "A table cannot be keyed on {found}.",
    "no-rows": "The table has no rows.",
    "too-many-rows": "The table has {found} rows; at most {most}.",
    "bad-row": "The row's key is {found}; expected {expected}.",
    "row-out-of-range": "The row {found} can never hold; expected {expected}.",
    # what a check says
    **FOUND,
}
"""The sentences of each code of a problem; a second word tells sentences of the same code apart."""

NEAREST: Final = "Did you mean {nearest}?"

WORK_STEPS: Final[Mapping[str, str]] = {
    "work": "Your work",
    "hours-sale": "Hours for the sale",
    "hours-duty": "{duty}: {months} months × {hours} h, {seat_months} seat months × {minutes} min",
    "hours": "Hours in all",
    "hours-expected": "Hours expected, with {churn} churn a month",
    "hour-cost": "Cost of an hour",
    "hour-cost converted": "Cost of an hour, converted from {from} to {to}",
    "not-priced": "The work has no price: {reason}",
    "total-work": "Cost of the work, discounted and expected",
    "total-net": "Expected value less the cost of the work",
    "total-hourly": "Expected value for an hour of the work",
}
"""The lines about the partner's own work, which the desk adds to the engine's."""

STEPS: Final[Mapping[str, str]] = {
    "tier standing": "Tier at signing: {tier}",
    "tier contract": "Tier, fixed by contract: {tier}",
    "tier before": "Tier reached in the period before, which still holds: {tier}",
    "condition-holds": "Condition: {fact}, here {is}",
    "component": "{label}",
    "basis mrr": "Monthly recurring revenue",
    "basis nrc": "One-time charges",
    "basis tcv": "Total contract value",
    "basis margin": "Price of what is resold",
    "basis seats": "Seats",
    "basis deal": "Number of deals",
    "cost": "What you pay for it",
    "margin": "Margin",
    "exchange": "Converted from {from} to {to}",
    "rate": "Rate applied",
    "points": "Points added to the rate",
    "rate-with-points": "Rate with its points",
    "amount-each": "Amount per unit",
    "discount-factor": "What the discount leaves of the rate",
    "successor": "{plan} of {program} takes over with {month}",
    "succeeded": "Paid over time until {month}, then by the plan that takes over",
    "left": "You left the program on {until}; the last month paid for is {month}",
    "earned-once": "Earned once",
    "earned-upfront": "Sum of {months} prepaid months",
    "earned-recurring": "Earned {month}",
    "earned-recurring 1": "Earned every month, {count} times from {month}",
    "earned-recurring 3": "Earned every quarter, {count} times from {month}",
    "earned-recurring 12": "Earned every year, {count} times from {month}",
    "cap": "At most, for the whole deal",
    "cap-year": "At most in a year, for all deals",
    "won-paid": "Of that already paid in the year of the signing",
    "floor": "At least, for the whole deal",
    "partner-share": "Your share",
    "payment": "Paid {month} ({role})",
    "payment 1": "Paid every month, {count} times from {month} ({role})",
    "payment 3": "Paid every quarter, {count} times from {month} ({role})",
    "payment 12": "Paid every year, {count} times from {month} ({role})",
    "payment clawback": "Taken back {month} ({role})",
    "cash": "Share paid in money; the rest is credit",
    "due": "Due {month} ({role})",
    "due run": "Due {count} times from {month} to {last_month} ({role})",
    "minimum carried": "Paid out from this sum on; what a month pays below it waits",
    "minimum forfeited": "Paid out from this sum on; what a month pays below it is lost",
    "waited": "Waits since {due}, paid {month}",
    "never-paid": "Never paid, as it is below the minimum",
    "not-paid": "Not paid: {reason}",
    "outdone": "Not paid: {winner} pays more ({amount})",
    "total-upfront": "Everything paid once",
    "total-monthly": "First recurring payments",
    "total-first_year": "Year 1",
    "total-term": "Over the term",
    "total-total": "To the end of the assumed renewals",
    "total-coop": "Co-op credit",
    "total-present_value": "Present value at {discount_rate} a year",
    "total-converted": "Expected value, converted from {from} to {to}",
    "total-expected_value": "Expected value with {churn} churn a month",
    **WORK_STEPS,
}
"""The lines of each code of a step; a second word tells lines of the same code apart."""

ROW: Final = "{fact} {is}: row from {row}"
ROW_BELOW: Final = "{fact} {is}: row from {row} to below {below}"
ROW_NAMED: Final = "{fact}: {is}"
ROW_MARGINAL: Final = "{fact}: each slice at its own rate"
CONFIDENCE: Final = {
    "published": "published",
    "contract": "your contract",
    "assumed": "assumed",
    "disputed": "sources disagree",
}

_RATE_STEPS: Final = frozenset({"rate", "points", "rate-with-points", "partner-share", "discount-factor", "cash"})
_PLAIN_STEPS: Final = frozenset({"basis seats", "basis deal", "exchange"})
_HOURS: Final = frozenset({"hours-sale", "hours-duty", "hours", "hours-expected"})
_HUNDREDTH: Final = Decimal("0.01")
_GIVEN_NAMES: Final = ("found", "product", "component")
"""What somebody else has named keeps its first letter as it is."""


def problem_text(problem: Problem, language: Language) -> str:
    """Return a problem as a sentence, with the known name that is most like what was found."""
    return " ".join(part for part in (found_text(problem, language), nearest_text(problem, language)) if part)


def found_text(problem: Problem, language: Language) -> str:
    """Return what was found as a sentence."""
    facts = dict(problem.facts)
    if problem.code == "unknown-fact":
        facts["is"] = NONE if facts.get("fact") == "tier" else NOT_KNOWN
    sentence = PROBLEMS.get(problem_form(problem.code, facts))
    if sentence is None:
        return " ".join([problem.code, *(f"{name}: {text}" for name, text in facts.items())])
    form = language.text(sentence)
    filled = fill(form, shown(facts, language, problem.code))
    if any(form.startswith(f"{{{name}}}") and facts.get(name) for name in _GIVEN_NAMES):
        return filled
    return filled[:1].upper() + filled[1:]


def nearest_text(problem: Problem, language: Language) -> str:
    """Return the question after the known name that is most like what was found; empty where none is."""
    near = problem.facts.get("nearest")
    return fill(language.text(NEAREST), {"nearest": near}) if near else ""


def located_text(problem: Problem, language: Language) -> str:
    """Return a problem with its place: file, line where it is known, key path, sentence."""
    facts = problem.facts
    place = ":".join(part for part in (facts.get("file", ""), facts.get("line", "")) if part)
    return ": ".join(part for part in (place, problem.where, problem_text(problem, language)) if part)


def step_text(step: Step, language: Language, currency: str) -> str:
    """Return a step of the arithmetic as a line: what was done, where the figure comes from, the result."""
    return " ".join(part for part in (step_label(step, language), step_result(step, language, currency)) if part)


def step_label(step: Step, language: Language) -> str:
    """Return what was done, without the result."""
    facts = shown(step.facts, language)
    notes: list[str] = []
    if step.code in ("not-paid", "not-priced"):
        rest = {name: text for name, text in step.facts.items() if name not in ("code", "where")}
        facts = {"reason": problem_text(Problem(step.facts["code"], "", rest), language)}
    else:
        notes = [note for note in (_row_note(step, language), _origin_note(step, language)) if note]
    label = fill(language.text(STEPS[_step_code(step)]), facts)
    return f"{label} ({' · '.join(notes)})" if notes else label


def step_result(step: Step, language: Language, currency: str) -> str:
    """Return a step's result in its own form: an amount, a rate or a count; empty where it has none."""
    if step.result is None:
        return ""
    code = _step_code(step)
    if code in _RATE_STEPS:
        return rate_text(step.result, language)
    if code in _PLAIN_STEPS:
        return language.number(step.result)
    if code in _HOURS:
        return language.number(step.result.quantize(_HUNDREDTH))
    exact = step.result
    if exact == exact.quantize(_HUNDREDTH):
        return language.amount(exact, step.facts.get("in", currency))
    return language.number(exact.quantize(Decimal("0.000001")).normalize())


def problem_form(code: str, facts: Mapping[str, str]) -> str:
    """Return which sentence of a code fits the facts."""
    fact = facts.get("fact", "")
    must = facts.get("must", "")
    if code == "condition" and "limit" in facts:
        return f"condition {must}"
    if code == "condition" or (code == "unknown-fact" and must):
        return ("condition all" if is_set(fact) else "condition one") if ", " in must else "condition"
    if code == "no-row" and not is_ordered(fact):
        return "no-row names"
    if code == "unknown-successor" and facts.get("plan"):
        return "unknown-successor plan"
    if code == "unknown-product" and not facts.get("found"):
        return "empty"
    form = form_of(code, facts)
    return form if form in PROBLEMS else code


def _step_code(step: Step) -> str:
    """Return which line of a step's code fits its facts."""
    facts = step.facts
    if step.code == "tier":
        return f"tier {facts['from']}"
    if step.code == "due":
        return "due" if facts["count"] == "1" else "due run"
    if step.code == "minimum":
        return f"minimum {facts['below']}"
    if step.code == "hour-cost" and "from" in facts:
        return "hour-cost converted"
    if step.code == "basis":
        return f"basis {facts['basis']}"
    if step.code == "payment" and facts["kind"] == "clawback":
        return "payment clawback"
    if step.code in ("payment", "earned-recurring") and facts["count"] != "1":
        return f"{step.code} {facts['every']}"
    return step.code


def _row_note(step: Step, language: Language) -> str:
    """Return which row of a table holds, and for which product where each line has its own."""
    facts = step.facts
    product = facts.get("product", "")
    by = facts.get("by", "")
    if not by or "row" not in facts:
        return product
    form = ROW_BELOW if "below" in facts else ROW
    if facts["row"] == "marginal":
        form = ROW_MARGINAL
    elif not is_ordered(by):
        form = ROW_NAMED
    row = fill(language.text(form), shown({**facts, "fact": by}, language))
    return ", ".join(part for part in (product if by != "product" else "", row) if part)


def _origin_note(step: Step, language: Language) -> str:
    parts = [step.facts.get("input", ""), language.text(CONFIDENCE.get(step.confidence, "")), step.source]
    return ", ".join(part for part in parts if part)
