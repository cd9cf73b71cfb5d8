"""Chance steps of every kind, for tests of undo: small ones as a person makes them, and large ones as an import does.

A `Chance` of the same number makes the same steps on the same book, so a failure can be looked at again.
"""

import hashlib
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from dealbook.book.connection import Book
from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.domain.deal import (
    CATEGORIES,
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
from dealbook.domain.partner import (
    Assumptions,
    DutyWork,
    Enrolment,
    ExchangeRate,
    Partner,
    Raw,
    SalesBasis,
    SalesPay,
    SalesTime,
    Work,
)
from dealbook.domain.quote import QuoteStatus
from tests.book.records import quote

UNDOABLE = ("deal", "draft", "enrolment", "event", "exchange_rate", "line", "offer", "partner", "program", "quote")
DERIVED = ("deal_text", "offer_part", "offer_sum")
_TEXTS = (
    "",
    "Müller & Söhne",
    '<b>"',
    "x" * 90,
    "\U0001f9d1\u200d\U0001f4bc",
    "'; DROP TABLE deal; --",
    "a\nb",
    "\x01\u202e",
)
_MOST_DEALS = 6


def state(book: Book) -> str:
    """Return a digest of all that undo restores, and of what is derived from it.

    `quote` writes every cell out whole, so that 1, '1' and x'31' differ.
    """
    (whole,) = book._db.execute(_query(book.path)).fetchone()
    return hashlib.blake2b(whole.encode()).hexdigest()


@lru_cache(maxsize=1)
def _query(path: Path) -> str:
    """Return one query for every cell of every table."""
    parts = []
    with closing(sqlite3.connect(path)) as connection:
        for table in (*UNDOABLE, *DERIVED):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "n"]
            cells = " || ',' || ".join(f"quote({name})" for name in names)
            rows = f"SELECT {cells} AS cells FROM {table} ORDER BY id, 1"
            parts.append(f"(SELECT '{table}:' || coalesce(group_concat(cells, char(10)), '') FROM ({rows}))")
    return f"SELECT {' || '.join(parts)}"


def begin(book: Book) -> None:
    """Put into a book what stays: deals with quotes, which no undo takes back."""
    chance = Chance(0)
    for number in (1, 2):
        with book.step("Quoted deal"):
            deal = book.deals.save(replace(chance.deal(), currency="EUR"))
        with book.step("Issue quote"):
            book.quotes.save(quote(f"Q-2026-000{number}", deal_id=deal.id))


class Chance(random.Random):
    """Makes records, and steps that write them."""

    # --- records

    def text(self) -> str:
        return self.choice(_TEXTS) if self.random() < 0.5 else f"{self.random():.6f}"

    def day(self) -> date:
        return date(2020, 1, 1) + timedelta(days=self.randrange(4000))

    def amount(self) -> Decimal:
        return Decimal(self.randrange(-(10**6), 10**7)).scaleb(-2)

    def figure(self) -> Decimal:
        return Decimal(self.randrange(10**6)).scaleb(-self.randrange(5))

    def maybe(self, make: Callable[[], object]) -> object:
        return make() if self.random() < 0.6 else None

    def line(self) -> Line:
        return Line(
            product=self.text(),
            category=self.choice(CATEGORIES),
            quantity=self.figure(),
            charge=self.choice(list(Charge)),
            unit_price=self.maybe(self.amount),  # type: ignore[arg-type]
            list_price=self.maybe(self.amount),  # type: ignore[arg-type]
            discount=self.maybe(self.figure),  # type: ignore[arg-type]
            buy_price=self.maybe(self.amount),  # type: ignore[arg-type]
            free_months=self.randrange(4),
            ramp=tuple(RampStep(month, self.figure()) for month in range(1, self.randrange(1, 4))),
            seats_each=self.maybe(self.figure),  # type: ignore[arg-type]
            description=self.text(),
            optional=self.random() < 0.2,
        )

    def event(self) -> Event:
        return Event(
            month=self.randrange(1, 60),
            kind=self.choice(list(EventKind)),
            product=self.text(),
            quantity=self.figure(),
            role=self.choice([None, *Role]),
            to_us=self.random() < 0.5,
            unit_price=self.maybe(self.amount),  # type: ignore[arg-type]
            term=self.choice([None, 12, 24]),
            program=self.text(),
            plan=self.text(),
        )

    def offer(self) -> Offer:
        return Offer(
            title=self.text(),
            lines=tuple(self.line() for _ in range(self.randrange(4))),
            events=tuple(self.event() for _ in range(self.randrange(3))),
            term=self.choice([12, 24, 36]),
            starts=self.day(),
            renewals=self.randrange(3),
            renewal_term=self.choice([6, 12]),
        )

    def deal(self) -> Deal:
        return Deal(
            customer=self.text(),
            title=self.text(),
            signed=self.day(),
            offers=tuple(self.offer() for _ in range(self.randrange(3))),
            stage=self.choice(list(Stage)),
            probability=self.figure(),
            currency=self.choice(["EUR", "USD", "KWD"]),
            country=self.choice([None, "DE"]),
            customer_kind=self.choice(list(CustomerKind)),
            registered=self.random() < 0.5,
            roles=frozenset(role for role in Role if self.random() < 0.7),
            note=self.text(),
            opened=self.choice([None, self.day()]),
            lost_on=self.choice([None, self.day()]),
            lost_reason=self.text(),
        )

    def partner(self) -> Partner:
        return Partner(
            name=self.text(),
            country=self.choice([None, "DE"]),
            company_size=self.choice([None, 12]),
            certificates=frozenset(self.text() for _ in range(self.randrange(3))),
            address=self.text(),
            vat_rate=self.figure(),
            logo=self.randbytes(self.randrange(40)),
            assume=Assumptions(discount_rate=self.figure(), churn=self.figure()),
            sales=SalesPay(
                share=self.figure(),
                of=self.choice(list(SalesBasis)),
                at=self.choice(list(SalesTime)),
                reserve=self.amount(),
            ),
            work=Work(
                hour_cost=self.amount(),
                sale_hours=self.figure(),
                duties={"billing": DutyWork(hours=self.figure(), minutes=self.figure())},
            ),
        )

    def enrolment(self) -> Enrolment:
        table: Raw = {"by": "term", "12": self.figure(), "else": 3}
        contract: list[Raw] = ["15%", self.figure(), table]
        return Enrolment(
            program=self.choice(["nfon-ngage", "avaya-cloud-fr"]),
            since=self.choice([None, self.day()]),
            until=self.choice([None, self.day()]),
            version=self.choice([None, "2022"]),
            tier=self.choice([None, "Gold"]),
            certified=self.random() < 0.5,
            inputs={self.text(): self.choice(contract)},
            assumed=frozenset({self.text()}),
            standing={"won_seats": self.figure()},
            before={"won_mrr": self.figure()},
        )

    # --- steps

    def step(self, book: Book, *, issues: bool = False) -> None:
        """Make one step of any kind; it may be that nothing differs in the end. With `issues`, maybe a lasting one."""
        works: list[Callable[[Book], None]] = [
            self._new,
            self._import,
            *([self._change] * 6),
            self._choose,
            self._remove,
            self._bring_back,
            self._partner,
            self._enrolment,
            self._rate,
            self._program,
            self._draft,
            self._status,
            self._much,
            self._fail,
            self._nothing,
            *([self._issue] if issues else []),
        ]
        self.choice(works)(book)

    def _new(self, book: Book) -> None:
        with book.step("New"):
            book.deals.save(self.deal())

    def _import(self, book: Book) -> None:
        with book.step("Import"):
            book.deals.add_all([self.deal() for _ in range(self.randrange(1, 6))])

    def _some(self, book: Book) -> Deal | None:
        found = book.deals.all()
        while len(found) > _MOST_DEALS and (removable := self._removable(book)):
            with book.step("Remove many"):
                for deal_id in removable[: len(found) - _MOST_DEALS]:
                    book.deals.remove(deal_id)
            found = book.deals.all()
        return self.choice(found) if found else None

    @staticmethod
    def _removable(book: Book) -> list[str]:
        found = book._db.execute("SELECT id FROM deal WHERE id NOT IN (SELECT deal_id FROM quote) ORDER BY id")
        return [deal_id for (deal_id,) in found]

    def _change(self, book: Book) -> None:
        deal = self._some(book)
        if deal is None:
            return
        with book.step("Change"):
            book.deals.save(self._changed(deal))

    def _changed(self, deal: Deal) -> Deal:
        offers = list(deal.offers)
        if not offers or self.random() < 0.25:
            offers.insert(self.randrange(len(offers) + 1), self.offer())
        place = self.randrange(len(offers))
        match self.randrange(7):
            case 0:
                return replace(deal, note=self.text(), stage=self.choice(list(Stage)), probability=self.figure())
            case 1:
                self.shuffle(offers)
            case 2:
                offers.pop(place)
            case 3:
                lines = [*offers[place].lines, self.line()]
                self.shuffle(lines)
                offers[place] = replace(offers[place], lines=tuple(lines[: self.randrange(len(lines) + 1)]))
            case 4:
                lines = [replace(line, quantity=self.figure()) for line in offers[place].lines]
                offers[place] = replace(offers[place], lines=tuple(lines))
            case 5:
                events = [*offers[place].events, self.event()]
                self.shuffle(events)
                offers[place] = replace(offers[place], events=tuple(events[: self.randrange(len(events) + 1)]))
            case _:  # a line goes over to another offer, whose own may go
                other = self.randrange(len(offers))
                moving = offers[place].lines[:1]
                offers[place] = replace(offers[place], lines=offers[place].lines[1:])
                offers[other] = replace(offers[other], lines=(*offers[other].lines, *moving))
                if self.random() < 0.3 and len(offers) > 1:
                    offers.pop(place)
        kept = {offer.id for offer in offers}
        chosen = deal.chosen if deal.chosen and deal.chosen.offer_id in kept else None
        return replace(deal, offers=tuple(offers), chosen=chosen)

    def _choose(self, book: Book) -> None:
        deal = self._some(book)
        if deal is not None:
            offers = [offer.id for offer in deal.offers]
            choice = None
            if offers and self.random() < 0.7:
                choice = Choice(offer_id=self.choice(offers), program="nfon-ngage", version="2022", plan=self.text())
            with book.step("Choose"):
                book.deals.save(replace(deal, chosen=choice))

    def _remove(self, book: Book) -> None:
        if removable := self._removable(book):
            with book.step("Remove"):
                book.deals.remove(self.choice(removable))

    def _bring_back(self, book: Book) -> None:
        removed = sorted(book.chronicle.removed_deals().items())
        if removed:
            deal_id, step_id = self.choice(removed)
            with book.step("Bring back"):
                book.bringing.bring_back(step_id, ("deal", deal_id))

    def _partner(self, book: Book) -> None:
        with book.step("Partner"):
            book.partner.save(self.partner())

    def _enrolment(self, book: Book) -> None:
        found = book.partner.enrolments()
        with book.step("Enrolment"):
            if len(found) > 3 or (found and self.random() < 0.3):
                book.partner.remove_enrolment(self.choice(found).id)
            elif found and self.random() < 0.5:
                book.partner.save_enrolment(replace(self.enrolment(), id=self.choice(found).id))
            else:
                book.partner.save_enrolment(self.enrolment())

    def _rate(self, book: Book) -> None:
        found = book.partner.rates()
        with book.step("Rate"):
            if found and self.random() < 0.3:
                book.partner.remove_rate(self.choice(found))
            else:
                day = date(2026, 1, self.randrange(1, 5))
                book.partner.save_rate(ExchangeRate(day=day, base="EUR", quote="USD", rate=self.figure()))

    def _program(self, book: Book) -> None:
        found = book.programs.texts()
        with book.step("Program"):
            if found and self.random() < 0.3:
                book.programs.remove(self.choice(found))
            else:
                book.programs.save(ProgramText("own", date(2026, self.randrange(1, 4), 1), self.text()))

    def _draft(self, book: Book) -> None:
        found = book.drafts.all()
        with book.step("Draft"):
            if found and self.random() < 0.4:
                book.drafts.remove(self.choice(found).id)
            else:
                known = self.choice(found).id if found and self.random() < 0.5 else ""
                book.drafts.save(Draft(id=known, program="own", base=self.text(), text=self.text()))

    def _status(self, book: Book) -> None:
        found = book.quotes.all()
        if found:
            whole = book.quotes.get(self.choice(found).id)
            with book.step("Status"):
                book.quotes.save(replace(whole, status=self.choice(list(QuoteStatus))))

    def _issue(self, book: Book) -> None:
        deal = self._some(book)
        if deal is not None:
            with book.step("Issue"):
                book.quotes.save(quote(book.quotes.next_number(2026), deal_id=deal.id))

    def _much(self, book: Book) -> None:
        """Write records of many kinds in one step, as joining two books does."""
        with book.step("Much"):
            deals = book.deals.add_all([self.deal(), self.deal()])
            book.partner.save(self.partner())
            book.partner.save_enrolment(self.enrolment())
            book.drafts.save(Draft(program="own", base="", text=self.text()))
            book.deals.save(self._changed(deals[0]))
            book.deals.remove(deals[1].id)

    def _fail(self, book: Book) -> None:
        with suppress(KeyError), book.step("Fail"):
            book.deals.save(self.deal())
            book.partner.save(self.partner())
            book.deals.remove("no such deal")

    def _nothing(self, book: Book) -> None:
        deal = self._some(book)
        if deal is not None:
            with book.step("Nothing"):
                book.deals.save(replace(deal, customer="other", offers=(), chosen=None))
                book.deals.save(deal)
