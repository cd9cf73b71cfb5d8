"""What differs between two books in words: what a record is, what happened to it, what is proposed."""

from collections.abc import Iterator, Mapping
from typing import Final

from dealbook.book.difference import News, Twin
from dealbook.book.trails import OFFER_PART
from dealbook.desk.forms import fill
from dealbook.desk.merging import Entry, Fate, Plan, Side
from dealbook.desk.merging_labels import PARTS
from dealbook.desk.merging_parts import parts_of_twin
from dealbook.desk.session import Session
from dealbook.language import Language

KINDS: Final[Mapping[str, str]] = {
    "deal": "Deal",
    "quote": "Quote",
    "partner": "Your company",
    "enrolment": "Enrolment",
    "program": "Own program",
    "exchange_rate": "Exchange rate",
    "draft": "Draft",
}
"""What a record is called, by table."""
ONLY_HERE: Final = "only here"
ONLY_THERE: Final = "only there"
CHANGED_HERE: Final = "changed here"
CHANGED_THERE: Final = "changed there"
CHANGED_BOTH: Final = "changed in both"
REMOVED_HERE: Final = "removed here"
REMOVED_THERE: Final = "removed there"
REMOVED_CHANGED: Final = "removed here, changed there"
CHANGED_REMOVED: Final = "changed here, removed there"
REMOVED_QUOTED: Final = "removed here, but quoted there"
QUOTED_REMOVED: Final = "removed there, but quoted here: it stays"
DOUBLE: Final = "maybe a double: the book has a deal of that customer and title"
TAKEN: Final = "its number is taken here: both quotes keep it, this one with the name of its book"
WITHOUT_DEAL: Final = "stays out, because its deal does"
STUCK_DEAL: Final = "parts of it belong to another deal here: it stays out"
STUCK_QUOTE: Final = "an issued quote never changes, but the two differ: ours stays"
NEWS: Final = "{news}: {parts}"
OFFERS: Final = "offers"
RATE: Final = "{base} in {quote}, {day}"
WITHOUT_NAME: Final = "without a name"

TO_DECIDE: Final = "to decide"
COMES: Final = "comes in"
STAYS_OUT: Final = "stays out"
STAYS: Final = "stays"
GOES: Final = "is removed"
AS_HERE: Final = "as here"
AS_THERE: Final = "as there"
OF_BOTH: Final = "parts of both"

WORDS: Final = (
    *KINDS.values(),
    *(ONLY_HERE, ONLY_THERE, CHANGED_HERE, CHANGED_THERE, CHANGED_BOTH, REMOVED_HERE, REMOVED_THERE),
    *(REMOVED_CHANGED, CHANGED_REMOVED, REMOVED_QUOTED, QUOTED_REMOVED, DOUBLE, TAKEN, WITHOUT_DEAL),
    *(STUCK_DEAL, STUCK_QUOTE, NEWS, OFFERS, RATE, WITHOUT_NAME),
    *(TO_DECIDE, COMES, STAYS_OUT, STAYS, GOES, AS_HERE, AS_THERE, OF_BOTH),
)
"""All message ids of this module."""
COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "deal": ("{n} deal", "{n} deals"),
    "quote": ("{n} quote", "{n} quotes"),
}
"""Records that are counted by their name; the others are records."""
RECORDS: Final = ("{n} record", "{n} records")
"""Plural forms; `Language.plural` fills them."""
CHANGED: Final = ("{n} changed", "{n} changed")
REMOVED: Final = ("{n} removed", "{n} removed")
NOTHING: Final = "nothing"


def kind_of(twin: Twin, words: Language) -> str:
    """Return what a record is."""
    return words.text(KINDS[twin.table])


def name_of(twin: Twin, session: Session, words: Language) -> str:
    """Return what tells a record from others of its kind."""
    names = twin.names
    match twin.table:
        case "exchange_rate":
            from datetime import date

            day, base, quote = names
            facts = {"base": base, "quote": quote, "day": words.short_date(date.fromisoformat(day))}
            return fill(words.text(RATE), facts)
        case "quote":
            number, revision, customer = names
            label = number if revision == "1" else f"{number}-{revision}"
            return f"{label} · {customer}"
        case "enrolment" | "program" | "draft":
            program, *more = names
            return " · ".join(filter(None, (_program_name(session, program), *more))) or words.text(WITHOUT_NAME)
    return " · ".join(filter(None, names)) or words.text(WITHOUT_NAME)


def _program_name(session: Session, program_id: str) -> str:
    versions = session.catalog.versions.get(program_id, ())
    return f"{versions[-1].vendor} {versions[-1].name}" if versions else program_id


def news_text(plan: Plan, entry: Entry, words: Language) -> str:
    """Return what happened to a record, and in which parts it differs."""
    told = words.text(_news(plan, entry))
    parts = ", ".join(_part_names(entry.twin, words))
    return fill(words.text(NEWS), {"news": told, "parts": parts}) if parts else told


def _news(plan: Plan, entry: Entry) -> str:
    twin = entry.twin
    if twin.is_stuck:
        return STUCK_QUOTE if twin.table == "quote" else STUCK_DEAL
    if plan.is_left_out(entry):
        return WITHOUT_DEAL
    if twin.ours is None:
        return _news_there(twin)
    if twin.theirs is None:
        if twin.news is not News.NEW and twin.is_quoted:
            return QUOTED_REMOVED
        return {News.NEW: ONLY_HERE, News.THEIRS: REMOVED_THERE}.get(twin.news, CHANGED_REMOVED)
    return {News.OURS: CHANGED_HERE, News.THEIRS: CHANGED_THERE}.get(twin.news, CHANGED_BOTH)


def _news_there(twin: Twin) -> str:
    if twin.is_double:
        return DOUBLE
    if twin.is_taken:
        return TAKEN
    if twin.news is not News.NEW and twin.is_quoted:
        return REMOVED_QUOTED
    return {News.NEW: ONLY_THERE, News.OURS: REMOVED_HERE}.get(twin.news, REMOVED_CHANGED)


def _part_names(twin: Twin, words: Language) -> Iterator[str]:
    """Yield the names of the parts that differ, offers as one."""
    parts = parts_of_twin(twin)
    known = PARTS.get(twin.table, {})
    yield from (words.text(name) for part, name in known.items() if part in parts)
    if any(part.startswith(OFFER_PART) for part in parts):
        yield words.text(OFFERS)


def fate_text(plan: Plan, entry: Entry, words: Language) -> str:
    """Return what becomes of a record."""
    if not entry.is_decided:
        return words.text(TO_DECIDE)
    return words.text(_fate(plan.fate(entry), entry))


def _fate(fate: Fate, entry: Entry) -> str:
    if fate is Fate.COMES:
        return COMES
    if fate is Fate.GOES:
        return GOES
    if fate is Fate.CHANGES:
        return OF_BOTH if entry.side is Side.MIXED else AS_THERE
    if entry.twin.ours is None:
        return STAYS_OUT
    return STAYS if entry.twin.theirs is None else AS_HERE


def counted(plan: Plan, fate: Fate, words: Language) -> str:
    """Return how many records share a fate: "12 deals, 3 quotes, 1 record"; "" for none."""
    counts = plan.counts()
    named = [words.plural(*COUNTED[table], counts[fate, table]) for table in COUNTED if counts[fate, table]]
    if others := sum(count for (one, table), count in counts.items() if one is fate and table not in COUNTED):
        named.append(words.plural(*RECORDS, others))
    return ", ".join(named)


def merged_text(plan: Plan, words: Language) -> str:
    """Return what a merge does: "12 deals, 3 changed, 1 removed"; "nothing" where it does nothing."""
    counts = plan.counts()
    changed, gone = (
        sum(count for (one, _), count in counts.items() if one is fate) for fate in (Fate.CHANGES, Fate.GOES)
    )
    parts = (
        counted(plan, Fate.COMES, words),
        words.plural(*CHANGED, changed) if changed else "",
        words.plural(*REMOVED, gone) if gone else "",
    )
    return ", ".join(filter(None, parts)) or words.text(NOTHING)
