"""One open book as the screens see it: its records at hand, and word of every change.

Records are read once and kept until a change touches them; a change, an undo and a redo all announce what they touched
in the same way, so a screen has one way to follow. Of the deals only their rows are all kept: what a deal has inside is
read when it is asked for.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from dealbook.desk.kept_deals import Deals
from dealbook.domain.deal import Deal, Line
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner

if TYPE_CHECKING:  # sqlite-utils and the program language are slow to load, and a first window can do without
    from dealbook.book.connection import Book
    from dealbook.book.steps import Step, Touched
    from dealbook.earnings.dealrow import DealRow
    from dealbook.programs.catalog import Catalog

_T = TypeVar("_T")
Subscriber = Callable[["Touched"], None]

#: From so many touched deals on, reading all of them at once is faster.
_MANY = 100


class Session:
    """One open book with its caches; what the screens and the commands talk to.

    While a step is open, everything is read from the book, so that a step sees what it has written, and nothing stays
    of one that fails.
    """

    def __init__(self, book: "Book") -> None:
        """Serve an open book."""
        self.book = book
        self._kept: dict[str, Any] = {}
        self._rows: dict[str, DealRow] | None = None
        self._deals: Deals | None = None
        self._derived: dict[Hashable, tuple[frozenset[str], Any]] = {}
        self._by_deal: dict[Hashable, tuple[frozenset[str], dict[str, Any]]] = {}
        self._subscribers: list[Subscriber] = []

    # --- records

    @property
    def partner(self) -> Partner:
        """The reseller who owns the book."""
        return self._keep("partner", self.book.partner.get)

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The partner's memberships in programs."""
        return self._keep("enrolment", self.book.partner.enrolments)

    @property
    def rates(self) -> tuple[ExchangeRate, ...]:
        """The book's exchange rates."""
        return self._keep("rate", self.book.partner.rates)

    @property
    def catalog(self) -> "Catalog":
        """The shipped programs together with the partner's own versions."""
        return self._keep("program", self._load_catalog)

    @property
    def rows(self) -> "Mapping[str, DealRow]":
        """The rows of all deals by id, in the order in which the deals were made."""
        if self.book.in_step:
            return {row.id: row for row in self.book.deals.rows()}
        return MappingProxyType(self._known_rows())

    @property
    def deals(self) -> Mapping[str, Deal]:
        """All deals by id, in the order in which they were made; each is read when it is asked for."""
        if self.book.in_step:
            return {deal.id: deal for deal in self.book.deals.all()}
        return self._known_deals()

    def deal(self, deal_id: str) -> Deal:
        """Return one deal. Raises KeyError when there is none."""
        return self.book.deals.get(deal_id) if self.book.in_step else self.deals[deal_id]

    @property
    def products(self) -> tuple[Line, ...]:
        """The latest line of every product of the book, older ones first."""
        return self._keep("deal", self.book.deals.products)

    def some_deals(self, deal_ids: Iterable[str]) -> Iterator[Deal]:
        """Yield the deals with these ids in their order, read in bulk; one that is not there is passed over."""
        if self.book.in_step:
            asked = tuple(deal_ids)
            found = {deal.id: deal for deal in self.book.deals.many(asked)}
            return (found[deal_id] for deal_id in asked if deal_id in found)
        return self._known_deals().some(deal_ids)

    def _known_rows(self) -> "dict[str, DealRow]":
        if self._rows is None:
            self._rows = {row.id: row for row in self.book.deals.rows()}
            self._deals = Deals(self.book.deals, self._rows)
        return self._rows

    def _known_deals(self) -> Deals:
        if self._deals is None:
            self._deals = Deals(self.book.deals, self._known_rows())
        return self._deals

    def _keep(self, kind: str, read: Callable[[], _T]) -> _T:
        if self.book.in_step:
            return read()
        if kind not in self._kept:
            self._kept[kind] = read()
        found: _T = self._kept[kind]
        return found

    def derived(self, key: Hashable, depends: frozenset[str], make: Callable[[], _T]) -> _T:
        """Return what `make` works out from records of the kinds in `depends`, kept until one of them is touched."""
        if self.book.in_step:
            return make()
        if key not in self._derived:
            self._derived[key] = (depends, make())
        found: _T = self._derived[key][1]
        return found

    def by_deal(self, key: Hashable, depends: frozenset[str]) -> dict[str, Any]:
        """Return what is kept under `key`, by deal: what it holds of a deal goes when that deal is touched.

        All of it goes when a record of a kind in `depends` is touched. Whoever asks fills it; inside a step it is empty
        and nothing stays in it.
        """
        if self.book.in_step:
            return {}
        if key not in self._by_deal:
            self._by_deal[key] = (depends, {})
        return self._by_deal[key][1]

    def _load_catalog(self) -> "Catalog":
        from dealbook.programs.catalog import Catalog, shipped

        own = ((version.name, version.text) for version in self.book.programs.texts())
        return Catalog.load((*shipped(), *own))

    # --- changes

    @contextmanager
    def step(self, name: str) -> "Iterator[Step]":
        """Make a named change, and announce it once it is kept; inside another one, join that one."""
        is_outer = not self.book.in_step
        with self.book.step(name) as step:
            yield step
        if is_outer:
            self._follow(step.touched)

    def undo(self) -> "Touched | None":
        """Take the last step back and announce it; None where there is nothing to take back."""
        return self._follow(self.book.undo())

    def redo(self) -> "Touched | None":
        """Bring the step again that was undone last, and announce it; None where there is none."""
        return self._follow(self.book.redo())

    def announce(self, touched: "Touched") -> None:
        """Tell everybody of a change that was made beside the steps."""
        self._follow(touched)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have `callback` called after every change that touched a record; the function returned ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def close(self) -> None:
        """Close the book."""
        self._subscribers.clear()
        self.book.close()

    def _follow(self, touched: "Touched | None") -> "Touched | None":
        if touched is None or not touched.records:
            return None
        for kind, _ in touched.records:
            self._kept.pop(kind, None)
        kinds = {kind for kind, _ in touched.records}
        self._derived = {key: kept for key, kept in self._derived.items() if kinds.isdisjoint(kept[0])}
        self._by_deal = {key: kept for key, kept in self._by_deal.items() if kinds.isdisjoint(kept[0])}
        self._renew_deals([record for kind, record in touched.records if kind == "deal"])
        for callback in tuple(self._subscribers):
            callback(touched)
        return touched

    def _renew_deals(self, touched: Sequence[str]) -> None:
        """Read the touched deals' rows again, and only those: a keystroke does not read the whole book."""
        for _, kept in self._by_deal.values():
            for deal_id in touched:
                kept.pop(deal_id, None)
        if self._rows is None or len(touched) > _MANY:
            self._rows = self._deals = None
            return
        rows = self._rows
        renewed = {row.id: row for row in self.book.deals.rows(touched)} if touched else {}
        for deal_id in touched:
            if deal_id not in renewed:
                rows.pop(deal_id, None)
        last = next(reversed(rows), "")
        is_in_order = all(deal_id in rows or deal_id > last for deal_id in renewed)
        rows.update(renewed)
        if not is_in_order:  # ids sort by when they were made; what undo brought back may stand in the wrong place
            ordered = sorted(rows.items())
            rows.clear()
            rows.update(ordered)
        self._known_deals().forget(touched)
