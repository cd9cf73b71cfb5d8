"""The large book that `book` and `large` measure: deals of five years by chance from a fixed seed, ten lines each.

About 60 of 100 are won, under programs of the catalogue, 30 open, 10 lost; one in five has two offers, one in eight of
the won ones a story of events. They are written in steps as an import writes them, so the history is as long as theirs.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from dealbook.book.connection import create_book
from dealbook.domain.deal import Charge, CustomerKind, Deal, Event, EventKind, Line, Offer, Role, Stage
from dealbook.domain.months import month_index, month_start
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate, Partner

LINES_EACH: Final = 10
_YEARS: Final = 5
_IN_A_STEP: Final = 500


@dataclass(frozen=True, slots=True)
class _Sold:
    """Under which plan deals are won, where, what they sell, and how many of a hundred are of that kind."""

    program: str
    version: str
    plan: str
    country: str
    categories: tuple[str, ...]
    share: int


_SOLD: Final = (
    _Sold("nfon-ngage", "2022", "commission", "DE", ("ucaas",), 30),
    _Sold("nec-univerge-blue", "cloud-cash", "agent", "DE", ("ucaas", "ccaas"), 25),
    _Sold("avaya-cloud-fr", "2021", "referrer", "FR", ("ucaas", "ccaas"), 15),
    _Sold("telekom-b2b-ip", "2020", "agent", "DE", ("sip", "connectivity"), 15),
    _Sold("lumen-agency", "lumen", "agent", "US", ("ucaas", "sip"), 9),
    _Sold("comcast-business-referral", "2020-12", "referral", "US", ("connectivity", "security"), 6),
)
_INPUTS: Final = {
    "nfon-ngage": {"commission": {"by": "tier", "Silver": "15%", "Gold": "18%", "Platinum": "20%", "else": "10%"}},
    "nec-univerge-blue": {"commission": "18%", "spiff": "2x", "reseller_discount": "15%", "wholesale_discount": "30%"},
    "avaya-cloud-fr": {"bonus": {"by": "term", "12": "2x", "24": "5x", "36": "8x"}, "residual": "12%"},
    "telekom-b2b-ip": {"commission": "10%"},
    "lumen-agency": {"quota": "3000", "residual": "14%"},
    "comcast-business-referral": {"reward": "150%", "least": "100", "most": "7500"},
}
_FIRST: Final = ("Nord", "Süd", "Elb", "Rhein", "Alt", "Neu", "Berg", "Müller", "Schmidt", "Weiß", "Kühn", "Meyer")
_SECOND: Final = ("bau", "werk", "handel", "logistik", "technik", "pflege", "energie", "druck", "metall", "kanzlei")
_FORM: Final = ("GmbH", "AG", "KG", "& Söhne GmbH", "e. V.", "GmbH & Co. KG")
_TITLE: Final = ("Telephony", "Contact centre", "Branch offices", "SIP trunk", "Renewal", "Headquarters", "Migration")


def make_book(path: Path, deals: int, today: date) -> None:
    """Write a book with so many deals, the last of them signed about `today`."""
    book = create_book(path)
    chance = random.Random(deals)
    with book.step("Bench"):
        book.partner.save(_PARTNER)
        for program, inputs in _INPUTS.items():
            enrolment = Enrolment(program=program, since=date(2015, 1, 1), certified=True, inputs=inputs)
            book.partner.save_enrolment(enrolment)
        for year in range(today.year - _YEARS, today.year + 1):
            rate = ExchangeRate(day=date(year, 1, 1), base="EUR", quote="USD", rate=Decimal("1.12"))
            book.partner.save_rate(rate)
    chosen: list[tuple[str, str, str, str, str]] = []
    for first in range(0, deals, _IN_A_STEP):
        drafts = [_deal(chance, today) for _ in range(min(_IN_A_STEP, deals - first))]
        with book.step("Import deals"):
            made = book.deals.add_all(deal for deal, _ in drafts)
        chosen += (
            (deal.offers[0].id, sold.program, sold.version, sold.plan, deal.id)
            for deal, (_, sold) in zip(made, drafts, strict=True)
            if deal.stage is Stage.WON
        )
    book.close()
    _choose(path, chosen)


def _choose(path: Path, chosen: list[tuple[str, str, str, str, str]]) -> None:
    """Give the won deals their plans; what an import leaves open."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "UPDATE deal SET chosen_offer = ?, chosen_program = ?, chosen_version = ?, chosen_plan = ? WHERE id = ?",
            chosen,
        )


def _deal(chance: random.Random, today: date) -> tuple[Deal, _Sold]:
    sold = chance.choices(_SOLD, [one.share for one in _SOLD])[0]
    stage = chance.choices((Stage.WON, Stage.OPEN, Stage.LOST), (60, 30, 10))[0]
    days = -chance.randrange(1, 30 * 6) if stage is Stage.OPEN else chance.randrange(_YEARS * 365)
    signed = today - timedelta(days=days)
    has_two = chance.random() < 0.2
    lines = list(_lines(chance, sold))
    parts = (lines[:5], lines[5:]) if has_two else (lines,)
    first, *others = (_offer(chance, signed, part) for part in parts)
    if stage is Stage.WON and chance.random() < 0.125:
        first = _with_events(chance, first)
    name = f"{chance.choice(_FIRST)}{chance.choice(_SECOND)} {chance.choice(_FORM)} {chance.randrange(60)}"
    deal = Deal(
        customer=name,
        title=f"{chance.choice(_TITLE)} {signed.year}",
        signed=signed,
        offers=(first, *others),
        stage=stage,
        probability=Decimal(chance.randrange(1, 10)).scaleb(-1),
        currency="EUR",
        country=sold.country,
        customer_kind=chance.choice((CustomerKind.NEW, CustomerKind.NEW, CustomerKind.EXISTING)),
        registered=chance.random() < 0.5,
        contact=f"{chance.choice(_FIRST)} {chance.choice(_SECOND).title()}, +49 40 {chance.randrange(10**6):06}",
        note="Asked for a second offer; decides after the summer." if chance.random() < 0.3 else "",
        opened=signed - timedelta(days=60),
    )
    return deal, sold


def _offer(chance: random.Random, signed: date, lines: list[Line]) -> Offer:
    return Offer(
        lines=tuple(lines),
        starts=month_start(month_index(signed) + chance.randint(1, 3)),
        term=chance.choice((12, 24, 36, 36, 48, 60)),
        renewals=chance.choice((0, 1, 1, 2)),
    )


def _lines(chance: random.Random, sold: _Sold) -> Iterator[Line]:
    for number in range(LINES_EACH):
        if number >= LINES_EACH - 2:
            price = Decimal(chance.randint(39, 199))
            yield Line(
                product=f"Device {chance.randrange(40)}",
                category="hardware",
                quantity=Decimal(chance.randint(1, 60)),
                unit_price=price,
                charge=Charge.ONE_TIME,
            )
            continue
        yield Line(
            product=f"Seat {chance.randrange(60)}",
            category=chance.choice(sold.categories),
            quantity=Decimal(chance.randint(1, 40)),
            list_price=Decimal(chance.randint(590, 2990)).scaleb(-2),
            discount=Decimal(chance.choice((0, 0, 5, 10))).scaleb(-2),
            buy_price=Decimal(chance.randint(300, 500)).scaleb(-2),
            free_months=chance.choice((0, 0, 0, 0, 0, 0, 0, 3)),
        )


def _with_events(chance: random.Random, offer: Offer) -> Offer:
    line = offer.lines[0]
    more = Event(month=13, kind=EventKind.ADD, product=line.product, quantity=Decimal(chance.randint(1, 10)))
    less = Event(month=20, kind=EventKind.REMOVE, product=line.product, quantity=Decimal(1))
    gone = Event(month=chance.randint(8, 11), kind=EventKind.CANCEL)
    handed = Event(month=25, kind=EventKind.HANDOVER, role=Role.CARE)
    events = chance.choice(((more,), (more, less), (gone,), (more, handed)))
    return Offer(
        lines=offer.lines, events=events, term=max(offer.term, 24), starts=offer.starts, renewals=offer.renewals
    )


_PARTNER: Final = Partner(
    name="Bench Systems GmbH",
    country="DE",
    company_size=14,
    currency="EUR",
    assume=Assumptions(discount_rate=Decimal("0.08"), churn=Decimal("0.003")),
)
