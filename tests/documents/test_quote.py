"""The quote, read back as a PDF and looked at as a page."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.documents.quote import lay_out, letter_of, render_quote
from dealbook.domain.deal import Charge
from dealbook.domain.money import ZERO
from dealbook.language import language
from tests.documents.samples import (
    AGENT,
    HEADSET,
    HOSTILE,
    OFFER,
    SEAT,
    SENDER,
    SETUP,
    body_texts,
    content,
    figures,
    flaws,
    line,
    offer,
    picture,
    plain,
    reader,
    rows,
    text,
    texts,
)

LONG_NAME = ("Gesellschaft für außerordentlich lange Firmennamen mbH & Co. KGaA " * 8)[:500]
MANY = offer("Alles", [line(f"Position {i}", str(i), "10.50", description="Beschreibung") for i in range(1, 61)])
ALTERNATIVE = offer("Ohne Contact-Center", [SEAT, HEADSET, SETUP], 24)


# --- words


GERMAN = """Angebot|Gültig bis|9 April 2026 (einschließlich)|Monatlich netto|Einmalig|Umsatzsteuer 19 %|Gesamt|
Ort, Datum|Seite 1 von 1|2.611,00|13.129,27|36 Monate Laufzeit ab"""
ENGLISH = """Quote|Valid until|9 April 2026 (inclusive)|Monthly, net|One-time|VAT 19%|Gross|Place, date|
Page 1 of 1|2,611.00|13,129.27|36 months from 1 May 2026."""
FRENCH = """Devis|Valable jusqu’au|9 avril 2026 (inclus)|Mensuel HT|Frais uniques|TVA 19 %|Total TTC|Lieu, date|
Page 1 sur 1|2 611,00|13 129,27|36 mois d’engagement à partir du 1"""


@pytest.mark.parametrize(("code", "expected"), [("de", GERMAN), ("en", ENGLISH), ("fr", FRENCH)])
def test_speaks_the_language_of_the_customer(code: str, expected: str) -> None:
    printed = text(render_quote(content(language=code)))
    if code == "de":  # with or without the full stop after the day, as the locale has it
        printed = re.sub(r"(\d)\. (?=[A-Z])", r"\1 ", printed)
    assert [words for words in expected.replace("\n", "").split("|") if words not in printed] == []


def test_says_whose_it_is_and_for_whom() -> None:
    printed = text(render_quote(content()))
    for words in (
        "Müller & Söhne GmbH",
        "Frau Dr. Anna Müller",
        "Lange Reihe 40",
        "Nordlicht Systems GmbH · Hafenstraße 12 · 20457 Hamburg",
        "Lena Brandt · +49 40 555 01 23",
        "HRB 123456 Hamburg",
        "Cloud-Telefonie mit Contact-Center, 36 Monate Laufzeit",
    ):
        assert words in printed


def test_what_people_typed_is_printed_literally() -> None:
    printed = text(
        render_quote(
            content(
                offer(HOSTILE, [replace(SEAT, product=HOSTILE, description=HOSTILE)]),
                title=HOSTILE,
                customer=HOSTILE,
                customer_contact=HOSTILE,
                terms=HOSTILE,
                sender=replace(SENDER, name=HOSTILE),
            )
        )
    )
    assert printed.count(HOSTILE) >= 8
    assert "&amp;" not in printed
    assert "&lt;" not in printed


def test_braces_in_typed_texts_are_not_filled_in() -> None:
    printed = text(render_quote(content(offer("{n} {day}", [SEAT]), customer="{n} {page}", title="{sign}")))
    assert "{n} {day}" in printed
    assert "{n} {page}" in printed
    assert "{sign}" in printed


def test_revision_is_named_from_the_second_on() -> None:
    assert "Revision" not in text(render_quote(content()))
    assert "Q-2026-0042, Revision 2" in text(render_quote(content(revision=2)))


def test_without_a_title_it_still_has_one() -> None:
    assert "Unser Angebot für Sie" in text(render_quote(content(title="  ")))


def test_free_months_are_said() -> None:
    printed = text(render_quote(content(offer("", [replace(SEAT, free_months=2), replace(AGENT, free_months=1)]))))
    assert "Die ersten 2 Monate sind kostenfrei" in printed
    assert "Der erste Monat ist kostenfrei" in printed


def test_missing_parts_leave_nothing_behind() -> None:
    bare = replace(SENDER, address="", contact="", phone="", email="", register="", vat_id="", bank="")
    sheet = lay_out(content(offer("", [HEADSET]), sender=bare, customer_contact="", customer_address="", terms=" \n"))
    printed = [mark[2] for page in sheet.pages for mark in page.texts]
    assert "" not in printed
    assert not any(words.endswith((" ·", " · ")) for words in printed)
    assert not any("Ihr Kontakt" in words or "Bedingungen" in words or "Laufzeit" in words for words in printed)
    assert list(flaws(sheet)) == []


# --- figures


@pytest.mark.parametrize("code", ["de", "en", "fr"])
def test_printed_figures_add_up(code: str) -> None:
    words = language(code)
    annual = line("Wartung", "3", "33.33", Charge.ANNUAL, discount="0.1")
    quote = content(offer("", [*MANY.lines, SEAT, AGENT, HEADSET, SETUP, annual]), language=code)
    printed = [cells for page in rows(render_quote(quote)) for cells in page]
    products = {one.product for one in quote.offers[0].lines}
    sums = {Charge.MONTHLY: ZERO, Charge.ANNUAL: ZERO, Charge.ONE_TIME: ZERO}
    charges = {one.product: one.charge for one in quote.offers[0].lines}
    for cells in printed:
        if cells[0] in products:
            sums[charges[cells[0]]] += figures(cells[1:], words)[-1]
    labels = {"Monthly, net": Charge.MONTHLY, "Annual, net": Charge.ANNUAL, "One-time, net": Charge.ONE_TIME}
    for label, charge in labels.items():
        (total,) = (figures(cells, words)[-1] for cells in printed if cells[0] == words.text(label))
        assert total == sums[charge] != 0
    net, tax, gross = (
        figures(next(cells for cells in printed if cells[0] == plain(label))[1:], words)
        for label in (words.text("Net"), words.text("VAT {rate}").replace("{rate}", words.percent(Decimal("0.19"))),
                      words.text("Gross"))
    )  # fmt: skip
    assert net == list(sums.values())
    assert tax == [(part * Decimal("0.19")).quantize(Decimal("0.01"), "ROUND_HALF_UP") for part in net]
    assert gross == [a + b for a, b in zip(net, tax, strict=True)]


def test_tax_is_rounded_half_up_once_for_each_sum() -> None:
    lines = [line("a", "1", "0.50"), line("b", "1", "0.50")]  # 5 % of each would be 0.03, of both it is 0.05
    printed = rows(render_quote(content(offer("", lines), vat_rate=Decimal("0.05"))))[0]
    assert ["Umsatzsteuer 5 %", "0,05"] in printed
    half = [line("c", "1", "0.50")]
    assert ["Umsatzsteuer 5 %", "0,03"] in rows(render_quote(content(offer("", half), vat_rate=Decimal("0.05"))))[0]


def test_list_price_and_discount_are_shown() -> None:
    printed = rows(render_quote(content()))[0]
    assert ["Leistung", "Menge", "Preis €", "Rabatt", "Summe €"] in printed
    assert ["Contact-Center-Agent", "12", "65,00", "5 %", "741,00"] in printed
    assert ["Cloud-Arbeitsplatz", "85", "22,00", "–", "1.870,00"] in printed


def test_without_discounts_there_is_no_column_for_them() -> None:
    assert ["Leistung", "Menge", "Preis €", "Summe €"] in rows(render_quote(content(offer("", [SEAT]))))[0]


def test_a_discount_that_no_percentage_says_exactly_shows_the_net_price() -> None:
    odd = replace(line("Seat", "85", "24"), price=Decimal(22), discount=Decimal("0.0833333333"), total=Decimal(1870))
    printed = rows(render_quote(content(offer("", [odd]))))[0]
    assert ["Leistung", "Menge", "Preis €", "Rabatt", "Nettopreis €", "Summe €"] in printed
    assert ["Seat", "85", "24,00", "8,33 %", "22,00", "1.870,00"] in printed


def test_prices_keep_their_decimals() -> None:
    assert ["Minute", "1.000", "0,0125", "12,50"] in rows(
        render_quote(content(offer("", [line("Minute", "1000", "0.0125")])))
    )[0]


def test_optional_lines_stand_apart_and_are_not_added() -> None:
    extra = line("Aufzeichnung", "85", "3.50", optional=True)
    printed = rows(render_quote(content(offer("", [SEAT, extra]))))[0]
    words = [cells[0] for cells in printed]
    assert words.index("Optional") > words.index("Gesamt")
    assert words.index("Aufzeichnung") > words.index("Optional")
    assert ["Monatlich netto", "1.870,00"] in printed


def test_an_offer_of_optional_lines_only_has_no_sums() -> None:
    printed = text(render_quote(content(offer("", [replace(SEAT, optional=True)]))))
    assert "Optional" in printed
    assert "Umsatzsteuer" not in printed


def test_whole_term_is_said_once() -> None:
    assert "Gesamtkosten über 36 Monate, netto: 105.029,00 €" in text(render_quote(content()))
    assert "Gesamtkosten über" not in text(render_quote(content(offer("", [SETUP]))))


def test_alternatives_with_term_and_total_over_it() -> None:
    pdf = render_quote(content(OFFER, ALTERNATIVE))
    printed = rows(pdf)[0]
    assert ["A", "Wie oben", "36 Monate", "2.611,00", "11.033,00", "105.029,00"] in printed
    assert ["B", "Ohne Contact-Center", "24 Monate", "1.870,00", "11.033,00", "55.913,00"] in printed
    assert "Wir nehmen Angebot" in text(pdf)
    assert "Angebot B: Ohne Contact-Center" in texts(pdf)[1]
    assert list(flaws(lay_out(content(OFFER, ALTERNATIVE)))) == []


def test_the_example_with_alternatives_is_signed_on_its_first_page() -> None:
    shorter = offer("Wie A, kürzer", [SEAT, AGENT, HEADSET], 24)
    assert "Name, Unterschrift" in texts(render_quote(content(OFFER, ALTERNATIVE, shorter, revision=2)))[0]


def test_every_offer_has_a_box_to_tick() -> None:
    many = [replace(OFFER, title=f"Variante {i}", lines=(SEAT,)) for i in range(30)]
    sheet = lay_out(content(*many))
    assert sum(len(page.frames) for page in sheet.pages) == 30
    assert letter_of(25) == "Z"
    assert letter_of(26) == "27"
    assert list(flaws(sheet)) == []


# --- pages


def test_long_tables_repeat_their_header_and_number_their_pages() -> None:
    pages = rows(render_quote(content(MANY)))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert [f"Seite {number} von {len(pages)}"] == page[-1][-1:]
        if any(cells[0].startswith("Position") for cells in page):
            assert ["Leistung", "Menge", "Preis €", "Summe €"] in page
    assert all(page[0] == ["Nordlicht Systems GmbH", "Angebot Q-2026-0042"] for page in pages[1:])


@pytest.mark.parametrize("count", range(10, 40))
def test_totals_stay_with_the_last_row(count: int) -> None:
    for page in rows(render_quote(content(offer("", MANY.lines[:count])))):
        words = [cells[0] for cells in page]
        if "Monatlich netto" in words:
            assert f"Position {count}" in words
            return
    pytest.fail("no total")


def test_every_line_is_printed_once() -> None:
    printed = [cells[0] for page in rows(render_quote(content(MANY))) for cells in page]
    assert [words for words in printed if words.startswith("Position")] == [f"Position {i}" for i in range(1, 61)]


def test_long_names_wrap_and_nothing_is_cut_off() -> None:
    quote = content(
        offer("T" * 300, [replace(SEAT, product=LONG_NAME, description="X" * 400), AGENT]),
        title=LONG_NAME,
        customer=LONG_NAME,
        customer_contact="W" * 200,
        sender=replace(SENDER, name=LONG_NAME[:200], email="e" * 120),
    )
    sheet = lay_out(quote)
    assert list(flaws(sheet)) == []
    squeezed = "".join("".join(body_texts(page, sheet)) for page in sheet.pages).replace(" ", "")
    assert squeezed.count(LONG_NAME.replace(" ", "")) >= 3
    assert "T" * 300 in squeezed
    assert "X" * 400 in squeezed


def test_a_sender_longer_than_a_page_goes_over_pages() -> None:
    quote = content(sender=replace(SENDER, name=LONG_NAME * 8, logo=picture("PNG")))
    assert list(flaws(lay_out(quote))) == []


def test_a_description_longer_than_a_page_goes_over_pages() -> None:
    words = " ".join(f"Wort{i}" for i in range(3000))
    quote = content(offer("", [replace(SEAT, description=words), AGENT]))
    sheet = lay_out(quote)
    assert list(flaws(sheet)) == []
    assert re.findall(r"Wort\d+", text(render_quote(quote))) == words.split(" ")


def test_long_terms_go_over_pages() -> None:
    terms = "\n\n".join(f"{i}. Die Bedingung gilt für beide Seiten." for i in range(1, 200))
    printed = text(render_quote(content(terms=terms)))
    assert re.findall(r"(\d+)\. Die Bedingung", printed) == [str(i) for i in range(1, 200)]


def test_huge_figures_shrink_instead_of_running_into_each_other() -> None:
    huge = line("Groß", "999999999.999999", "999999999999.99")
    sheet = lay_out(
        content(offer("", [huge, replace(huge, charge=Charge.ANNUAL), replace(huge, charge=Charge.ONE_TIME)]), OFFER)
    )
    assert list(flaws(sheet)) == []


_TYPED = st.text(st.characters(codec="utf-8"), max_size=120)


@given(data=st.data())
def test_nothing_overlaps_whatever_is_typed(data: st.DataObject) -> None:
    draw = data.draw
    products = st.builds(
        line,
        _TYPED,
        st.decimals(0, 10**6, places=2).map(str),
        st.decimals(0, 10**7, places=4).map(str),
        st.sampled_from(Charge),
        description=_TYPED,
        optional=st.booleans(),
        discount=st.sampled_from(["0", "0.05", "0.12345"]),
        free_months=st.integers(0, 3),
    )
    offers = st.builds(offer, _TYPED, st.lists(products, min_size=1, max_size=12), st.integers(1, 60))
    quote = content(
        *draw(st.lists(offers, min_size=1, max_size=3)),
        language=draw(st.sampled_from(["en", "fr", "de"])),
        currency=draw(st.sampled_from(["EUR", "CHF", "JPY", "KWD"])),
        paper=draw(st.sampled_from(["A4", "Letter"])),
        title=draw(_TYPED),
        customer=draw(_TYPED),
        customer_address=draw(_TYPED),
        terms=draw(_TYPED),
        sender=replace(SENDER, name=draw(_TYPED), address=draw(_TYPED), bank=draw(_TYPED)),
    )
    assert list(flaws(lay_out(quote))) == []
    assert render_quote(quote).startswith(b"%PDF")


# --- the file


def test_same_content_same_bytes() -> None:
    quote = content(OFFER, ALTERNATIVE, sender=replace(SENDER, logo=picture("PNG")))
    first = render_quote(quote)
    render_quote(content(MANY, language="fr"))
    assert render_quote(quote) == first


def test_every_font_is_an_embedded_subset() -> None:
    fonts: dict[str, Any] = {}
    for page in reader(render_quote(content(MANY))).pages:
        named: Any = page["/Resources"].get_object()
        fonts |= {font.get_object()["/BaseFont"]: font.get_object() for font in named["/Font"].values()}
    assert len(fonts) == 3
    for name, font in fonts.items():
        assert re.fullmatch(r"/[A-Z]{6}\+OpenSans-\w+", name)
        assert len(font["/FontDescriptor"]["/FontFile2"].get_data()) < 30_000


def test_the_file_says_its_number_its_author_and_its_language() -> None:
    made = reader(render_quote(content(revision=2, language="fr")))
    assert made.metadata is not None
    assert made.metadata.title == "Q-2026-0042-2"
    assert made.metadata.author == "Nordlicht Systems GmbH"
    assert not made.metadata.subject
    assert str(made.root_object["/Lang"]) == "fr-FR"


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792)), ("odd", (595, 842))])
def test_paper(paper: str, size: tuple[int, int]) -> None:
    box = reader(render_quote(content(paper=paper))).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == size


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(60, 40), (3000, 10), (10, 3000)])
def test_logo_is_drawn_inside_the_letterhead(kind: str, size: tuple[int, int]) -> None:
    quote = content(sender=replace(SENDER, logo=picture(kind, size)))
    assert len(reader(render_quote(quote)).pages[0].images) >= 1
    ((_, _, across, down, _),) = lay_out(quote).pages[0].pictures
    assert 0 < across <= 150.1
    assert 0 < down <= 26.1


@pytest.mark.parametrize(
    "logo", [b"", b"no picture", picture("PNG")[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 200, b"<svg/>"]
)
def test_a_broken_logo_is_left_out(logo: bytes) -> None:
    assert render_quote(content(sender=replace(SENDER, logo=logo))) == render_quote(content())
