"""All deals of a book as a mapping that reads them when they are asked for.

A small book's deals stay at hand, of a large one those that were asked for last; whoever goes through all of them gets
them read in bulk, a few at a time, so that no more of them is in memory than is being looked at.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, Final

from dealbook.domain.deal import Deal

if TYPE_CHECKING:
    from dealbook.book.deals import DealStore

KEPT: Final = 500
"""So many deals stay at hand."""
_AT_ONCE: Final = 100


class Deals(Mapping[str, Deal]):
    """The deals by id, in the order of `ids`; those that change are given up with `forget`."""

    def __init__(self, store: "DealStore", ids: Collection[str]) -> None:
        """Read from `store`; `ids` says which deals there are, and is kept up to date by its owner."""
        self._store = store
        self._ids = ids
        self._kept: OrderedDict[str, Deal] = OrderedDict()

    def __getitem__(self, deal_id: str) -> Deal:
        if deal_id in self._kept:
            self._kept.move_to_end(deal_id)
            return self._kept[deal_id]
        if deal_id not in self._ids:
            raise KeyError(deal_id)
        return self._keep(self._store.get(deal_id))

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, deal_id: object) -> bool:
        return deal_id in self._ids

    def values(self) -> ValuesView[Deal]:
        """Return the deals; read in bulk while they are gone through."""
        return _Values(self)

    def some(self, deal_ids: Iterable[str]) -> Iterator[Deal]:
        """Yield the deals with these ids, in their order, read in bulk; one that is not there is passed over."""
        wanted = [deal_id for deal_id in deal_ids if deal_id in self._ids]
        for first in range(0, len(wanted), _AT_ONCE):
            part = wanted[first : first + _AT_ONCE]
            read = {deal.id: deal for deal in self._read(part)}
            yield from (self._kept.get(deal_id) or read[deal_id] for deal_id in part)

    def forget(self, deal_ids: Iterable[str]) -> None:
        """Read these deals again when they are asked for."""
        for deal_id in deal_ids:
            self._kept.pop(deal_id, None)

    def _read(self, deal_ids: Iterable[str]) -> Iterable[Deal]:
        missing = [deal_id for deal_id in deal_ids if deal_id not in self._kept]
        found = self._store.many(missing) if missing else ()
        return [self._keep(deal) for deal in found] if len(self._ids) <= KEPT else found

    def _keep(self, deal: Deal) -> Deal:
        self._kept[deal.id] = deal
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return deal


class _Values(ValuesView[Deal]):
    """The deals one after the other."""

    _mapping: Deals

    def __iter__(self) -> Iterator[Deal]:
        return self._mapping.some(tuple(self._mapping))
