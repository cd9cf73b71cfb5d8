"""What won deals count for in a program, without reading their lines: the sums kept of the chosen offer, its events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.book.rows import as_list, rows
from dealbook.domain.deal import Deal, Event, Offer, Role
from dealbook.domain.money import from_minor
from dealbook.earnings.steady import Part


class WonOffer(NamedTuple):
    """A won deal with the offer that was chosen, both without lines; `parts` None: no sums of it could be kept."""

    deal: Deal
    offer: Offer
    parts: tuple[Part, ...] | None


_OFFERS: Final = """
SELECT deal.id AS deal_id, signed, currency, has_acquisition, has_care, offer.id AS id, term, starts, renewals,
    renewal_term
FROM deal JOIN offer ON offer.id = deal.chosen_offer AND offer.deal_id = deal.id
WHERE deal.id IN (SELECT value FROM json_each(?)) ORDER BY deal.id
"""
_OF_CHOSEN: Final = (
    "JOIN deal ON deal.chosen_offer = {of} WHERE deal.id IN (SELECT value FROM json_each(?)) ORDER BY {of}"
)
_PARTS: Final = f"SELECT offer_part.* FROM offer_part {_OF_CHOSEN.format(of='offer_part.id')}"
_EVENTS: Final = f"SELECT event.* FROM event {_OF_CHOSEN.format(of='event.offer_id')}, position"


def read_won(db: Database, deal_ids: Iterable[str], event_of: Callable[[Row, str], Event]) -> Iterator[WonOffer]:
    """Yield what the deals with these ids count for; one without a chosen offer is passed over."""
    wanted = as_list(deal_ids)
    parts: dict[str, list[Row]] = defaultdict(list)
    events: dict[str, list[Row]] = defaultdict(list)
    for row in rows(db, _PARTS, wanted):
        parts[row["id"]].append(row)
    for row in rows(db, _EVENTS, wanted):
        events[row["offer_id"]].append(row)
    for row in rows(db, _OFFERS, wanted):
        offer = Offer(
            id=row["id"],
            events=tuple(event_of(one, row["currency"]) for one in events[row["id"]]),
            term=row["term"],
            starts=date.fromisoformat(row["starts"]),
            renewals=row["renewals"],
            renewal_term=row["renewal_term"],
        )
        held = ((Role.ACQUISITION, row["has_acquisition"]), (Role.CARE, row["has_care"]))
        deal = Deal(
            id=row["deal_id"],
            customer="",
            signed=date.fromisoformat(row["signed"]),
            offers=(offer,),
            currency=row["currency"],
            roles=frozenset(role for role, holds in held if holds),
        )
        yield WonOffer(deal, offer, _parts(parts[row["id"]], row["currency"]))


def _parts(found: list[Row], currency: str) -> tuple[Part, ...] | None:
    if any(row[name] is None for row in found for name in ("mrr12", "tcv12", "seats")):
        return None
    return tuple(
        Part(
            row["category"],
            from_minor(row["mrr12"], currency),
            from_minor(row["tcv12"], currency),
            codec.decimal(row["seats"]),
        )
        for row in found
    )
