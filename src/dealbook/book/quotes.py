"""Issued quotes: frozen content, the PDF with its digest, numbers without gaps inside a year.

A quote that is stored stays. Only its status changes, and that can be undone; the step that issued it cannot. The PDF
and the sender's logo stand in a table of their own, so that a list of quotes does not read them.

A quote that comes from another book keeps its number, which a customer has. Where that is another quote's here, the two
are told apart by the name of the book that it came from, which stands behind the number in the column `number`.
"""

import hashlib
import itertools
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.codec import Row
from dealbook.book.errors import BookError
from dealbook.book.ids import new_id
from dealbook.book.rows import rows
from dealbook.book.steps import History
from dealbook.domain.quote import Quote, QuoteContent, QuoteStatus, label_of

_PREFIX: Final = "Q-{year:04d}-"
_DIGITS_AT: Final = len(_PREFIX.format(year=2000)) + 1
_HIGHEST: Final = "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM quote WHERE number GLOB ?"
_ORDER: Final = f"ORDER BY substr(number, 1, 7), CAST(substr(number, {_DIGITS_AT}) AS INTEGER), number, revision"
_NAMES: Final = f"SELECT id, number, revision, json_extract(content, '$.customer') FROM quote {_ORDER}"


class QuoteName(NamedTuple):
    """How a list of hits names a quote."""

    id: str
    label: str
    customer: str


@dataclass(frozen=True, slots=True)
class QuoteStore:
    """Reads and writes quotes."""

    _db: Database
    _history: History

    def all(self) -> tuple[Quote, ...]:
        """Return all quotes by number and revision, without PDF and without the sender's logo."""
        found = rows(self._db, f"SELECT * FROM quote {_ORDER}")
        return tuple(_quote(row) for row in found)

    def names(self) -> list[QuoteName]:
        """Return how all quotes are named, in the same order; nothing else of them is read."""
        found = self._db.execute(_NAMES)
        return [QuoteName(key, label_of(*_parted(number), revision), name) for key, number, revision, name in found]

    def get(self, quote_id: str) -> Quote:
        """Return a quote with everything. Raises KeyError when there is none."""
        found = rows(self._db, "SELECT * FROM quote JOIN quote_file USING (id) WHERE id = ?", quote_id)
        if not found:
            raise KeyError(quote_id)
        quote = _quote(found[0])
        sender = replace(quote.content.sender, logo=found[0]["logo"])
        return replace(quote, content=replace(quote.content, sender=sender), pdf=found[0]["pdf"])

    def pdf(self, quote_id: str) -> bytes:
        """Return the PDF of a quote. Raises KeyError when there is none, BookError when it is not what was issued."""
        quote = self.get(quote_id)
        if _digest(quote.pdf) != quote.digest:
            raise BookError("quote-digest", number=quote.label)
        return quote.pdf

    def next_number(self, year: int) -> str:
        """Return the number that the next quote of `year` takes, as Q-2026-0001."""
        prefix = _PREFIX.format(year=year)
        highest = self._db.execute(_HIGHEST, (len(prefix) + 1, prefix + "[0-9]*")).fetchone()[0]
        return f"{prefix}{(highest or 0) + 1:04d}"

    def save(self, quote: Quote) -> Quote:
        """Issue a new quote, or write the status of an issued one; returns it with its id.

        A new quote takes the next number of its year, a revision the next revision of its number; the step becomes
        lasting. Raises BookError for another number, a change of what is issued, or a digest that is not the PDF's.
        """
        if quote.id and (stored := self._history.writer.stored("quote", quote.id)):
            return self._save_status(quote, stored)
        self._check_number(quote)
        if quote.digest != _digest(quote.pdf):
            raise BookError("quote-digest", number=quote.label)
        quote = replace(quote, id=quote.id or new_id())
        step = self._history.writer
        told = {"deal_id": quote.deal_id, "number": quote.content.number, "revision": quote.content.revision}
        step.issue("quote", _row(quote), ("quote", quote.id), told)
        step.issue("quote_file", {"id": quote.id, "pdf": quote.pdf, "logo": quote.content.sender.logo})
        return quote

    def _save_status(self, quote: Quote, stored: Row) -> Quote:
        row = _row(quote)
        if row | {"status": stored["status"]} != stored or (quote.pdf and _digest(quote.pdf) != stored["digest"]):
            raise BookError("quote-frozen", number=quote.label)
        self._history.writer.put("quote", row, ("quote", quote.id), stored)
        return quote

    def take(self, other: "QuoteStore", quote_id: str, origin: str) -> None:
        """Take a quote of another book with its PDF, byte for byte, for a deal that is here; undo takes it out again.

        `origin` names the other book, for a number that is another quote's here. Raises KeyError when there is none.
        """
        step = self._history.writer
        row, file = (
            next(iter(rows(other._db, f"SELECT * FROM {table} WHERE id = ?", quote_id)), None)  # noqa: SLF001 - of its kind
            for table in ("quote", "quote_file")
        )
        if row is None or file is None:
            raise KeyError(quote_id)
        siblings = rows(other._db, "SELECT id FROM quote WHERE number = ?", row["number"])  # noqa: SLF001
        number = self._free_number(row["number"], origin, {sibling["id"] for sibling in siblings})
        step.put("quote", row | {"number": number}, ("quote", quote_id), None)
        step.put("quote_file", file, ("quote", quote_id), None)

    def _free_number(self, number: str, origin: str, siblings: set[str]) -> str:
        """Return what to know a quote of another book by: its number, unless that is here one of other quotes."""
        plain, _ = _parted(number)
        further = (f"{plain} ({origin} {count})" for count in itertools.count(2))
        for key in itertools.chain((number, f"{plain} ({origin})"), further):
            here = {row["id"] for row in rows(self._db, "SELECT id FROM quote WHERE number = ?", key)}
            if here <= siblings:
                return key
        raise AssertionError

    def _check_number(self, quote: Quote) -> None:
        content, series = quote.content, quote.series
        found = self._db.execute("SELECT max(revision) FROM quote WHERE number = ?", (series,)).fetchone()[0]
        number = content.number if found else self.next_number(content.day.year)
        if (content.number, content.revision) != (number, (found or 0) + 1):
            expected = number if not found else f"{number}-{found + 1}"
            raise BookError("quote-number", number=quote.label, expected=expected)


def _parted(number: str) -> tuple[str, str]:
    """Return the number that a quote carries, and the book that it came from where that stands behind it."""
    plain, _, origin = number.partition(" (")
    return plain, origin.removesuffix(")")


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def _row(quote: Quote) -> Row:
    content = replace(quote.content, sender=replace(quote.content.sender, logo=b""))
    return {
        "id": quote.id,
        "deal_id": quote.deal_id,
        "number": codec.text(quote.series, "number"),
        "revision": quote.content.revision,
        "status": quote.status.value,
        "issued_at": quote.issued_at.isoformat(),
        "content": codec.dump(content, "content"),
        "digest": quote.digest,
        "programs": codec.dump(quote.programs, "programs"),
    }


def _quote(row: Row) -> Quote:
    content = codec.load(QuoteContent, row["content"])
    return Quote(
        id=row["id"],
        deal_id=row["deal_id"],
        content=content,
        status=QuoteStatus(row["status"]),
        issued_at=datetime.fromisoformat(row["issued_at"]),
        pdf=b"",
        digest=row["digest"],
        programs=codec.load(tuple[str, ...], row["programs"]),
        origin=_parted(row["number"])[1],
    )
