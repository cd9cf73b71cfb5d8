"""Records for tests of the book: a hand-made set with everything in it, any others by hypothesis, and a full dump."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from dealbook.book.connection import Book
from dealbook.book.derived import DERIVED
from dealbook.book.drafts import Draft
from dealbook.book.figure_schema import FIGURE_TABLES
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
    SalesBasis,
    SalesPay,
    SalesTime,
    Work,
)
from dealbook.domain.quote import Quote, QuoteContent, QuoteLine, QuoteOffer, QuoteStatus, Sender

#: Tables that are the history itself, and so are not what undo restores.
HISTORY = ("step", "step_row")


def is_derived(table: str) -> bool:
    """Whether a table follows from others, so that its rows may lie in another order."""
    return table in DERIVED | FIGURE_TABLES or table.startswith(("deal_search", "sqlite_"))


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but the history, cells with their storage class, as another program sees them."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: _cells(connection, name) for name in names if name not in HISTORY and not is_derived(name)}


def _cells(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    wanted = ", ".join(f"typeof({name}), {name}" for name in columns)
    return connection.execute(f"SELECT {wanted} FROM {table} ORDER BY id").fetchall()


def files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


# --- one of everything

LOGO = bytes(range(256))
PDF = b"%PDF-1.7 \x00\xff made for a test"

PARTNER = Partner(
    name="Nordlicht Systems GmbH",
    country="DE",
    company_size=12,
    certificates=frozenset({"nfon-sales", "nec-cloud"}),
    address="Kaistraße 1\n24103 Kiel",
    contact="Ada Öz",
    phone="+49 431 1",
    email="ada@example.test",
    vat_id="DE1",
    register="HRB 1",
    bank="DE00 1",
    currency="EUR",
    vat_rate=Decimal("0.19"),
    language="de",
    terms="30 Tage",
    logo=LOGO,
    assume=Assumptions(discount_rate=Decimal("0.0825"), churn=Decimal("0.0031")),
    sales=SalesPay(share=Decimal("0.2"), of=SalesBasis.FIRST_YEAR, at=SalesTime.START, reserve=Decimal("5000.00")),
    work=Work(
        hour_cost=Decimal("48.50"),
        sale_hours=Decimal("7.5"),
        duties={"billing": DutyWork(hours=Decimal("0.25"), minutes=Decimal("0.5"))},
    ),
)

ENROLMENT = Enrolment(
    id="enrolment-1",
    program="avaya-cloud-fr",
    since=date(2020, 1, 1),
    version="2021",
    tier="Gold",
    certified=True,
    inputs={
        "residual": "15%",
        "bonus": {"by": "term", "12": "2x", "24": Decimal("5.5"), "else": {"by": "seats", "1": 3}},
        "fee": Decimal("12.5"),
        "count": 7,
    },
    assumed=frozenset({"fee", "count"}),
    standing={"won_seats": Decimal(240), "care_revenue": Decimal("120000.5")},
)

LEFT = replace(ENROLMENT, until=date(2026, 5, 1), before={"won_seats": Decimal("99.5")})

DRAFT = Draft(
    id="draft-1",
    program="own-program",
    base="own-program/2026-01-01.toml",
    text='format = 1\n[program\n# "ä" \U0001f4de',
)

RATE = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.0837"))

PROGRAM = ProgramText("own-program", date(2026, 1, 1), 'format = 1\n# "ä" \U0001f4de\n')

DEAL = Deal(
    id="deal-1",
    customer='<b>&"Müller & Söhne',
    title="Telephony \U0001f4de",
    signed=date(2026, 3, 10),
    stage=Stage.WON,
    probability=Decimal("0.75"),
    country="DE",
    customer_kind=CustomerKind.MIGRATION,
    segment="mid",
    registered=True,
    roles=frozenset({Role.CARE}),
    chosen=Choice(offer_id="offer-2", program="nfon-ngage", version="2022", plan="commission"),
    contact="Ms. Müller",
    address="Weg 2",
    note="n" * 500,
    offers=(
        Offer(id="offer-1", title="A", starts=date(2026, 5, 31), term=24),
        Offer(
            id="offer-2",
            title="B",
            starts=date(2026, 4, 1),
            renewals=2,
            renewal_term=6,
            lines=(
                Line(
                    id="line-2",
                    product="seat",
                    category="ucaas",
                    quantity=Decimal("85.5"),
                    unit_price=Decimal("22.00"),
                    list_price=Decimal("24.00"),
                    discount=Decimal("0.0833"),
                    buy_price=Decimal("14.50"),
                    free_months=2,
                    ramp=(RampStep(1, Decimal(20)), RampStep(7, Decimal("40.5"))),
                    seats_each=Decimal("0.5"),
                    description="Cloud seat",
                    optional=True,
                ),
                Line(id="line-1", product="headset", category="hardware", charge=Charge.ONE_TIME),
            ),
            events=(
                Event(id="event-1", month=13, kind=EventKind.ADD, product="seat", quantity=Decimal(10)),
                Event(id="event-2", month=20, kind=EventKind.HANDOVER, role=Role.CARE, to_us=True),
            ),
        ),
    ),
)

STORY = replace(
    DEAL,
    opened=date(2026, 1, 15),
    lost_on=date(2026, 8, 1),
    lost_reason="Too dear <b>",
    offers=(
        DEAL.offers[0],
        replace(
            DEAL.offers[1],
            events=(
                *DEAL.offers[1].events,
                Event(id="event-3", month=14, kind=EventKind.PRICE, product="seat", unit_price=Decimal("19.90")),
                Event(id="event-4", month=25, kind=EventKind.RENEWAL, term=24),
                Event(id="event-5", month=30, kind=EventKind.SUCCESSOR, program="nec-cloud", plan="agent"),
            ),
        ),
    ),
)


def quote(number: str = "Q-2026-0001", revision: int = 1, deal_id: str = DEAL.id, quote_id: str = "") -> Quote:
    """Return a quote of a deal with a logo and a PDF."""
    line = QuoteLine(
        product="seat",
        quantity=Decimal("85.5"),
        charge=Charge.MONTHLY,
        list_price=Decimal("24.00"),
        price=Decimal("22.00"),
        discount=Decimal("0.0833"),
        total=Decimal("1881.00"),
        free_months=2,
    )
    offer = QuoteOffer(
        title="A",
        lines=(line,),
        term=24,
        starts=date(2026, 5, 31),
        monthly=Decimal("1881.00"),
        annual=Decimal(0),
        once=Decimal("8633.10"),
        whole_term=Decimal("45144.00"),
    )
    sender = Sender(
        name="Nordlicht",
        address="Kiel",
        contact="Ada",
        phone="1",
        email="a@example.test",
        register="HRB 1",
        vat_id="DE1",
        bank="DE00",
        logo=LOGO,
    )
    content = QuoteContent(
        number=number,
        revision=revision,
        day=date(int(number[2:6]), 3, 10),
        valid_until=date(int(number[2:6]), 4, 9),
        language="de",
        currency="EUR",
        title="Telephony",
        customer='<b>&"Müller',
        customer_contact="",
        customer_address="",
        sender=sender,
        offers=(offer, replace(offer, title="B", lines=())),
        vat_rate=Decimal("0.19"),
    )
    return Quote(
        id=quote_id,
        deal_id=deal_id,
        content=content,
        status=QuoteStatus.ISSUED,
        issued_at=datetime(2026, 3, 10, 9, 30, 1, 5, tzinfo=UTC),
        pdf=PDF,
        digest=hashlib.sha256(PDF).hexdigest(),
        programs=("nfon-ngage 2022",),
    )


def fill(book: Book) -> None:
    """Write one of everything, in several steps, the last but one undone."""
    with book.step("Partner"):
        book.partner.save(PARTNER)
        book.partner.save_enrolment(LEFT)
        book.partner.save_rate(RATE)
        book.programs.save(PROGRAM)
        book.drafts.save(DRAFT)
    with book.step("Deal"):
        book.deals.save(STORY)
    with book.step("Quote"):
        book.quotes.save(quote(quote_id="quote-1"))
    with book.step("Rename"):
        book.deals.save(replace(STORY, customer="Meier"))
    book.undo()
    book.settings.set("language", "de")


# --- any records

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['<b>&"Müller', "x" * 500, "\U0001f9d1\u200d\U0001f4bc", "'; DROP TABLE deal; --", "\x01\x7f\u202e"]
)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
amounts = st.integers(-(10**12), 10**12).map(lambda minor: Decimal(minor).scaleb(-2))
numbers = st.decimals(-(10**9), 10**9, allow_nan=False, places=4) | st.sampled_from(
    [Decimal(0), Decimal("1E+6"), Decimal("100.00"), Decimal("0." + "0" * 30 + "1"), Decimal("-0")]
)
small = st.integers(-(2**40), 2**40)

lines = st.builds(
    Line,
    product=texts,
    category=st.sampled_from(CATEGORIES),
    quantity=numbers,
    charge=st.sampled_from(Charge),
    unit_price=st.none() | amounts,
    list_price=st.none() | amounts,
    discount=st.none() | numbers,
    buy_price=st.none() | amounts,
    free_months=small,
    ramp=st.lists(st.builds(RampStep, small, numbers), max_size=3).map(tuple),
    seats_each=st.none() | numbers,
    description=texts,
    optional=st.booleans(),
)
events = st.builds(
    Event,
    month=small,
    kind=st.sampled_from(EventKind),
    product=texts,
    quantity=numbers,
    role=st.none() | st.sampled_from(Role),
    to_us=st.booleans(),
    unit_price=st.none() | amounts,
    term=st.none() | small,
    program=texts,
    plan=texts,
)
offers = st.builds(
    Offer,
    title=texts,
    lines=st.lists(lines, max_size=3).map(tuple),
    events=st.lists(events, max_size=2).map(tuple),
    term=small,
    starts=days,
    renewals=small,
    renewal_term=small,
)
deals = st.builds(
    Deal,
    customer=texts,
    title=texts,
    signed=days,
    offers=st.lists(offers, max_size=3).map(tuple),
    stage=st.sampled_from(Stage),
    probability=numbers,
    currency=st.sampled_from(["EUR", "USD", "KWD"]),
    country=st.none() | texts,
    customer_kind=st.sampled_from(CustomerKind),
    segment=st.none() | texts,
    registered=st.booleans(),
    roles=st.frozensets(st.sampled_from(Role)),
    contact=texts,
    address=texts,
    note=texts,
    opened=st.none() | days,
    lost_on=st.none() | days,
    lost_reason=texts,
)
partners = st.builds(
    Partner,
    name=texts,
    country=st.none() | texts,
    company_size=st.none() | small,
    certificates=st.frozensets(texts, max_size=3),
    address=texts,
    terms=texts,
    vat_rate=numbers,
    logo=st.binary(max_size=40),
    assume=st.builds(Assumptions, discount_rate=numbers, churn=numbers),
    sales=st.builds(
        SalesPay, share=numbers, of=st.sampled_from(SalesBasis), at=st.sampled_from(SalesTime), reserve=amounts
    ),
    work=st.builds(
        Work,
        hour_cost=amounts,
        sale_hours=numbers,
        duties=st.dictionaries(texts, st.builds(DutyWork, hours=numbers, minutes=numbers), max_size=2),
    ),
)
figures = st.recursive(
    texts | st.integers(-(2**70), 2**70) | numbers,
    lambda inner: st.dictionaries(texts | st.sampled_from(["decimal", "table", "base64"]), inner, max_size=3),
    max_leaves=4,
)
enrolments = st.builds(
    Enrolment,
    program=texts,
    since=st.none() | days,
    version=st.none() | texts,
    tier=st.none() | texts,
    certified=st.booleans(),
    inputs=st.dictionaries(texts, figures, max_size=3),
    assumed=st.frozensets(texts, max_size=2),
    standing=st.dictionaries(texts, numbers, max_size=2),
    until=st.none() | days,
    before=st.dictionaries(texts, numbers, max_size=2),
)
drafts = st.builds(Draft, program=texts, base=texts, text=texts)
rates = st.builds(
    ExchangeRate,
    day=days,
    base=st.sampled_from(["EUR", "USD"]),
    quote=st.sampled_from(["CHF", "GBP"]),
    rate=numbers,
)
programs = st.builds(
    ProgramText,
    program=st.sampled_from(["own-a", "own-b"]),
    effective_from=st.dates(date(2020, 1, 1), date(2020, 1, 3)),
    text=texts,
)
