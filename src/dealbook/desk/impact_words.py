"""The impact of a new version in words: what happens to a deal, what was assumed, what is not counted.

For the screen and the printed page alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dealbook.desk.compare import Objective
from dealbook.desk.forms import fill
from dealbook.desk.impact_rows import Group, Impact, ImpactRow, Question, Side, Verdict
from dealbook.desk.session import Session
from dealbook.desk.wording import problem_text
from dealbook.language import Language

OBJECTIVES: Final[Mapping[Objective, str]] = {
    Objective.EXPECTED: "Expected value",
    Objective.PRESENT: "Present value",
    Objective.NOW: "Paid once",
    Objective.FIRST_YEAR: "First year",
    Objective.TERM: "Whole term",
}
GROUPS: Final[Mapping[Group, str]] = {
    Group.WON: "Won deals",
    Group.OPEN: "Open deals",
    Group.ELSEWHERE: "Open deals placed elsewhere",
}
BOOK: Final = "The book"
WEIGHTED: Final = "Open, weighted"
NO_PLAN: Final = "–"
PLANS: Final = "{old} → {new}"

OPENS: Final = "now open to this deal"
CLOSES: Final = "no longer open: {reason}"
CLOSED: Final = "not open"
UNKNOWN: Final = "{version}: {reason}"
BEST: Final = "best: {plan}"
NO_RATE: Final = "no exchange rate for its currency"
WINS: Final = "now best: {new} (before: {old})"
WINS_FIRST: Final = "now best: {new}"
CLOSES_EARLIER: Final = "closes before {day}"
PINNED: Final = "stays in version {version}"
KEEPS: Final = "signed under version {version}"

TITLE: Final = "Impact of a new version"
PAIR: Final = "{program}: {old} → {new}"
FIRST: Final = "{program}: {new} (no version before)"

ASSUMES_WON: Final = (
    "Won deals keep the version that they were signed under; a version for all deals changes what they are paid over"
    " time from the day it is in force."
)
ASSUMES_OPEN: Final = (
    "Open deals are compared as signed under the one and as signed under the other version, whatever day they close."
)
ASSUMES_PLAN: Final = "Each deal counts under its chosen plan of the program, else under the best one there."
ASSUMES_ELSEWHERE: Final = (
    "Open deals that are placed in another program, or pay more there under both versions, are not in the book’s sums."
)
ASSUMES_WORTH: Final = (
    "Expected and present values: {discount_rate} interest a year, {churn} of customers lost a month."
)
AS_IF: Final = "You are not enrolled in this program: counted as if you were, certified and without contract values."
PIN: Final = "Your enrolment keeps version {version}: won deals do not change; open deals are shown as if it did not."
NOT_COUNTED: Final = ("{n} deal could not be told and is in no sum.", "{n} deals could not be told and are in no sum.")
FAULTY: Final = "Something in the deal is wrong and must be mended first: {names}"
SAME: Final = ("{n} deal that earns the same", "{n} deals that earn the same")
UNTOUCHED: Final = ("{n} other deal is not touched.", "{n} other deals are not touched.")


def title_of(question: Question, words: Language) -> str:
    """Return what is compared: the program and its two versions."""
    new = question.new
    facts = {"program": f"{new.vendor} · {new.name}", "new": new.version}
    if question.old is None:
        return fill(words.text(FIRST), facts)
    return fill(words.text(PAIR), {**facts, "old": question.old.version})


def plan_of(row: ImpactRow) -> str:
    """Return the plan of a deal, or both where they differ."""
    old, new = row.old.plan_name, row.new.plan_name
    return f"{old} → {new}" if old and new and row.old.plan != row.new.plan else new or old or NO_PLAN


def note_of(row: ImpactRow, question: Question, words: Language) -> str:
    """Return what there is to say about a deal besides its figures; empty where there is nothing."""
    return "; ".join(_notes(row, question, words))


def _notes(row: ImpactRow, question: Question, words: Language) -> Iterator[str]:
    match row.verdict:
        case Verdict.UNKNOWN:
            side = row.new if row.new.amount is None else row.old
            yield fill(words.text(UNKNOWN), {"version": side.version, "reason": _reason(side, words)})
        case Verdict.CLOSES:
            yield fill(words.text(CLOSES), {"reason": _reason(row.new, words)})
        case Verdict.OPENS if question.old is not None:
            yield words.text(OPENS)
        case _ if not row.old.pays and not row.new.pays:
            yield words.text(CLOSED)
    if row.group is Group.WON:
        form = PINNED if row.is_pinned else KEEPS
        yield fill(words.text(form), {"version": row.new.version})
        return
    if row.best_new != row.best_old and row.best_new:
        form = WINS if row.best_old else WINS_FIRST
        yield fill(words.text(form), {"new": row.best_new, "old": row.best_old})
    elif row.group is Group.ELSEWHERE and row.best_new:
        yield fill(words.text(BEST), {"plan": row.best_new})
    if row.closes < question.new.effective_from:
        yield fill(words.text(CLOSES_EARLIER), {"day": words.short_date(question.new.effective_from)})


def _reason(side: Side, words: Language) -> str:
    """Return why a side has no figure, without the full stops of whole sentences."""
    told = [problem_text(problem, words).rstrip(".") for problem in side.problems]
    if side.pays and side.amount is None:
        told = [words.text(NO_RATE)]
    return ", ".join(told) or words.text(CLOSED)


def rests_on(impact: Impact, session: Session, words: Language) -> tuple[str, ...]:
    """Return what the figures rest on, a sentence each."""
    assume = session.partner.assume
    rates = {"discount_rate": words.percent(assume.discount_rate), "churn": words.percent(assume.churn)}
    found = [words.text(text) for text in (ASSUMES_WON, ASSUMES_OPEN, ASSUMES_PLAN)]
    if any(row.group is Group.ELSEWHERE for row in impact.rows):
        found.append(words.text(ASSUMES_ELSEWHERE))
    found.append(fill(words.text(ASSUMES_WORTH), rates))
    return (*found, *warnings_of(impact, words))


def warnings_of(impact: Impact, words: Language) -> tuple[str, ...]:
    """Return what must be known before the figures are believed: no membership, a pinned version, what is left out."""
    found = []
    if impact.as_if_enrolled:
        found.append(words.text(AS_IF))
    if impact.pinned:
        found.append(fill(words.text(PIN), {"version": impact.pinned}))
    if unknown := sum(row.verdict is Verdict.UNKNOWN for row in impact.rows):
        found.append(words.plural(*NOT_COUNTED, unknown))
    if impact.faulty:
        found.append(fill(words.text(FAULTY), {"names": _some(impact.faulty)}))
    return tuple(found)


_MOST_NAMES: Final = 5


def _some(names: Iterable[str]) -> str:
    """Return a list that is not longer than a person reads."""
    several = list(names)
    return ", ".join(several[:_MOST_NAMES]) + (" …" if len(several) > _MOST_NAMES else "")
