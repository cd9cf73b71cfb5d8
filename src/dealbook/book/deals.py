"""Deals as rows: a deal is saved and read whole, with its offers, their lines and events.

Saving writes only the rows that differ, so a keystroke writes one. Reading many deals is one query for each table,
joined here. What a list, a search or a standing needs of a deal is read without its lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from sqlite_utils import Database

from dealbook.book import codec, search
from dealbook.book.codec import Row
from dealbook.book.deal_rows import read_rows
from dealbook.book.derived import write_derived
from dealbook.book.errors import BookError
from dealbook.book.ids import new_id
from dealbook.book.rows import as_list, rows
from dealbook.book.steps import History, Record
from dealbook.book.won import WonOffer, read_won
from dealbook.domain.deal import (
    Charge,
    Choice,
    CustomerKind,
    Deal,
    Event,
    EventKind,
    Line,
    Offer,
    RampStep,
    Role,
    Stage,
)
from dealbook.earnings.dealrow import DealRow

_T = TypeVar("_T", Offer, Line, Event)

#: Parents before children: rows are written in this order and deleted in the other.
_TABLES: Final = ("deal", "offer", "line", "event")
_OFFERS: Final = "SELECT id FROM offer WHERE deal_id = ?"
_OF_DEAL: Final = {
    "deal": "SELECT * FROM deal WHERE id = ?",
    "offer": "SELECT * FROM offer WHERE deal_id = ? ORDER BY position",
    "line": f"SELECT * FROM line WHERE offer_id IN ({_OFFERS}) ORDER BY offer_id, position",
    "event": f"SELECT * FROM event WHERE offer_id IN ({_OFFERS}) ORDER BY offer_id, position",
}
_ALL: Final = {
    "deal": "SELECT * FROM deal ORDER BY id",
    "offer": "SELECT * FROM offer ORDER BY deal_id, position",
    "line": "SELECT * FROM line ORDER BY offer_id, position",
    "event": "SELECT * FROM event ORDER BY offer_id, position",
}

_ASKED: Final = "IN (SELECT value FROM json_each(?))"
_OFFERS_ASKED: Final = f"SELECT id FROM offer WHERE deal_id {_ASKED}"
_SOME: Final = {
    "deal": f"SELECT * FROM deal WHERE id {_ASKED} ORDER BY id",
    "offer": f"SELECT * FROM offer WHERE deal_id {_ASKED} ORDER BY deal_id, position",
    "line": f"SELECT * FROM line WHERE offer_id IN ({_OFFERS_ASKED}) ORDER BY offer_id, position",
    "event": f"SELECT * FROM event WHERE offer_id IN ({_OFFERS_ASKED}) ORDER BY offer_id, position",
}
#: Of lines with one product, the one that was made last: ids sort by when they were made.
_PRODUCTS: Final = """
SELECT line.*, deal.currency FROM (SELECT max(id) AS id FROM line GROUP BY product) AS latest
JOIN line USING (id) JOIN offer ON offer.id = line.offer_id JOIN deal ON deal.id = offer.deal_id ORDER BY line.id
"""

_Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class DealStore:
    """Reads and writes deals."""

    _db: Database
    _history: History

    def all(self) -> tuple[Deal, ...]:
        """Return all deals, in the order in which they were made."""
        return tuple(_deals({table: rows(self._db, sql) for table, sql in _ALL.items()}))

    def get(self, deal_id: str) -> Deal:
        """Return one deal. Raises KeyError when there is none."""
        deal = next(_deals(self._stored(deal_id)), None)
        if deal is None:
            raise KeyError(deal_id)
        return deal

    def many(self, deal_ids: Iterable[str]) -> tuple[Deal, ...]:
        """Return the deals with these ids, in the order in which they were made; one that is not there is left out."""
        wanted = as_list(deal_ids)
        return tuple(_deals({table: rows(self._db, sql, wanted) for table, sql in _SOME.items()}))

    def rows(self, deal_ids: Iterable[str] | None = None) -> Iterator[DealRow]:
        """Yield the rows of a table of deals, of all deals where no ids are given; in the order of `many`."""
        return read_rows(self._db, deal_ids, self.get)

    def find(self, text: str) -> list[str]:
        """Return the ids of the deals in which every word of `text` occurs (`book.search`)."""
        return search.find(self._db, text)

    def won(self, deal_ids: Iterable[str]) -> Iterator[WonOffer]:
        """Yield what won deals count for in a standing."""
        return read_won(self._db, deal_ids, _event)

    def products(self) -> tuple[Line, ...]:
        """Return the latest line of every product, older ones first."""
        return tuple(_line(row, row["currency"]) for row in rows(self._db, _PRODUCTS))

    def save(self, deal: Deal) -> Deal:
        """Write what differs of a deal and return it with the ids that it was given.

        Whatever has no id, or one that came before in the same deal, gets a new one. Raises BookError, naming the
        field, when a value cannot be kept or the chosen offer is not in the deal.
        """
        deal = with_ids(deal)
        if deal.chosen and deal.chosen.offer_id not in {offer.id for offer in deal.offers}:
            raise BookError("choice-without-offer", where="chosen")
        wanted = _deal_rows(deal)  # first all rows, so that a refusal comes before anything is written
        stored = {table: {row["id"]: row for row in found} for table, found in self._stored(deal.id).items()}
        step, record = self._history.writer, ("deal", deal.id)
        for table in _TABLES:
            for row in wanted[table]:
                step.put(table, row, record, stored[table].pop(row["id"], None))
        for table in reversed(_TABLES):
            for row in stored[table].values():
                step.delete(table, row, record)
        write_derived(self._db, (deal,))
        return deal

    def add_all(self, new: Iterable[Deal]) -> tuple[Deal, ...]:
        """Write deals that the book does not have, many at once, and return them with new ids. Raises as `save`."""
        return self._added(tuple(with_ids(replace(deal, id="", chosen=None)) for deal in new))

    def take_all(self, others: Iterable[Deal]) -> None:
        """Write deals of another book, which this one does not have, many at once and under their own ids."""
        self._added(tuple(map(with_ids, others)))

    def _added(self, deals: tuple[Deal, ...]) -> tuple[Deal, ...]:
        wanted = [(("deal", deal.id), _deal_rows(deal)) for deal in deals]
        for table in _TABLES:
            added = [(record, row) for record, tables in wanted for row in tables[table]]
            self._history.writer.add_all(table, added)
        write_derived(self._db, deals)
        return deals

    def remove(self, deal_id: str) -> None:
        """Delete a deal with all that is in it. Raises KeyError when there is none, BookError when it was quoted."""
        stored = self._stored(deal_id)
        if not stored["deal"]:
            raise KeyError(deal_id)
        quotes = rows(self._db, "SELECT number FROM quote WHERE deal_id = ? ORDER BY number", deal_id)
        if quotes:
            raise BookError("has-quotes", customer=stored["deal"][0]["customer"], number=quotes[0]["number"])
        for table in reversed(_TABLES):
            for row in stored[table]:
                self._history.writer.delete(table, row, ("deal", deal_id))

    def _stored(self, deal_id: str) -> _Tables:
        return {table: rows(self._db, sql, deal_id) for table, sql in _OF_DEAL.items()}


def derive_all(db: Database) -> None:
    """Work out anew what is kept beside every deal."""
    write_derived(db, _deals({table: rows(db, sql) for table, sql in _ALL.items()}))


def derive_again(db: Database, records: Iterable[Record]) -> None:
    """Work out anew what is kept beside the deals among `records`, after their rows were written by others."""
    found = ({table: rows(db, sql, key) for table, sql in _OF_DEAL.items()} for kind, key in records if kind == "deal")
    write_derived(db, (deal for tables in found for deal in _deals(tables)))


def with_ids(deal: Deal) -> Deal:
    """Return the deal with an id of its own for everything in it; a choice goes along with its offer's new id."""
    seen: set[str] = set()
    offers = tuple(
        replace(offer, lines=_identified(offer.lines, seen), events=_identified(offer.events, seen))
        for offer in _identified(deal.offers, seen)
    )
    return replace(deal, id=deal.id or new_id(), offers=offers)


def _identified(items: Iterable[_T], seen: set[str]) -> tuple[_T, ...]:
    named = []
    for item in items:
        fresh = item if item.id and item.id not in seen else replace(item, id=new_id())
        seen.add(fresh.id)
        named.append(fresh)
    return tuple(named)


# --- domain to rows


def _deal_rows(deal: Deal) -> _Tables:
    tables: _Tables = {"deal": [_deal_row(deal)], "offer": [], "line": [], "event": []}
    for position, offer in enumerate(deal.offers):
        where = f"offers[{position}]"
        tables["offer"].append(_offer_row(offer, deal.id, position, where))
        for at, line in enumerate(offer.lines):
            tables["line"].append(_line_row(line, offer.id, at, deal.currency, f"{where}.lines[{at}]"))
        for at, event in enumerate(offer.events):
            tables["event"].append(_event_row(event, offer.id, at, deal.currency, f"{where}.events[{at}]"))
    return tables


def _deal_row(deal: Deal) -> Row:
    chosen = deal.chosen
    return {
        "id": deal.id,
        **{name: codec.text(getattr(deal, name), name) for name in ("customer", "title", "currency")},
        **{name: codec.text(getattr(deal, name), name) for name in ("contact", "address", "note")},
        **{name: codec.optional_text(getattr(deal, name), name) for name in ("country", "segment")},
        "signed": deal.signed.isoformat(),
        "stage": deal.stage.value,
        "probability": codec.number(deal.probability, "probability"),
        "customer_kind": deal.customer_kind.value,
        "registered": int(deal.registered),
        "has_acquisition": int(Role.ACQUISITION in deal.roles),
        "has_care": int(Role.CARE in deal.roles),
        "chosen_offer": chosen and chosen.offer_id,
        "chosen_program": chosen and codec.text(chosen.program, "chosen.program"),
        "chosen_version": chosen and codec.text(chosen.version, "chosen.version"),
        "chosen_plan": chosen and codec.text(chosen.plan, "chosen.plan"),
        "opened": codec.optional_iso(deal.opened),
        "lost_on": codec.optional_iso(deal.lost_on),
        "lost_reason": codec.text(deal.lost_reason, "lost_reason"),
    }


def _offer_row(offer: Offer, deal_id: str, position: int, where: str) -> Row:
    return {
        "id": offer.id,
        "deal_id": deal_id,
        "position": position,
        "title": codec.text(offer.title, f"{where}.title"),
        "term": codec.whole(offer.term, f"{where}.term"),
        "starts": offer.starts.isoformat(),
        "renewals": codec.whole(offer.renewals, f"{where}.renewals"),
        "renewal_term": codec.whole(offer.renewal_term, f"{where}.renewal_term"),
    }


def _line_row(line: Line, offer_id: str, position: int, currency: str, where: str) -> Row:  # one line is one row
    return {
        "id": line.id,
        "offer_id": offer_id,
        "position": position,
        "product": codec.text(line.product, f"{where}.product"),
        "category": codec.text(line.category, f"{where}.category"),
        "quantity": codec.number(line.quantity, f"{where}.quantity"),
        "charge": line.charge.value,
        "unit_price": codec.money(line.unit_price, currency, f"{where}.unit_price"),
        "list_price": codec.money(line.list_price, currency, f"{where}.list_price"),
        "discount": codec.optional_number(line.discount, f"{where}.discount"),
        "buy_price": codec.money(line.buy_price, currency, f"{where}.buy_price"),
        "free_months": codec.whole(line.free_months, f"{where}.free_months"),
        "ramp": codec.dump(line.ramp, f"{where}.ramp"),
        "seats_each": codec.optional_number(line.seats_each, f"{where}.seats_each"),
        "description": codec.text(line.description, f"{where}.description"),
        "optional": int(line.optional),
    }


def _event_row(event: Event, offer_id: str, position: int, currency: str, where: str) -> Row:
    return {
        "id": event.id,
        "offer_id": offer_id,
        "position": position,
        "month": codec.whole(event.month, f"{where}.month"),
        "kind": event.kind.value,
        "product": codec.text(event.product, f"{where}.product"),
        "quantity": codec.number(event.quantity, f"{where}.quantity"),
        "role": event.role and event.role.value,
        "to_us": int(event.to_us),
        "unit_price": codec.money(event.unit_price, currency, f"{where}.unit_price"),
        "term": None if event.term is None else codec.whole(event.term, f"{where}.term"),
        "program": codec.text(event.program, f"{where}.program"),
        "plan": codec.text(event.plan, f"{where}.plan"),
    }


# --- rows to domain


def _deals(tables: _Tables) -> Iterator[Deal]:
    lines, events, offers = defaultdict(list), defaultdict(list), defaultdict(list)
    currencies = {row["id"]: row["currency"] for row in tables["deal"]}
    deal_of = {row["id"]: row["deal_id"] for row in tables["offer"]}
    for row in tables["line"]:
        lines[row["offer_id"]].append(_line(row, currencies[deal_of[row["offer_id"]]]))
    for row in tables["event"]:
        events[row["offer_id"]].append(_event(row, currencies[deal_of[row["offer_id"]]]))
    for row in tables["offer"]:
        offers[row["deal_id"]].append(_offer(row, lines[row["id"]], events[row["id"]]))
    for row in tables["deal"]:
        yield _deal(row, offers[row["id"]])


def _deal(row: Row, offers: list[Offer]) -> Deal:
    held = ((Role.ACQUISITION, row["has_acquisition"]), (Role.CARE, row["has_care"]))
    return Deal(
        id=row["id"],
        customer=row["customer"],
        title=row["title"],
        signed=date.fromisoformat(row["signed"]),
        offers=tuple(offers),
        stage=Stage(row["stage"]),
        probability=codec.decimal(row["probability"]),
        currency=row["currency"],
        country=row["country"],
        customer_kind=CustomerKind(row["customer_kind"]),
        segment=row["segment"],
        registered=bool(row["registered"]),
        roles=frozenset(role for role, holds in held if holds),
        chosen=_choice(row),
        contact=row["contact"],
        address=row["address"],
        note=row["note"],
        opened=codec.optional_day(row["opened"]),
        lost_on=codec.optional_day(row["lost_on"]),
        lost_reason=row["lost_reason"],
    )


def _choice(row: Row) -> Choice | None:
    if row["chosen_offer"] is None:
        return None
    return Choice(
        offer_id=row["chosen_offer"],
        program=row["chosen_program"],
        version=row["chosen_version"],
        plan=row["chosen_plan"],
    )


def _offer(row: Row, lines: list[Line], events: list[Event]) -> Offer:
    return Offer(
        id=row["id"],
        title=row["title"],
        lines=tuple(lines),
        events=tuple(events),
        term=row["term"],
        starts=date.fromisoformat(row["starts"]),
        renewals=row["renewals"],
        renewal_term=row["renewal_term"],
    )


def _line(row: Row, currency: str) -> Line:
    return Line(
        id=row["id"],
        product=row["product"],
        category=row["category"],
        quantity=codec.decimal(row["quantity"]),
        charge=Charge(row["charge"]),
        unit_price=codec.optional_amount(row["unit_price"], currency),
        list_price=codec.optional_amount(row["list_price"], currency),
        discount=codec.optional_decimal(row["discount"]),
        buy_price=codec.optional_amount(row["buy_price"], currency),
        free_months=row["free_months"],
        ramp=() if row["ramp"] == "[]" else codec.load(tuple[RampStep, ...], row["ramp"]),
        seats_each=codec.optional_decimal(row["seats_each"]),
        description=row["description"],
        optional=bool(row["optional"]),
    )


def _event(row: Row, currency: str) -> Event:
    return Event(
        id=row["id"],
        month=row["month"],
        kind=EventKind(row["kind"]),
        product=row["product"],
        quantity=codec.decimal(row["quantity"]),
        role=row["role"] and Role(row["role"]),
        to_us=bool(row["to_us"]),
        unit_price=codec.optional_amount(row["unit_price"], currency),
        term=row["term"],
        program=row["program"],
        plan=row["plan"],
    )
