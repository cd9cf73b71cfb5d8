"""The page on the impact of a new version, read back as a PDF and looked at as a page."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.documents.impact import lay_out, render_impact
from dealbook.documents.impact_content import ImpactContent, ImpactDeal, ImpactFigures, ImpactGroup
from dealbook.domain.money import ZERO
from dealbook.language import language
from tests.documents.samples import HOSTILE, SENDER, figures, flaws, reader, rows, text, texts


def deal(customer: str, old: str | None, new: str | None, **more: Any) -> ImpactDeal:  # noqa: ANN401 - any field
    """Return a deal under both versions."""
    both = ImpactFigures(old=None if old is None else Decimal(old), new=None if new is None else Decimal(new))
    fields: dict[str, Any] = {"customer": customer, "title": "Telefonie", "plan": "Agent", "figures": both}
    return ImpactDeal(**(fields | more))


def group(name: str, *deals: ImpactDeal) -> ImpactGroup:
    """Return a group that adds its deals up, as far as their change is known."""
    known = [one.figures for one in deals if one.figures.change is not None]
    sums = ImpactFigures(
        old=sum((one.old or ZERO for one in known), ZERO), new=sum((one.new or ZERO for one in known), ZERO)
    )
    return ImpactGroup(name=name, deals=deals, sums=sums)


WON = group(
    "Won deals", deal("Müller & Söhne GmbH", "1507.15", "1344.45"), deal("Weingut Castell", "2572.04", "2501.74")
)
OPEN = group(
    "Open deals",
    deal("Kunde", "100", "12345.67", note="now best: Carrier · Agent"),
    deal("Stadtwerke", None, "50", note="1: A contract value is missing: Residual"),
)
BOOK = ImpactFigures(old=Decimal("4179.19"), new=Decimal("16191.86"))


def content(*groups: ImpactGroup, **more: Any) -> ImpactContent:  # noqa: ANN401 - any field
    """Return the content, in English unless told otherwise."""
    fields: dict[str, Any] = {
        "subject": "Carrier · Agents: 1 – 2",
        "in_force": date(2026, 1, 1),
        "day": date(2026, 3, 10),
        "language": "en",
        "currency": "EUR",
        "objective": "Expected value",
        "sender": SENDER,
        "differences": ("Residual: 15% to 14%, also for existing deals",),
        "groups": groups,
        "totals": (*((one.name, one.sums) for one in groups), ("The book", BOOK)),
        "weighted": Decimal("6122.84"),
        "untouched": "27 other deals are not touched.",
        "notes": ("Won deals keep the version that they were signed under.",),
    }
    return ImpactContent(**(fields | more))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ["Impact of a new version", "What is different", "Largest changes", "Subtotal", "Page 1 of 1"]),
        (
            "de",
            ["Wirkung einer neuen Fassung", "Was anders ist", "Größte Änderungen", "Zwischensumme", "Seite 1 von 1"],
        ),
        ("fr", ["Effet d’une nouvelle version", "Ce qui diffère", "Plus grands écarts", "Sous-total", "Page 1 sur 1"]),
    ],
)
def test_speaks_three_languages(code: str, expected: list[str]) -> None:
    printed = text(render_impact(content(WON, OPEN, language=code)))
    assert [words for words in expected if words not in printed] == []


def test_says_what_is_different_what_was_assumed_and_what_is_left_out() -> None:
    printed = text(render_impact(content(WON, OPEN)))
    assert "Carrier · Agents: 1 – 2" in printed
    assert "In force from 1 January 2026. Expected value, in EUR, as of 10 March 2026." in printed
    for expected in (
        "Residual: 15% to 14%, also for existing deals",
        "now best: Carrier · Agent",
        "A contract value is missing: Residual",
        "Open deals weighted by their probability: +6,122.84",
        "Won deals keep the version",
        "27 other deals are not touched.",
    ):
        assert expected in printed


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_printed_figures_add_up(code: str) -> None:
    words = language(code)
    lines = [line for page in rows(render_impact(content(WON, OPEN, language=code))) for line in page]

    def read(line: list[str]) -> list[Decimal]:
        return figures([cell.removeprefix("+") for cell in line[1:]], words)

    customers = {one.customer for one in (*WON.deals, *OPEN.deals)}
    deals = [read(line) for line in lines if line[0] in customers and len(line) == 4]
    assert all(new - old == change for old, new, change in (line for line in deals if len(line) == 3))
    subtotals = [read(line) for line in lines if line[0] == words.text("Subtotal")]
    assert [old for old, *_ in subtotals] == [WON.sums.old, OPEN.sums.old]
    (book,) = (read(line) for line in lines if line[0] == "The book" and len(line) == 4)
    assert book == [sum(column) for column in zip(*subtotals, strict=True)]


def test_what_cannot_be_told_is_no_figure() -> None:
    lines = [line for page in rows(render_impact(content(OPEN))) for line in page if line[0] == "Stadtwerke"]
    assert ["Stadtwerke", "–", "50.00", "–"] in lines


def test_the_chart_has_a_bar_for_each_of_the_largest_changes() -> None:
    many = group("Open deals", *(deal(f"Kunde {i}", "100", f"{100 + (-1) ** i * (i + 1)}.00") for i in range(40)))
    sheet = lay_out(content(many))
    bars = [bar for page in sheet.pages for bar in page.bars]
    assert len(bars) == 12 + 1  # and the line at zero
    widths = [across for _, _, across, _, _ in bars[:12]]
    assert widths == sorted(widths, reverse=True)
    zero = bars[12][0]
    assert {
        round(x + across - zero) if i % 2 == 0 else round(x - zero) for i, (x, _, across, _, _) in enumerate(bars[:12])
    } <= {
        0,
        1,
        *(round(width) for width in widths),
    }
    assert "the 12 largest of 40" in text(render_impact(content(many)))


def test_what_is_not_counted_has_no_bar() -> None:
    elsewhere = replace(OPEN, is_counted=False)
    assert not [bar for page in lay_out(content(elsewhere)).pages for bar in page.bars]
    assert "Kunde" in text(render_impact(content(elsewhere)))


def test_deals_that_stay_the_same_are_one_line() -> None:
    same = ImpactFigures(old=Decimal(700), new=Decimal(700))
    one = ImpactGroup(name="Won deals", deals=(), sums=same, same=same, same_name="3 deals that earn the same")
    lines = [line for page in rows(render_impact(content(one))) for line in page]
    assert ["3 deals that earn the same", "700.00", "700.00", "0.00"] in lines


def test_a_book_that_is_not_touched_says_so() -> None:
    printed = text(render_impact(content(weighted=None)))
    assert "No deal of the book is touched." in printed
    assert "Largest changes" not in printed


def test_long_books_number_their_pages_and_repeat_the_header() -> None:
    many = group("Won deals", *(deal(f"Kunde {i}", "10", f"{i}.01") for i in range(150)))
    pages = texts(render_impact(content(many)))
    assert len(pages) > 4
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert sum(page.count("Agent\n") for page in pages) >= 150


def test_typed_texts_are_literal_and_the_file_is_reproducible() -> None:
    made = content(group(HOSTILE, deal(HOSTILE, "1", "2", title=HOSTILE, plan=HOSTILE, note=HOSTILE)), subject=HOSTILE)
    pdf = render_impact(made)
    assert text(pdf).count(HOSTILE) >= 7
    assert render_impact(made) == pdf
    found = reader(pdf)
    assert found.metadata is not None
    assert found.metadata.title == f"Impact of a new version – {HOSTILE}"
    assert found.metadata.author == "Nordlicht Systems GmbH"


_TYPED = st.text(st.characters(codec="utf-8"), max_size=120)
_AMOUNT = st.none() | st.decimals(-(10**9), 10**9, places=2)


@given(data=st.data())
def test_nothing_overlaps_whatever_it_holds(data: st.DataObject) -> None:
    both = st.builds(ImpactFigures, old=_AMOUNT, new=_AMOUNT)
    deals = st.builds(ImpactDeal, customer=_TYPED, title=_TYPED, plan=_TYPED, figures=both, note=_TYPED)
    groups = st.builds(
        ImpactGroup,
        name=_TYPED,
        deals=st.lists(deals, min_size=1, max_size=6).map(tuple),
        sums=both,
        same=st.none() | both,
        same_name=_TYPED,
    )
    made = content(
        *data.draw(st.lists(groups, max_size=3)),
        differences=tuple(data.draw(st.lists(_TYPED, max_size=6))),
        notes=tuple(data.draw(st.lists(_TYPED, max_size=3))),
        currency=data.draw(st.sampled_from(["EUR", "USD", "JPY"])),
        language=data.draw(st.sampled_from(["en", "fr", "de"])),
    )
    assert list(flaws(lay_out(made))) == []
