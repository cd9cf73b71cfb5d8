"""What won deals count for in a program, without reading their lines: the sums kept of the chosen offer, its events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.book.rows import as_list, rows
from dealbook.domain.deal import Event
from dealbook.domain.money import from_minor
from dealbook.earnings.steady import Part


class WonOffer(NamedTuple):
    """A won deal with the offer that was chosen; `events` are that offer's.

    `parts` None: no sums of the offer could be kept.
    """

    deal_id: str
    signed: date
    currency: str
    has_care: bool
    starts: date
    events: tuple[Event, ...]
    parts: tuple[Part, ...] | None


_OFFERS: Final = """
SELECT deal.id, signed, currency, has_care, offer.id, starts
FROM deal JOIN offer ON offer.id = deal.chosen_offer AND offer.deal_id = deal.id
WHERE deal.id IN (SELECT value FROM json_each(?)) ORDER BY deal.id
"""
_OF_CHOSEN: Final = (
    "JOIN deal ON deal.chosen_offer = {of} WHERE deal.id IN (SELECT value FROM json_each(?)) ORDER BY {of}"
)
_PARTS: Final = (
    f"SELECT offer_part.id, category, mrr12, tcv12, seats FROM offer_part {_OF_CHOSEN.format(of='offer_part.id')}"
)
_EVENTS: Final = f"SELECT event.* FROM event {_OF_CHOSEN.format(of='event.offer_id')}, position"

_day = lru_cache(maxsize=8192)(date.fromisoformat)
_amount = lru_cache(maxsize=4096)(from_minor)
_PartRow = tuple[str, int | None, int | None, str | None]


def read_won(db: Database, deal_ids: Iterable[str], event_of: Callable[[Row, str], Event]) -> Iterator[WonOffer]:
    """Yield what the deals with these ids count for; one without a chosen offer is passed over."""
    wanted = as_list(deal_ids)
    parts: dict[str, list[_PartRow]] = defaultdict(list)
    events: dict[str, list[Row]] = defaultdict(list)
    for offer_id, *part in db.execute(_PARTS, (wanted,)):
        parts[offer_id].append((part[0], part[1], part[2], part[3]))
    for row in rows(db, _EVENTS, wanted):
        events[row["offer_id"]].append(row)
    for deal_id, signed, currency, has_care, offer_id, starts in db.execute(_OFFERS, (wanted,)).fetchall():
        happened = tuple(event_of(one, currency) for one in events[offer_id]) if offer_id in events else ()
        counted = _parts(parts[offer_id], currency)
        yield WonOffer(deal_id, _day(signed), currency, bool(has_care), _day(starts), happened, counted)


def _parts(found: list[_PartRow], currency: str) -> tuple[Part, ...] | None:
    known = []
    for category, mrr12, tcv12, seats in found:
        if mrr12 is None or tcv12 is None or seats is None:
            return None
        known.append(Part(category, _amount(mrr12, currency), _amount(tcv12, currency), codec.decimal(seats)))
    return tuple(known)
