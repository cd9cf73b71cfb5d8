"""The deals as rows of a table, read by one query: a deal with the offer that leads it and what is kept of its sum.

No line is read. Where no sum could be kept beside an offer, the deal itself is read.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.rows import as_list
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.earnings.dealrow import DealRow, deal_row

#: The chosen offer leads, else the first one.
_ROWS: Final = """
SELECT deal.id, customer, deal.title, stage,
    CASE stage WHEN 'lost' THEN coalesce(lost_on, signed) ELSE signed END,
    currency, chosen_program, chosen_plan, offer.term, offer_sum.mrr,
    CASE stage WHEN 'lost' THEN lost_reason ELSE '' END
FROM deal
LEFT JOIN offer ON offer.id = coalesce(
    (SELECT own.id FROM offer AS own WHERE own.id = deal.chosen_offer AND own.deal_id = deal.id),
    (SELECT other.id FROM offer AS other WHERE other.deal_id = deal.id ORDER BY other.position LIMIT 1)
)
LEFT JOIN offer_sum ON offer_sum.id = offer.id
"""
_ALL: Final = f"{_ROWS} ORDER BY deal.id"
_SOME: Final = f"{_ROWS} WHERE deal.id IN (SELECT value FROM json_each(?)) ORDER BY deal.id"
_STAGES: Final = {str(stage): stage for stage in Stage}

_day = lru_cache(maxsize=8192)(date.fromisoformat)


def read_rows(db: Database, ids: Iterable[str] | None, read_deal: Callable[[str], Deal]) -> Iterator[DealRow]:
    """Yield the rows of the deals with these ids, of all where none are given, in the order in which they were made."""
    found = db.execute(_ALL) if ids is None else db.execute(_SOME, (as_list(ids),))
    for key, customer, title, stage, closes, currency, program, plan, term, mrr, reason in found.fetchall():
        if mrr is None and term is not None:
            yield deal_row(read_deal(key))
            continue
        amount = codec.optional_amount(mrr, currency)
        yield DealRow(
            key,
            customer,
            title,
            _STAGES[stage],
            round_minor(ZERO, minor_unit(currency)) if amount is None else amount,
            term or 0,
            currency,
            _day(closes),
            program or "",
            plan or "",
            reason,
        )
