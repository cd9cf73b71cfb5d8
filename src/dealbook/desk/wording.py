"""Problems and steps of the arithmetic in words, in the language of the screen, a document or the command line.

Codes and facts come from below; here each code has one sentence. A text that names a field, a fact or a figure gets it
in the language's own form. English sentences are the message ids.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from dealbook.domain.months import parse_month
from dealbook.domain.problem import Problem
from dealbook.earnings.estimate import Step
from dealbook.language import Language

FACT_NAMES: Final = {
    "term": "term in months",
    "seats": "seats",
    "mrr": "monthly recurring revenue",
    "nrc": "one-time charges",
    "tcv": "total contract value",
    "discount": "discount",
    "customer_kind": "kind of customer",
    "country": "country",
    "segment": "segment",
    "registered": "deal registered",
    "signed": "signing day",
    "categories": "categories",
    "product": "product",
    "category": "category",
    "certified": "certified",
    "enrolled": "enrolled",
    "certificates": "certificates",
    "company_size": "company size",
    "won_deals": "deals won in the period",
    "won_seats": "seats won in the period",
    "won_mrr": "monthly revenue won in the period",
    "won_tcv": "contract value won in the period",
    "care_revenue": "yearly revenue in care",
    "attainment": "quota attainment",
    "tier": "tier",
    "elapsed": "months served",
    "renewal": "renewal",
}
"""Every fact in the user's words."""

_PERCENT_FACTS: Final = frozenset({"discount", "attainment"})

PROBLEMS: Final[Mapping[str, str]] = {
    # what an estimate says
    "condition at_least": "{fact} is {is}; it must be at least {limit}. {missing} missing.",
    "condition below": "{fact} is {is}; it must be below {limit}.",
    "condition is": "{fact} is {is}; it must be {limit}.",
    "condition": "{fact} is {is}; it must be {must}.",
    "unknown-fact": "{fact} is not known.",
    "missing-input": "Missing in your contract: {label}.",
    "no-row": "No row for {fact} {is}; the first one is {first}.",
    "above-ceiling": "{input}: {found} is above the published ceiling of {most}.",
    "not-enrolled": "You are not enrolled in this program.",
    "nothing-covered": "No line is in a category that this program pays on ({covers}).",
    "not-in-force": "No version of this program is in force on {signed}.",
    "unknown-version": "There is no version {version} of this program.",
    "no-exchange-rate": "No exchange rate from {from} to {to}.",
    "exclusive-elsewhere": "You are enrolled in {program}, which forbids selling a competing program.",
    "discounted": "Pays only without a discount.",
    "missing-buy-price": "No buy price for {product}.",
    # what a deal says
    "empty": "Something must stand here.",
    "negative": "{found} is negative; it must be 0 or more.",
    "out-of-range": "{found} is out of range; it must be from {least} to {most}.",
    "share-out-of-range": "{found} is out of range; it must be from 0 % to 100 %.",
    "starts-before-signed": "The service starts on {found}, before the signing day {expected}.",
    "no-lines": "There are no lines yet.",
    "no-offers": "There is no offer yet.",
    "no-price": "{product} has no price.",
    "bad-ramp": "The ramp of {product} must rise month by month, with quantities of 0 or more.",
    "unknown-product": "No line sells {found}; there is: {expected}.",
    "too-many-decimals": "{found} has more decimals than the currency.",
    "quote-replaced": "A revision has replaced this quote; its status stays as it is.",
    "nothing-to-quote": "There is nothing to quote: the offer has no lines.",
    # what a file says
    "not-toml": "This is not TOML: {message}.",
    "too-long": "{found} characters are too many; at most {most}.",
    "too-deep": "Tables are nested too deep; at most {most} levels.",
    "wrong-kind": "Found {found}; expected {expected}.",
    "unknown-key": "Unknown key {found}.",
    "missing-key": "The key {key} is missing.",
    "unknown-name": "Unknown name {found}; expected one of: {expected}.",
    "not-a-rate": "{found} is no rate; write it like 15% or 8x.",
    "not-a-number": "{found} is no number.",
    "unknown-format": "Unknown format {found}; this version reads format {expected}.",
    "unknown-source": "No source has the id {found}.",
    "unknown-input": "No input is called {found}.",
    "unknown-plan": "No plan is called {found}.",
    "unknown-fact-name": "No fact is called {found}.",
    "cyclic-reference": "The reference goes round in a circle: {cycle}.",
    "double-name": "The name {found} stands here twice.",
    "double-row": "Two rows have the same key.",
    "end-before-start": "It ends on {found}; it must end {expected}.",
    "fact-not-here": "The fact {fact} is not known here.",
    "no-of": "{found} cannot be narrowed with of.",
    "wrong-test": "{fact} cannot be tested with {test}; use one of: {expected}.",
    "no-test": "The condition on {fact} tests nothing; use one of: {expected}.",
    "at-and-every": "A component is paid once (at) or over time (every), not both; upfront joins them.",
    "wrong-every": "{found} cannot be paid over time; that can: {expected}.",
    "months-without-every": "months needs every.",
    "wrong-figure": "{basis} is paid by {expected}, not by {found}.",
    "wrong-marginal": "A marginal table must be keyed on the component's own basis, not on {found}.",
    "shares-not-whole": "The shares add up to {found}; they must add up to 100%.",
    "wrong-table-fact": "A table cannot be keyed on {found}.",
    "no-rows": "The table has no rows.",
    "too-many-rows": "The table has {found} rows; at most {most}.",
    "bad-row": "The row's key is {found}; expected {expected}.",
    "row-out-of-range": "The row {found} can never hold; expected {expected}.",
    # what a check says
    "input-without-source": "{input} is {confidence} and names no source; add source = the id of one.",
    "unused-input": "Nothing refers to {input}; refer to it with $ or take it out.",
    "gap": "The conditions let {fact} be {least}, but the table starts at {first}: nothing is paid in between.",
    "unreachable-row": "The row {row} can never hold: the conditions ask for {fact} of at least {least}.",
    "never-pays": "The plan {plan} can never pay.",
    "much": "{found} is a very high rate; 15 means 1,500 %, write 15% for fifteen per cent.",
    "ceiling-as-value": "{input} has its published ceiling {most} as its value; a ceiling is no estimate.",
}
"""One sentence for each code of a problem."""

NEAREST: Final = "Did you mean {nearest}?"

STEPS: Final[Mapping[str, str]] = {
    "tier standing": "Tier at signing: {tier}",
    "tier contract": "Tier, fixed by contract: {tier}",
    "condition-holds": "Open to this deal: {fact} is {is}",
    "component": "{label}",
    "basis mrr": "Monthly recurring revenue",
    "basis nrc": "One-time charges",
    "basis tcv": "Total contract value",
    "basis margin": "Price of what is resold",
    "basis seats": "Seats",
    "basis deal": "Deals",
    "cost": "What you pay for it",
    "margin": "Margin",
    "exchange": "Converted from {from} to {to}",
    "rate": "Rate",
    "amount-each": "Amount for each",
    "discount-factor": "What the discount leaves of the rate",
    "earned-once": "Earned once",
    "earned-upfront": "Sum of the prepaid months",
    "earned-recurring": "Earned in each of {count} periods from {month}",
    "cap": "At most, for the whole deal",
    "floor": "At least, for the whole deal",
    "partner-share": "Your share",
    "payment once": "Paid {month} ({role})",
    "payment run": "Paid {count} times from {month} ({role})",
    "payment clawback": "Taken back {month} ({role})",
    "cash": "Share paid in money; the rest is credit",
    "not-paid": "Not paid: {reason}",
    "outdone": "Not paid: {winner} pays more ({amount})",
    "total-upfront": "Now: everything paid once",
    "total-monthly": "First payment over time",
    "total-first_year": "Year 1",
    "total-term": "Over the term",
    "total-total": "To the end of the assumed renewals",
    "total-coop": "Co-op credit",
    "total-present_value": "Present value at {discount_rate} a year",
    "total-expected_value": "Expected value with {churn} churn a month",
}
"""One line for each code of a step."""

ROW: Final = "{fact} {is}: row from {row}"
ROW_BELOW: Final = "{fact} {is}: row from {row} to below {below}"
ROW_MARGINAL: Final = "{fact}: each slice at its own row"
ROLES: Final = {"acquisition": "acquisition", "care": "care"}
CONFIDENCE: Final = {
    "published": "published",
    "contract": "your contract",
    "assumed": "assumed",
    "disputed": "sources disagree",
}

_RATE_STEPS: Final = frozenset({"rate", "partner-share", "discount-factor", "cash"})
_PLAIN_STEPS: Final = frozenset({"basis seats", "basis deal", "exchange"})
_HUNDREDTH_OF_PERCENT: Final = Decimal("0.0001")


def problem_text(problem: Problem, language: Language) -> str:
    """Return a problem as a sentence."""
    facts = problem.facts
    code = problem.code
    if code == "condition" and f"condition {facts.get('must')}" in PROBLEMS:
        code = f"condition {facts['must']}"
        if code == "condition at_least" and "missing" not in facts:
            code = "condition"
    sentence = PROBLEMS.get(code)
    if sentence is None:
        return " ".join([code, *(f"{name}: {text}" for name, text in facts.items())])
    filled = _fill(language.text(sentence), _shown(facts, language))
    near = facts.get("nearest")
    hint = " " + _fill(language.text(NEAREST), {"nearest": near}) if near else ""
    return filled[:1].upper() + filled[1:] + hint


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
    facts = _shown(step.facts, language)
    if step.code == "not-paid":
        rest = {name: text for name, text in step.facts.items() if name not in ("code", "where")}
        facts = {"reason": problem_text(Problem(step.facts["code"], "", rest), language)}
    label = _fill(language.text(STEPS[_step_code(step)]), facts)
    notes = [note for note in (_row_note(step, language), _origin_note(step, language)) if note]
    return f"{label} ({'; '.join(notes)})" if notes else label


def step_result(step: Step, language: Language, currency: str) -> str:
    """Return a step's result in its own form: an amount, a rate or a count; empty where it has none."""
    if step.result is None:
        return ""
    code = _step_code(step)
    if code in _RATE_STEPS:
        return rate_text(step.result, language)
    if code in _PLAIN_STEPS:
        return language.number(step.result)
    exact = step.result
    if exact == exact.quantize(Decimal("0.01")):
        return language.amount(exact, currency)
    return language.number(exact.quantize(Decimal("0.000001")).normalize())


def rate_text(rate: Decimal, language: Language) -> str:
    """Return a rate as the trade writes it: multiples of a month's revenue with ×, the rest in per cent."""
    return f"{language.number(rate.normalize())}×" if rate > 1 else language.percent(rate)


def _step_code(step: Step) -> str:
    if step.code == "tier":
        return f"tier {step.facts['from']}"
    if step.code == "basis":
        return f"basis {step.facts['basis']}"
    if step.code == "payment":
        if step.facts["kind"] == "clawback":
            return "payment clawback"
        return "payment once" if step.facts["count"] == "1" else "payment run"
    return step.code


def _row_note(step: Step, language: Language) -> str:
    facts = step.facts
    if "by" not in facts or "row" not in facts:
        return facts.get("product", "")
    name = language.text(FACT_NAMES[facts["by"]])
    if facts["row"] == "marginal":
        return _fill(language.text(ROW_MARGINAL), {"fact": name})
    shown = _shown({**facts, "fact": facts["by"]}, language)
    return _fill(language.text(ROW_BELOW if "below" in facts else ROW), shown)


def _origin_note(step: Step, language: Language) -> str:
    parts = [step.facts.get("input", ""), language.text(CONFIDENCE.get(step.confidence, "")), step.source]
    return ", ".join(part for part in parts if part)


def _shown(facts: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return the facts in the language's forms."""
    as_percent = facts.get("fact") in _PERCENT_FACTS or facts.get("kind") == "rate"
    shown = {}
    for name, text in facts.items():
        if name == "fact":
            shown[name] = language.text(FACT_NAMES.get(text, text)) + (f" ({facts['of']})" if "of" in facts else "")
        elif name == "month":
            shown[name] = language.month(parse_month(text))
        elif name == "role":
            shown[name] = language.text(ROLES.get(text, text))
        elif name in ("discount_rate", "churn"):
            shown[name] = language.percent(Decimal(text))
        elif name in ("is", "limit", "missing", "first", "row", "below", "amount"):
            shown[name] = _figure(text, language, as_percent=as_percent)
        elif name in ("is", "must"):
            shown[name] = language.text(text)
        else:
            shown[name] = text
    return shown


def _figure(text: str, language: Language, *, as_percent: bool) -> str:
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return language.text(text)
    return language.percent(figure.quantize(_HUNDREDTH_OF_PERCENT)) if as_percent else language.number(figure)


class _Kept(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def _fill(sentence: str, facts: Mapping[str, str]) -> str:
    return sentence.format_map(_Kept(facts)).strip()
