"""The commission summary, read back as a PDF and looked at as a page."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.documents.content import (
    Conversion,
    LeftOut,
    Paid,
    Reason,
    SummaryContent,
    SummaryDeal,
    SummaryProgram,
)
from dealbook.documents.summary import lay_out, render_summary
from dealbook.domain.money import ZERO
from dealbook.domain.months import parse_month
from dealbook.language import language
from tests.documents.samples import HOSTILE, SENDER, figures, flaws, reader, rows, text, texts


def deal(customer: str, once: str = "0", recurring: str = "0", clawback: str = "0", **more: Any) -> SummaryDeal:  # noqa: ANN401 - any field
    """Return a deal that pays."""
    paid = Paid(once=Decimal(once), recurring=Decimal(recurring), clawback=Decimal(clawback))
    fields: dict[str, Any] = {"customer": customer, "title": "Telefonie", "plan": "Referrer", "paid": paid}
    return SummaryDeal(**(fields | more))


AVAYA = SummaryProgram(
    name="Avaya · Cloud Office",
    currency="EUR",
    deals=(deal("Müller & Söhne GmbH", "13055"), deal("Weingut Castell", "10000", "450", "-3952.08")),
)
NFON = SummaryProgram(name="NFON · Ngage", currency="EUR", deals=(deal("Kunde", recurring="88.39"),))
NEC = SummaryProgram(name="NEC · Univerge Blue", currency="USD", deals=(deal("Acme Inc.", "16919.28"),))
DOLLAR = Conversion(currency="USD", rate=Decimal("0.92"), amount=Decimal("15565.74"))


def summary(*programs: SummaryProgram, **more: Any) -> SummaryContent:  # noqa: ANN401 - any field
    """Return a summary of a quarter, in English unless told otherwise."""
    fields: dict[str, Any] = {
        "first_month": parse_month("2026-03"),
        "after_month": parse_month("2026-06"),
        "day": date(2026, 3, 10),
        "language": "en",
        "currency": "EUR",
        "sender": SENDER,
        "programs": programs,
    }
    return SummaryContent(**(fields | more))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ["Commission summary", "Mar 2026 – May 2026, as of 10 March 2026.", "Subtotal", "Page 1 of 1"]),
        ("de", ["Provisionsübersicht", "März 2026 – Mai 2026, Stand", "Zwischensumme", "Seite 1 von 1"]),
        ("fr", ["Récapitulatif des commissions", "Mars 2026 – mai 2026, situation au", "Sous-total", "Page 1 sur 1"]),
    ],
)
def test_speaks_three_languages(code: str, expected: list[str]) -> None:
    printed = text(render_summary(summary(AVAYA, language=code)))
    assert [words for words in expected if words not in printed] == []


def test_one_month_is_named_once() -> None:
    printed = text(render_summary(summary(AVAYA, after_month=parse_month("2026-04"))))
    assert "Mar 2026, as of" in printed


def test_an_empty_period_says_so() -> None:
    printed = text(render_summary(summary()))
    assert "Nothing is expected to be paid in this period." in printed
    assert "Subtotal" not in printed
    assert "not confirmed by a vendor" in printed


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_printed_figures_add_up(code: str) -> None:
    words = language(code)
    content = summary(AVAYA, NFON, NEC, conversions=(DOLLAR,), language=code)
    printed = rows(render_summary(content))
    cells = [line for page in printed for line in page]
    customers = {one.customer: program for program in content.programs for one in program.deals}
    by_program = {program.name: ZERO for program in content.programs}
    for line in cells:
        if line[0] in customers and len(line) == 5:
            parts = figures([cell.replace("–", "0") for cell in line[1:]], words)
            assert sum(parts[:3]) == parts[3]
            by_program[customers[line[0]].name] += parts[3]
    subtotals = [figures(line[1:], words)[-1] for line in cells if line[0] == words.text("Subtotal")]
    assert subtotals == list(by_program.values())
    euros, dollars = (next(figures(line[1:], words)[-1] for line in cells if line[0] == c) for c in ("EUR", "USD"))
    assert euros == by_program[AVAYA.name] + by_program[NFON.name]
    assert dollars == by_program[NEC.name]
    (whole,) = (figures(line[1:], words)[-1] for line in cells if line[0] == words.text("Expected in all"))
    assert whole == euros + DOLLAR.amount


def test_without_rates_nothing_is_converted_and_that_is_said() -> None:
    printed = text(render_summary(summary(AVAYA, NEC)))
    assert "Converted" not in printed
    assert "no exchange rate for USD" in printed
    assert "no exchange rate" not in text(render_summary(summary(AVAYA, NEC, conversions=(DOLLAR,))))
    assert "no exchange rate" not in text(render_summary(summary(AVAYA)))


def test_assumptions_are_marked_and_explained() -> None:
    guess = deal("Kunde", "1", is_chosen=False, assumed=("Bonus at signature",))
    printed = text(render_summary(summary(replace(AVAYA, deals=(guess,)))))
    assert "Referrer*†" in printed
    assert "* No plan was chosen" in printed
    assert "† Some of the program's contract values are assumed: Bonus at signature" in printed
    plain = text(render_summary(summary(AVAYA)))
    assert "*" not in plain
    assert "†" not in plain


@pytest.mark.parametrize("reason", Reason)
def test_deals_that_are_not_counted_are_named_with_the_reason(reason: Reason) -> None:
    left = LeftOut(customer="Stadtwerke", title="SIP", reason=reason)
    printed = rows(render_summary(summary(left_out=(left,))))[0]
    words = [line[0] for line in printed]
    at = words.index("Stadtwerke")
    assert words[at + 1] == "SIP"
    assert len(words[at + 2]) > 10


def test_missing_contract_values_are_named() -> None:
    left = LeftOut(customer="Stadtwerke", title="", reason=Reason.INCOMPLETE, missing=("Residual", "Bonus"))
    assert "Contract values are missing: Residual, Bonus" in text(render_summary(summary(left_out=(left,))))


def test_long_summaries_number_their_pages_and_repeat_the_header() -> None:
    many = replace(AVAYA, deals=tuple(deal(f"Kunde {i}", f"{i}.01") for i in range(150)))
    pages = texts(render_summary(summary(many)))
    assert len(pages) > 4
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("once and upfront" in page for page in pages if "Kunde" in page)
    assert sum(page.count("Kunde ") for page in pages) == 150


def test_typed_texts_are_literal_and_the_file_is_reproducible() -> None:
    content = summary(replace(AVAYA, name=HOSTILE, deals=(deal(HOSTILE, "1", title=HOSTILE, plan=HOSTILE),)))
    pdf = render_summary(content)
    assert text(pdf).count(HOSTILE) == 4
    assert render_summary(content) == pdf
    made = reader(pdf)
    assert made.metadata is not None
    assert made.metadata.title == "Commission summary Mar 2026 – May 2026"
    assert made.metadata.author == "Nordlicht Systems GmbH"


_TYPED = st.text(st.characters(codec="utf-8"), max_size=120)
_AMOUNT = st.decimals(-(10**9), 10**9, places=2)


@given(data=st.data())
def test_nothing_overlaps_whatever_it_holds(data: st.DataObject) -> None:
    paid = st.builds(Paid, once=_AMOUNT, recurring=_AMOUNT, clawback=_AMOUNT)
    deals = st.builds(
        SummaryDeal,
        customer=_TYPED,
        title=_TYPED,
        plan=_TYPED,
        paid=paid,
        is_chosen=st.booleans(),
        assumed=st.tuples(_TYPED),
    )
    programs = st.builds(
        SummaryProgram,
        name=_TYPED,
        currency=st.sampled_from(["EUR", "USD", "JPY"]),
        deals=st.lists(deals, min_size=1, max_size=15).map(tuple),
    )
    left_out = st.builds(
        LeftOut, customer=_TYPED, title=_TYPED, reason=st.sampled_from(Reason), missing=st.tuples(_TYPED)
    )
    content = summary(
        *data.draw(st.lists(programs, max_size=4)),
        conversions=(DOLLAR,),
        left_out=tuple(data.draw(st.lists(left_out, max_size=4))),
        language=data.draw(st.sampled_from(["en", "fr", "de"])),
    )
    assert list(flaws(lay_out(content))) == []
