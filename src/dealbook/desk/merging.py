"""Two books into one: what differs, what is proposed for each record, and the merge as one step.

A record that only one side changed since both had it alike is proposed as that side has it; so is one that only one
side ever had. Where both changed it, or nobody can tell, the person decides; until then ours stays. Which side changed
what is read from the steps of both books (`book.trails`), not from clocks.

A deal that both changed in different parts can be taken as both together: with what was changed there on top of ours.
That is offered and never done by itself, because two changes may each be right and wrong together.

What a person removed stays removed unless it was changed on the other side; a deal that was quoted is never removed.
Quotes come with their deals, with their PDFs to the byte and under their own numbers. Where a number is taken here by
another quote, both keep it, since customers have both; the one that comes is marked with the name of its book. What
only says how a book is shown (settings), and the other book's history, stay there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from dealbook.book.backup import StoppedError
from dealbook.book.cipher import Key as Passphrase
from dealbook.book.difference import Difference, News, Twin, difference
from dealbook.book.other import OtherBook, Stage, Watch, copied
from dealbook.book.partner import rate_id
from dealbook.desk.merging_parts import (
    MIXABLE,
    changed_parts,
    mixed_deal,
    mixed_single,
    parts_of_twin,
    with_chosen_offer,
)
from dealbook.desk.session import Session
from dealbook.desk.work import Pieces, Work
from dealbook.domain.deal import Deal
from dealbook.domain.partner import Enrolment, ExchangeRate

__all__ = ["Entry", "Fate", "OtherBook", "Plan", "Side", "Stage", "StoppedError", "Watch", "compare", "merging"]

MERGE: Final = "Merge another book"
_SAVED: Final = 20
"""So many records are one little piece of work."""
_ORDER: Final = ("partner", "enrolment", "program", "exchange_rate", "draft", "deal", "quote")
Key = tuple[str, str]
"""A record by its table and its id, there or else here."""


class Side(StrEnum):
    """As whose a record stands after the merge."""

    OURS = "ours"
    THEIRS = "theirs"
    MIXED = "mixed"


class Fate(StrEnum):
    """What the merge does to a record of the open book."""

    COMES = "comes"
    CHANGES = "changes"
    GOES = "goes"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that differs, and what becomes of it; `parts` come from there where it is mixed."""

    twin: Twin
    side: Side
    is_decided: bool = True
    parts: frozenset[str] = frozenset()

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.twin.table, self.twin.theirs or self.twin.ours or ""

    @property
    def fate(self) -> Fate:
        """What happens to it, as long as nothing that it belongs to stays out."""
        if self.side is Side.OURS:
            return Fate.STAYS
        if self.twin.ours is None:
            return Fate.COMES
        return Fate.GOES if self.twin.theirs is None else Fate.CHANGES

    @property
    def sides(self) -> tuple[Side, ...]:
        """What can be chosen."""
        twin = self.twin
        if twin.is_stuck or (twin.theirs is None and (twin.news is News.NEW or twin.is_quoted)):
            return (Side.OURS,)
        if twin.table in MIXABLE and len(parts_of_twin(twin)) > 1:
            return (Side.OURS, Side.THEIRS, Side.MIXED)
        return (Side.OURS, Side.THEIRS)

    @property
    def both(self) -> frozenset[str] | None:
        """What was changed there and not here, for taking both changes; None where that makes no sense."""
        changed = changed_parts(self.twin)
        if changed is None or Side.MIXED not in self.sides:
            return None
        here, there = changed
        return there - here if here - there and there - here else None

    @property
    def is_to_see(self) -> bool:
        """Whether a person should look at it: it is not decided, maybe a double, or a number is taken."""
        return not self.is_decided or ((self.twin.is_double or self.twin.is_taken) and self.side is not Side.OURS)


def proposal(twin: Twin) -> Entry:
    """Return what is proposed for a record."""
    ours, theirs = Entry(twin, Side.OURS), Entry(twin, Side.THEIRS)
    if len(ours.sides) == 1:
        return ours
    if twin.ours is None and twin.is_quoted:
        return theirs  # whatever became of it here: a customer has a quote of it
    match twin.news:
        case News.NEW | News.THEIRS:
            return theirs
        case News.OURS:
            return ours
        case News.BOTH:
            return replace(ours, is_decided=False)


class Plan:
    """What a merge would do, record by record; changed by `choose` alone."""

    def __init__(self, found: Difference) -> None:
        """Propose something for every record."""
        self.same: Mapping[str, int] = found.same
        self._entries = {entry.key: entry for entry in map(proposal, found.twins)}

    @property
    def entries(self) -> Iterable[Entry]:
        """All records that differ."""
        return self._entries.values()

    def __getitem__(self, key: Key) -> Entry:
        """Return what becomes of a record."""
        return self._entries[key]

    def __contains__(self, key: Key) -> bool:
        """Say whether a record differs."""
        return key in self._entries

    def choose(self, key: Key, side: Side, parts: frozenset[str] = frozenset()) -> Entry:
        """Decide about a record; `parts` come from there where it is mixed. Raises ValueError for what cannot be."""
        entry = self._entries[key]
        if side is Side.MIXED and (not parts or parts == parts_of_twin(entry.twin)):
            side, parts = (Side.THEIRS, frozenset()) if parts else (Side.OURS, parts)
        if side not in entry.sides:
            raise ValueError(side)
        chosen = replace(entry, side=side, parts=parts if side is Side.MIXED else frozenset(), is_decided=True)
        self._entries[key] = chosen
        return chosen

    def decide_rest(self, side: Side) -> None:
        """Decide all that is not decided yet for one side."""
        for key, entry in tuple(self._entries.items()):
            if not entry.is_decided:
                self.choose(key, side)

    def fate(self, entry: Entry) -> Fate:
        """Return what happens to a record: a quote stays out with its deal."""
        return Fate.STAYS if self.is_left_out(entry) else entry.fate

    def decide_as(self, before: "Plan") -> None:
        """Decide as it was decided in a plan before, for records that stand as they did then."""
        for key, entry in tuple(self._entries.items()):
            if key in before and before[key].twin == entry.twin:
                self._entries[key] = before[key]

    def is_left_out(self, entry: Entry) -> bool:
        """Whether a quote stays out only because its deal does."""
        if entry.twin.table != "quote" or entry.fate is not Fate.COMES:
            return False
        deal = self._entries.get(("deal", entry.twin.deal))
        return deal is not None and deal.twin.ours is None and deal.side is Side.OURS

    @property
    def undecided(self) -> int:
        """How many records are still to be decided."""
        return sum(not entry.is_decided for entry in self.entries)

    def counts(self) -> Counter[tuple[Fate, str]]:
        """Count the records by what happens to them and by table."""
        return Counter((self.fate(entry), entry.twin.table) for entry in self.entries)

    def due(self) -> list[Entry]:
        """Return what is to be done, in an order in which it can be."""
        due = [entry for entry in self.entries if self.fate(entry) is not Fate.STAYS]
        return sorted(due, key=lambda entry: _ORDER.index(entry.twin.table))


class Compared(NamedTuple):
    """Another book, and what a merge of it would do; whoever has it closes the book."""

    other: OtherBook
    plan: Plan


def compare(
    ours: Path, other: Path, watch: Watch, *, key: Passphrase | None = None, other_key: Passphrase | None = None
) -> Compared:
    """Read another book beside the open one. Raises StoppedError, and BookError as `copied` and `difference` do.

    `key` opens ours where it is protected, and the other one as well where `other_key` does not. For a thread of its
    own: it touches neither the session nor the other file.
    """
    copy = copied(other, ours, watch, [one for one in (other_key, key) if one is not None])
    try:
        return Compared(copy, Plan(difference(ours, copy, watch, key)))
    except BaseException:
        copy.close()
        raise


def with_offer(session: Session, other: OtherBook, entry: Entry, parts: frozenset[str]) -> frozenset[str]:
    """Return the parts of a mix so that it holds together: the chosen offer comes with the choice."""
    if entry.twin.table != "deal":
        return parts
    ours, theirs = _pair(session, other, entry)
    return with_chosen_offer(ours, theirs, parts)


def merging(session: Session, other: OtherBook, plan: Plan) -> Work[int]:
    """Return the work of merging as one step; it counts the records. Stopped before its end, the book stays as it was.

    Raises BookError where the book refuses.
    """
    due = plan.due()
    return Work(_merging(session, other, due), len(due))


def _merging(session: Session, other: OtherBook, due: list[Entry]) -> Pieces[int]:
    with session.step(MERGE) as step:
        merger = _Merger(session, other)
        for first in range(0, len(due), _SAVED):
            yield first
            merger.take(due[first : first + _SAVED])
            step.settle()
    return len(due)


class _Merger:
    """Writes what is taken from the other book, inside a step."""

    def __init__(self, session: Session, other: OtherBook) -> None:
        self._session = session
        self._book = session.book
        self._other = other.records
        self._copy = other
        stem = other.path.stem
        self._origin = stem if stem != session.book.path.stem else other.path.parent.name or stem

    @cached_property
    def _enrolments(self) -> dict[str, Enrolment]:
        return {one.id: one for one in self._other.partner.enrolments()}

    @cached_property
    def _rates(self) -> dict[str, ExchangeRate]:
        return {rate_id(one): one for one in self._other.partner.rates()}

    def take(self, entries: Iterable[Entry]) -> None:
        """Write what becomes of some records, new deals first."""
        entries = tuple(entries)
        new = [one for one in entries if one.twin.table == "deal" and one.twin.ours is None]
        self._book.deals.take_all(self._other.deals.get(one.twin.theirs or "") for one in new)
        for entry in entries:
            if entry not in new:
                self._take(entry)

    def _take(self, entry: Entry) -> None:
        {
            "partner": self._partner,
            "enrolment": self._enrolment,
            "program": self._program,
            "exchange_rate": self._rate,
            "draft": self._draft,
            "deal": self._deal,
            "quote": self._quote,
        }[entry.twin.table](entry)

    def _partner(self, entry: Entry) -> None:
        theirs = self._other.partner.get()
        mixed = mixed_single(self._book.partner.get(), theirs, entry.parts) if entry.parts else theirs
        self._book.partner.save(mixed)

    def _enrolment(self, entry: Entry) -> None:
        twin = entry.twin
        if twin.theirs is None:
            self._book.partner.remove_enrolment(twin.ours or "")
            return
        theirs = self._enrolments[twin.theirs]
        if entry.parts:
            ours = next(one for one in self._book.partner.enrolments() if one.id == twin.ours)
            theirs = mixed_single(ours, theirs, entry.parts)
        self._book.partner.save_enrolment(replace(theirs, id=twin.ours or twin.theirs))

    def _program(self, entry: Entry) -> None:
        name = entry.twin.theirs or entry.twin.ours
        store = self._book if entry.twin.theirs is None else self._other
        version = next(one for one in store.programs.texts() if one.name == name)
        (self._book.programs.remove if entry.twin.theirs is None else self._book.programs.save)(version)

    def _rate(self, entry: Entry) -> None:
        twin, store = entry.twin, self._book.partner
        if twin.ours is not None and twin.ours != twin.theirs:  # the same pair the other way round, or gone there
            store.remove_rate(next(one for one in store.rates() if rate_id(one) == twin.ours))
        if twin.theirs is not None:
            store.save_rate(self._rates[twin.theirs])

    def _draft(self, entry: Entry) -> None:
        if entry.twin.theirs is None:
            self._book.drafts.remove(entry.twin.ours or "")
        else:
            self._book.drafts.save(next(one for one in self._other.drafts.all() if one.id == entry.twin.theirs))

    def _deal(self, entry: Entry) -> None:
        if entry.twin.theirs is None:
            self._book.deals.remove(entry.twin.ours or "")
            return
        if entry.parts:
            ours, theirs = _pair(self._session, self._copy, entry)
            parts = with_chosen_offer(ours, theirs, entry.parts)
            self._book.deals.save(mixed_deal(ours, theirs, parts))
        else:
            self._book.deals.save(self._other.deals.get(entry.twin.theirs))

    def _quote(self, entry: Entry) -> None:
        quote_id = entry.twin.theirs or ""
        if entry.twin.ours is None:
            self._book.quotes.take(self._other.quotes, quote_id, self._origin)
        else:
            status = self._other.quotes.get(quote_id).status
            self._book.quotes.save(replace(self._book.quotes.get(quote_id), status=status))


def _pair(session: Session, other: OtherBook, entry: Entry) -> tuple[Deal, Deal]:
    """Return a deal as it is here and there. Raises KeyError where one of them is gone."""
    return session.deal(entry.twin.ours or ""), other.records.deals.get(entry.twin.theirs or "")
