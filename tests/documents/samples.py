"""Contents to be printed, and reading what was printed back."""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from PIL import Image
from pypdf import PageObject, PdfReader
from reportlab.lib.colors import Color

from dealbook.documents.fonts import width
from dealbook.documents.sheet import Page, Sheet
from dealbook.documents.style import Style
from dealbook.domain.deal import Charge
from dealbook.domain.money import ZERO
from dealbook.domain.quote import QuoteContent, QuoteLine, QuoteOffer, Sender
from dealbook.language import Language

SENDER = Sender(
    name="Nordlicht Systems GmbH",
    address="Hafenstraße 12\n20457 Hamburg",
    contact="Lena Brandt",
    phone="+49 40 555 01 23",
    email="lena.brandt@nordlicht.example",
    register="HRB 123456 Hamburg",
    vat_id="USt-IdNr. DE000000000",
    bank="IBAN DE00 0000 0000 0000 0000 00",
    logo=b"",
)
HOSTILE = '<b>&"Müller'


def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a picture file."""
    buffer = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, (34, 95, 212)).save(buffer, kind)
    return buffer.getvalue()


def line(product: str, quantity: str, price: str, charge: Charge = Charge.MONTHLY, **more: Any) -> QuoteLine:  # noqa: ANN401 - any field
    """Return a line; `price` is the list price, `discount` a fraction as text."""
    discount = Decimal(more.pop("discount", "0"))
    net = Decimal(price) * (1 - discount)
    total = (Decimal(quantity) * net).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return QuoteLine(
        product=product,
        quantity=Decimal(quantity),
        charge=charge,
        list_price=Decimal(price),
        price=net,
        discount=discount,
        total=total,
        **more,
    )


def offer(title: str, lines: Iterable[QuoteLine], term: int = 36) -> QuoteOffer:
    """Return an offer that adds its lines up."""
    lines = tuple(lines)
    sums = {c: sum((one.total for one in lines if one.charge is c and not one.optional), ZERO) for c in Charge}
    return QuoteOffer(
        title=title,
        lines=lines,
        term=term,
        starts=date(2026, 5, 1),
        monthly=sums[Charge.MONTHLY],
        annual=sums[Charge.ANNUAL],
        once=sums[Charge.ONE_TIME],
        whole_term=sums[Charge.MONTHLY] * term + sums[Charge.ANNUAL] * term / 12 + sums[Charge.ONE_TIME],
    )


SEAT = line("Cloud-Arbeitsplatz", "85", "22", description="Rufnummer, App für PC und Handy, Flatrate Deutschland")
AGENT = line("Contact-Center-Agent", "12", "65", discount="0.05", description="Warteschlangen, Aufzeichnung")
HEADSET = line("Headset, schnurlos", "97", "89", Charge.ONE_TIME)
SETUP = line("Einrichtung und Schulung vor Ort", "1", "2400", Charge.ONE_TIME)
OFFER = offer("Cloud-Telefonie mit Contact-Center", [SEAT, AGENT, HEADSET, SETUP])


def content(*offers: QuoteOffer, **more: Any) -> QuoteContent:  # noqa: ANN401 - any field
    """Return a quote of some offers, in German unless told otherwise."""
    fields: dict[str, Any] = {
        "number": "Q-2026-0042",
        "revision": 1,
        "day": date(2026, 3, 10),
        "valid_until": date(2026, 4, 9),
        "language": "de",
        "currency": "EUR",
        "title": "Ihre neue Telefonie für 85 Arbeitsplätze",
        "customer": "Müller & Söhne GmbH",
        "customer_contact": "Frau Dr. Anna Müller",
        "customer_address": "Lange Reihe 40\n20099 Hamburg",
        "sender": SENDER,
        "offers": offers or (OFFER,),
        "vat_rate": Decimal("0.19"),
    }
    return QuoteContent(**(fields | more))


# --- what was printed


def reader(pdf: bytes) -> PdfReader:
    """Open a PDF."""
    return PdfReader(io.BytesIO(pdf))


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page, with plain spaces."""
    return [plain(page.extract_text()) for page in reader(pdf).pages]


def text(pdf: bytes) -> str:
    """Return the text of all pages."""
    return "\n".join(texts(pdf))


def plain(printed: str) -> str:
    """Return a text with every kind of space as a plain one."""
    return (
        printed.replace("\N{THIN SPACE}", " ")
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


def rows(pdf: bytes) -> list[list[list[str]]]:
    """Return of each page the texts that stand on one line, from left to right, from the top down."""
    return [_page_rows(page) for page in reader(pdf).pages]


def _page_rows(page: PageObject) -> list[list[str]]:
    found: dict[float, list[tuple[float, str]]] = {}

    def visit(printed: str, _cm: object, matrix: list[float], _font: object, _size: float) -> None:
        if printed.strip():
            found.setdefault(round(matrix[5], 1), []).append((matrix[4], plain(printed).strip()))

    page.extract_text(visitor_text=visit)
    return [[cell for _, cell in sorted(cells)] for _, cells in sorted(found.items(), reverse=True)]


def figures(cells: Iterable[str], words: Language) -> list[Decimal]:
    """Return the cells that are figures, read in a language."""
    found = []
    for cell in cells:
        try:
            found.append(words.parse_number(cell))
        except ValueError:
            continue
    return found


# --- where it stands


def flaws(sheet: Sheet) -> Iterator[str]:
    """Name each text that leaves the paper's margins, overlaps another, or is touched by a rule."""
    for number, page in enumerate(sheet.pages, 1):
        boxes = [(_box(*mark), mark[2]) for mark in page.texts if mark[2].strip()]
        for (left, _, right, bottom), printed in boxes:
            if left < sheet.left - 0.1 or right > sheet.right + 0.1 or bottom > sheet.size[1] - 10:
                yield f"page {number}: {printed!r} leaves the margins"
        for (one, first), (other, second) in combinations(boxes, 2):
            if one[0] < other[2] - 0.1 and other[0] < one[2] - 0.1 and one[1] < other[3] and other[1] < one[3]:
                yield f"page {number}: {first!r} overlaps {second!r}"
        for box, printed in boxes:
            if any(_touches(rule, box) for rule in page.rules):
                yield f"page {number}: a rule touches {printed!r}"


def _box(x: float, baseline: float, printed: str, style: Style) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a text: from the top of a capital to the foot of a p."""
    across = width(printed, style.font, style.size)
    return x, baseline - 0.72 * style.size, x + across, baseline + 0.22 * style.size


def _touches(rule: tuple[float, float, float, Color], box: tuple[float, float, float, float]) -> bool:
    start, end, y, _ = rule
    left, top, right, bottom = box
    return start < right and left < end and top - 1.5 < y < bottom + 1.5


def body_texts(page: Page, sheet: Sheet) -> list[str]:
    """Return what a page prints between its head and its foot, in the order of printing."""
    return [mark[2] for mark in page.texts if sheet.top <= mark[1] <= sheet.bottom]
