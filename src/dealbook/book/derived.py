"""What is worked out of a deal and kept beside it, so that a table of deals or another program need not read it whole.

An offer's sums, in all and by category, and the words that a search looks through. They follow from the deal alone, so
they are no part of the history: whoever writes a deal, or brings an old form of it back, writes them anew.
"""

from collections.abc import Iterable
from decimal import Decimal

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.errors import BookError
from dealbook.book.folding import searchable
from dealbook.domain.deal import Deal, Offer
from dealbook.earnings.steady import Steady, parts_of, steady_of

#: The tables that are written here.
DERIVED = frozenset({"offer_sum", "offer_part", "deal_text"})

_SUM = "INSERT OR REPLACE INTO offer_sum (id, mrr, nrc, tcv, seats) VALUES (?, ?, ?, ?, ?)"
_NO_PARTS = "DELETE FROM offer_part WHERE id = ?"
_PART = "INSERT INTO offer_part (id, category, mrr12, tcv12, seats) VALUES (?, ?, ?, ?, ?)"
_TEXT = """
INSERT INTO deal_text (id, words) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET words = excluded.words WHERE words != excluded.words
"""


def write_derived(db: Database, deals: Iterable[Deal]) -> None:
    """Write what follows from deals as they stand in the book; their rows are there already."""
    known = tuple(deals)
    sums = [(offer.id, *_sums(deal, offer)) for deal in known for offer in deal.offers]
    db.conn.executemany(_SUM, sums)
    db.conn.executemany(_NO_PARTS, [(offer.id,) for deal in known for offer in deal.offers])
    db.conn.executemany(_PART, [row for deal in known for offer in deal.offers for row in _parts(deal, offer)])
    db.conn.executemany(_TEXT, [(deal.id, words_of(deal)) for deal in known])


def words_of(deal: Deal) -> str:
    """Return what a search looks through (`book.folding`)."""
    return searchable(f"{deal.customer}\n{deal.title}\n{deal.contact}\n{deal.note}")


def _sums(deal: Deal, offer: Offer) -> tuple[int | None, int | None, int | None, str | None]:
    try:
        steady = steady_of(deal, offer)
    except ArithmeticError:  # more digits than anybody can bill
        steady = Steady(None, None, None, None)
    mrr, nrc, tcv = (_minor(amount, deal.currency) for amount in (steady.mrr, steady.nrc, steady.tcv))
    return mrr, nrc, tcv, _number(steady.seats)


def _parts(deal: Deal, offer: Offer) -> list[tuple[str, str, int | None, int | None, str | None]]:
    """Return an offer's sums by category; without a figure where it has too many digits to be kept."""
    try:
        parts = parts_of(deal, offer)
    except ArithmeticError:
        return [(offer.id, "", None, None, None)]
    return [
        (offer.id, one.category, _minor(one.mrr12, deal.currency), _minor(one.tcv12, deal.currency), _number(one.seats))
        for one in parts
    ]


def _minor(amount: Decimal | None, currency: str) -> int | None:
    try:
        return codec.money(amount, currency, "sum")
    except BookError:
        return None


def _number(value: Decimal | None) -> str | None:
    try:
        return codec.optional_number(value, "seats")
    except BookError:
        return None
