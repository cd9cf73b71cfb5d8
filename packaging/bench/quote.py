"""How long a one-page quote takes, once fonts and words are loaded, beside ReportLab doing nothing but printing."""

import gc
import io
import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from reportlab.pdfgen.canvas import Canvas

from dealbook.documents.quote import lay_out, render_quote
from dealbook.documents.sheet import Sheet
from dealbook.domain.deal import Charge
from dealbook.domain.quote import QuoteContent, QuoteLine, QuoteOffer, Sender

RUNS = 50


def bench() -> list[tuple[str, str]]:
    """Measure a quote and, as reference, a bare canvas with the same texts in the same fonts."""
    content = one_page()
    sheet = lay_out(content)
    assert len(sheet.pages) == 1
    assert bare(sheet).startswith(b"%PDF")
    ours, reference = medians(lambda: render_quote(content), lambda: bare(sheet))
    texts = len(sheet.pages[0].texts)
    return [
        ("one-page quote, warm", f"{ours * 1000:.1f} ms (median of {RUNS})"),
        (
            f"bare ReportLab canvas, the same {texts} texts",
            f"{reference * 1000:.1f} ms; the quote takes {ours / reference:.2f} ×",
        ),
    ]


def medians(*tasks: Callable[[], object]) -> list[float]:
    """Return the median seconds of each task, run in turns so that all meet the same load.

    As in `timeit`, nothing that another benchmark left behind is collected while the clock runs.
    """
    times: list[list[float]] = [[] for _ in tasks]
    gc.collect()
    gc.disable()
    try:
        for _ in range(RUNS + 3):
            for task, found in zip(tasks, times, strict=True):
                begun = time.perf_counter()
                task()
                found.append(time.perf_counter() - begun)
    finally:
        gc.enable()
    return [statistics.median(found[3:]) for found in times]


def bare(sheet: Sheet) -> bytes:
    """Print the texts of a page one by one, with nothing laid out, measured or formatted."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, sheet.size, pageCompression=1, invariant=1)
    for x, y, text, style in sheet.pages[0].texts:
        canvas.setFont(style.font, style.size)
        canvas.setFillColor(style.colour)
        canvas.drawString(x, sheet.size[1] - y, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def one_page() -> QuoteContent:
    """Return a usual quote: two monthly lines, two one-time lines, a discount, tax."""
    lines = (
        line("Cloud-Arbeitsplatz", 85, "22.00", "Rufnummer, App für PC und Handy, Flatrate Deutschland"),
        line("Contact-Center-Agent", 12, "65.00", "Warteschlangen, Aufzeichnung, Auswertung", discount="0.05"),
        line("Headset, schnurlos", 97, "89.00", charge=Charge.ONE_TIME),
        line("Einrichtung und Schulung vor Ort", 1, "2400.00", charge=Charge.ONE_TIME),
    )
    monthly = sum((one.total for one in lines if one.charge is Charge.MONTHLY), Decimal(0))
    once = sum((one.total for one in lines if one.charge is Charge.ONE_TIME), Decimal(0))
    offer = QuoteOffer(
        title="Cloud-Telefonie mit Contact-Center",
        lines=lines,
        term=36,
        starts=date(2026, 5, 1),
        monthly=monthly,
        annual=Decimal(0),
        once=once,
        whole_term=36 * monthly + once,
    )
    return QuoteContent(
        number="Q-2026-0042",
        revision=2,
        day=date(2026, 3, 10),
        valid_until=date(2026, 4, 9),
        language="de",
        currency="EUR",
        title="Ihre neue Telefonie für 85 Arbeitsplätze",
        customer="Müller & Söhne GmbH",
        customer_contact="Frau Dr. Anna Müller",
        customer_address="Lange Reihe 40\n20099 Hamburg",
        sender=sender(),
        offers=(offer,),
        vat_rate=Decimal("0.19"),
    )


def line(
    product: str,
    quantity: int,
    price: str,
    description: str = "",
    *,
    discount: str = "0",
    charge: Charge = Charge.MONTHLY,
) -> QuoteLine:
    """Return a line with its total."""
    net = Decimal(price) * (1 - Decimal(discount))
    return QuoteLine(
        product=product,
        description=description,
        quantity=Decimal(quantity),
        charge=charge,
        list_price=Decimal(price),
        price=net,
        discount=Decimal(discount),
        total=(quantity * net).quantize(Decimal("0.01")),
    )


def sender() -> Sender:
    """Return the partner."""
    return Sender(
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


if __name__ == "__main__":
    for name, measured in bench():
        print(f"{name}: {measured}")
