"""The models of the deal page: what views are told, reading of figures, paste, levers, the chart's lines."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from dealbook.book.errors import BookError
from dealbook.desk.compare import Objective, compare
from dealbook.desk.session import Session
from dealbook.domain.deal import Charge, Event, EventKind, Line, Offer, Role
from dealbook.gui.models import reading
from dealbook.gui.models.cash import Cash, CashLine, CashModel, cash_of
from dealbook.gui.models.comparison import FOLDED, ComparisonModel, Figure
from dealbook.gui.models.events import EventColumn, EventsModel
from dealbook.gui.models.keyed import KeyedModel
from dealbook.gui.models.line_cells import Column, Forms
from dealbook.gui.models.lines import LinesModel
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.pasted import pasted_lines
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.models.trial import Trial
from dealbook.gui.widgets.deal_chart import apart, outline
from dealbook.language import Language, language
from tests.gui.deal_support import HEADSET, SEAT, a_deal, a_session

ENROLLED = ("nec-univerge-blue", "nfon-ngage")
EN, DE, FR = language("en"), language("de"), language("fr")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = a_session(tmp_path / "book.dealbook")
    yield made
    made.close()


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


class Letters(KeyedModel[str]):
    """Rows whose key is the first letter."""

    def key_of(self, row: str) -> str:
        return row[0]

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        return self.rows[index.row()] if role == Qt.ItemDataRole.DisplayRole else None


# --- rows with keys ---------------------------------------------------------------------------------------------------

ROWS = st.permutations("abcdef").flatmap(
    lambda keys: st.integers(0, 6).flatmap(
        lambda count: st.tuples(*(st.sampled_from([key + "1", key + "2"]) for key in keys[:count]))
    )
)


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_rows_go_over_into_any_others_and_indexes_follow_their_keys(states: list[tuple[str, ...]]) -> None:
    model = Letters()
    tester = watched(model)
    for rows in states:
        held = {model.key_of(row): QPersistentModelIndex(model.index(place, 0)) for place, row in enumerate(model.rows)}
        model.set_rows(rows)
        assert list(model.rows) == list(rows)
        kept = {model.key_of(row): place for place, row in enumerate(rows)}
        for key, index in held.items():
            assert index.row() == kept.get(key, -1)
    del tester


def test_only_rows_that_differ_are_announced(qtbot: QtBot) -> None:
    model = Letters()
    model.set_rows(["a1", "b1", "c1", "d1"])
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_rows(["a1", "b2", "c2", "d1"])
    model.set_rows(["a1", "b2", "c2", "d1"])
    assert told == [(1, 2)]


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "figure"),
    [
        (EN, "1,234.50", "1234.50"),
        (DE, "1.234,50", "1234.50"),
        (FR, "1 234,50", "1234.50"),
        (DE, "22.500", "22500"),
        (EN, "−3", "-3"),
        (DE, ",5", "0.5"),
        (EN, " 85 ", "85"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(words: Language, text: str, figure: str) -> None:
    assert reading.number(text, words) == Decimal(figure)


@pytest.mark.parametrize(
    ("words", "text"),
    [(DE, "22.50"), (EN, "22,50"), (EN, "1e5"), (EN, "NaN"), (EN, ""), (EN, "."), (EN, "1" * 13), (FR, "22.50")],
)
def test_what_is_no_number_is_not_guessed_at(words: Language, text: str) -> None:
    with pytest.raises(WrongInputError):
        reading.number(text, words)


@pytest.mark.parametrize(("text", "says"), [("1" * 13, "too large"), ("1,111,111,111,111", "too large"), ("", "empty")])
def test_what_is_no_number_is_said_as_it_is(text: str, says: str) -> None:
    with pytest.raises(WrongInputError, match=says):
        reading.number(text, EN)


@given(
    st.decimals(min_value=Decimal(-999999999), max_value=Decimal(999999999), places=4), st.sampled_from((EN, DE, FR))
)
def test_what_is_written_can_be_read(figure: Decimal, words: Language) -> None:
    assert reading.number(words.number(figure), words) == figure


def test_shares_prices_and_ramps() -> None:
    assert reading.share("5 %", DE) == reading.share("5", EN) == Decimal("0.05")
    assert reading.share("–", EN) == 0
    assert reading.price("22,50 €", DE, "EUR") == Decimal("22.50")
    assert reading.price("¥100", EN, "JPY") == 100
    with pytest.raises(WrongInputError):
        reading.price("100.5", EN, "JPY")
    steps = reading.ramp("1: 20; 7: 40", EN)
    assert [(step.from_month, step.quantity) for step in steps] == [(1, Decimal(20)), (7, Decimal(40))]
    assert reading.ramp(reading.ramp_text(steps, EN), EN) == steps
    with pytest.raises(WrongInputError):
        reading.ramp("twenty", EN)


@pytest.mark.parametrize(
    ("words", "text", "kind", "written"),
    [
        (EN, "12 %", "rate", "12%"),
        (DE, "12,5 %", "rate", "12.5%"),
        (EN, "8×", "rate", "8x"),
        (FR, "1,5 X", "rate", "1.5x"),
        (EN, "0.3", "rate", "0.3"),
        (DE, "1.000", "money", "1000"),
        (EN, "1,000.50 €", "money", "1000.50"),
        (DE, "1.000,5", "number", "1000.5"),
    ],
)
def test_a_contract_value_is_kept_as_a_program_file_writes_it(
    words: Language, text: str, kind: str, written: str
) -> None:
    assert reading.contract_value(text, kind, words, "EUR") == written


@pytest.mark.parametrize(
    ("words", "text", "kind"),
    [
        (EN, "12", "rate"),  # 12 % or 12×?
        (DE, "12.5 %", "rate"),
        (EN, "8 xx", "rate"),
        (EN, "%", "rate"),
        (EN, "12 %", "money"),
        (EN, "1,000", "rate"),
        (EN, "0.005", "money"),
        (FR, "1.000", "number"),
    ],
)
def test_a_contract_value_is_not_guessed_at(words: Language, text: str, kind: str) -> None:
    with pytest.raises(WrongInputError):
        reading.contract_value(text, kind, words, "EUR")


# --- paste ------------------------------------------------------------------------------------------------------------


def test_paste_without_header_goes_by_what_stands_in_the_cells() -> None:
    [one] = pasted_lines("Arbeitsplatz\tUCaaS\t85\t22,00\t5 %\tonce\t1.776,50", Forms(DE, "EUR"))
    line = one.line
    assert (line.product, line.category, line.quantity, line.list_price) == (
        "Arbeitsplatz",
        "ucaas",
        Decimal(85),
        Decimal(22),
    )
    assert (line.discount, line.charge, one.unread) == (Decimal("0.05"), Charge.ONE_TIME, ())


def test_paste_with_header_in_any_order_and_language() -> None:
    text = "Einzelpreis\tMenge\tBezeichnung\tEinkaufspreis\n4,50 €\t30\tSIP-Kanal\t3,10\n"
    [one] = pasted_lines(text, Forms(DE, "EUR"), "sip")
    line = one.line
    assert (line.product, line.category) == ("SIP-Kanal", "sip")
    assert (line.quantity, line.list_price, line.buy_price) == (Decimal(30), Decimal("4.50"), Decimal("3.10"))


def test_paste_reads_the_numbers_of_another_language() -> None:
    text = "Extension\t60\t9,82\nHeadset\t60\t1.089,50\nOnboarding\t1\t2.400,00"
    lines = pasted_lines(text, Forms(EN, "EUR"))
    assert [one.line.list_price for one in lines] == [Decimal("9.82"), Decimal("1089.50"), Decimal(2400)]
    assert not any(one.unread for one in lines)
    [screen] = pasted_lines("Extension\t1,200\t9.82", Forms(EN, "EUR"))
    assert screen.line.quantity == 1200  # the screen's language goes first


def test_paste_of_a_known_product_brings_its_category_and_charge() -> None:
    known = Line(
        product="Headset", category="hardware", charge=Charge.ONE_TIME, list_price=Decimal(89), buy_price=Decimal(61)
    )
    one, two = pasted_lines("headset\t60\t79.00\nSeat\t60", Forms(EN, "EUR"), "sip", {"headset": known})
    assert (one.line.category, one.line.charge, one.line.buy_price) == ("hardware", Charge.ONE_TIME, Decimal(61))
    assert (one.line.product, one.line.quantity, one.line.price) == ("headset", Decimal(60), Decimal(79))
    assert (two.line.category, two.line.charge) == ("sip", Charge.MONTHLY)


def test_paste_keeps_what_it_cannot_read() -> None:
    [one] = pasted_lines("Seat\tmany\t22.00", Forms(EN, "EUR"))
    assert one.line.list_price == 22
    assert one.unread == ((Column.QUANTITY, "many"),)


def test_paste_of_nothing_is_nothing() -> None:
    assert pasted_lines("\n  \n", Forms(EN, "EUR")) == []


@given(st.text())
def test_no_paste_raises(text: str) -> None:
    pasted_lines(text, Forms(EN, "EUR"))


# --- lines and events -------------------------------------------------------------------------------------------------


def test_lines_model_holds_under_every_change(qtbot: QtBot) -> None:
    saved: list[Line] = [replace(SEAT, id="a"), replace(HEADSET, id="b")]
    previews: list[object] = []

    def save(lines: Sequence[Line], name: str) -> str:
        saved[:] = [line if line.id else replace(line, id=f"n{n}") for n, line in enumerate(lines)]
        model.set_rows(saved)
        return ""

    model = LinesModel(EN, save, previews.append, dict)
    tester = watched(model)
    model.set_rows(saved)
    assert model.rowCount() == 3
    assert model.setData(model.index(2, Column.PRODUCT), "Trunk")
    assert model.setData(model.index(2, Column.QUANTITY), "x")
    assert model.setData(model.index(0, Column.DISCOUNT), "10")
    model.preview(model.index(0, Column.QUANTITY), "9")
    assert model.index(0, Column.TOTAL).data() == "178.20"
    model.preview(model.index(0, Column.QUANTITY), "9x")
    assert previews[-1] is None
    model.end_preview()
    model.remove([0, 1], "Remove")
    assert [line.product for line in saved] == ["Trunk"]
    assert [draft.text for _, draft in model.drafts] == ["x"]
    del tester


def test_a_line_with_price_above_list_shows_the_price(qtbot: QtBot) -> None:
    line = replace(SEAT, id="a", unit_price=Decimal(26), list_price=Decimal(24))
    model = LinesModel(EN, lambda *_: "", lambda _: None, dict)
    model.set_rows([line])
    texts = [model.index(0, column).data() for column in (Column.PRICE, Column.DISCOUNT, Column.TOTAL)]
    assert texts == ["26.00", "–", "2,210.00"]


@pytest.mark.parametrize(
    ("line", "price"),
    [
        (replace(SEAT, list_price=Decimal(24), discount=Decimal("0.05")), "22.80"),
        (replace(SEAT, list_price=None, unit_price=Decimal(24)), "24.00"),
        (replace(SEAT, list_price=Decimal(30), unit_price=Decimal(24)), "19.20"),
    ],
)
def test_quantity_times_price_less_discount_is_the_total(qtbot: QtBot, line: Line, price: str) -> None:
    """Whatever a line says of its price: typing another price keeps what is off it in percent."""
    saved = [replace(line, id="a", quantity=Decimal(1))]

    def save(lines: Sequence[Line], name: str) -> str:
        saved[:] = lines
        return ""

    model = LinesModel(EN, save, lambda _: None, dict)
    model.set_rows(saved)
    model.setData(model.index(0, Column.PRICE), "24")
    model.set_rows(saved)
    assert model.index(0, Column.PRICE).data() == "24.00"
    assert model.index(0, Column.TOTAL).data() == price


def test_events_model(qtbot: QtBot) -> None:
    saved: list[Event] = []

    def save(events: Sequence[Event], name: str) -> str:
        saved[:] = [event if event.id else replace(event, id=f"e{n}") for n, event in enumerate(events)]
        model.set_rows(saved)
        return ""

    model = EventsModel(EN, save, lambda _: None)
    tester = watched(model)
    model.set_offer(Offer(lines=(SEAT,), starts=date(2026, 5, 1)), "EUR", {})
    assert model.add(EventKind.ADD, 13) == ""
    assert model.index(0, EventColumn.MONTH).data() == "13 · May 2027"
    model.setData(model.index(0, EventColumn.KIND), "handover")
    assert (saved[0].role, saved[0].product) == (Role.CARE, "")
    model.setData(model.index(0, EventColumn.WHAT), "acquisition us")
    assert (saved[0].role, saved[0].to_us) == (Role.ACQUISITION, True)
    assert not model.flags(model.index(0, EventColumn.VALUE)) & Qt.ItemFlag.ItemIsEditable
    model.setData(model.index(0, EventColumn.MONTH), "1.5")
    assert model.drafts[0][1].text == "1.5"
    assert saved[0].month == 13
    del tester


# --- comparison -------------------------------------------------------------------------------------------------------


def test_comparison_model_holds_while_plans_come_go_and_change_places(qtbot: QtBot, session: Session) -> None:
    model = ComparisonModel(EN, lambda *_: "")
    tester = watched(model)
    comparison = compare(session, a_deal(), a_deal().offers[0])
    for deal in (a_deal(), a_deal(term=24), a_deal(SEAT), a_deal(HEADSET), a_deal()):
        for objective in Objective:
            comparison = compare(session, deal, deal.offers[0], objective=objective)
            model.set_comparison(comparison, objective, None)
            mine = [row.key for row in comparison.rows if row.key[0] in ENROLLED]
            assert [row.key for row in model.rows] == [*mine, FOLDED]
            model.unfold(model.index(model.rowCount() - 1, 0))
            others = {row.key for row in comparison.rows} - set(mine)
            assert [row.key for row in model.rows][: len(mine) + 1] == [*mine, FOLDED]
            assert {row.key for row in model.rows[len(mine) + 1 :]} == others
            model.unfold(model.index(len(mine), 0))
            for place, row in enumerate(comparison.rows):
                pays = row.totals is not None and row.estimate.status == "payable"
                shown = model.index(place, Figure.TERM).data()
                assert shown == (EN.amount(row.totals.term, "EUR") if pays and row.totals else None)
    few = replace(comparison, rows=comparison.rows[1:3])
    model.set_comparison(few, Objective.EXPECTED, None)
    model.set_comparison(comparison, Objective.EXPECTED, None)
    del tester


def test_bars_are_parts_of_the_longest(session: Session) -> None:
    model = ComparisonModel(EN, lambda *_: "")
    deal = a_deal()
    model.set_comparison(compare(session, deal, deal.offers[0]), Objective.EXPECTED, None)
    paying = [row for row in model.rows if row.totals]
    assert max(row.now + row.later for row in paying) == 1
    for row in paying:
        assert row.totals
        assert (row.now == 0) == (row.totals.upfront <= 0)


# --- levers and chart -------------------------------------------------------------------------------------------------


def test_a_trial_changes_seats_term_and_price_and_nothing_else() -> None:
    offer = a_deal().offers[0]
    assert Trial().offer(offer, "EUR") is offer
    tried = Trial(seats=Decimal("1.5"), term=48, discount=Decimal("0.1")).offer(offer, "EUR")
    assert [line.quantity for line in tried.lines] == [128, 97]  # 127.5, rounded half up; headsets are no seats
    assert [line.price for line in tried.lines] == [Decimal("19.80"), 89]  # a one-time price stays
    assert tried.term == 48


def test_the_outline_is_flat_where_nothing_is_paid() -> None:
    line = CashLine("Plan", "Plan", 0, ((0, Decimal(100)), (12, Decimal(150)), (13, Decimal(160))))
    assert outline(line, 24) == ([0, 11, 12, 13, 24], [100, 100, 150, 160, 160])


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_names_at_the_lines_ends_never_overlap(wanted: list[float]) -> None:
    placed = apart(wanted, 14, 0, 300)
    gaps = [b - a for a, b in zip(sorted(placed), sorted(placed)[1:], strict=False)]
    assert all(gap >= 13.99 for gap in gaps)
    assert all(-0.01 <= place <= 300.01 for place in placed)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    assert [placed[place] for place in order] == sorted(placed)


def test_cash_of_the_ticked_plans_is_the_desks(session: Session) -> None:
    model = ComparisonModel(EN, lambda *_: "")
    deal = a_deal()
    comparison = compare(session, deal, deal.offers[0])
    model.set_comparison(comparison, Objective.EXPECTED, None)
    cash = cash_of(model.ticked, comparison, deal.offers[0].horizon)
    assert len(cash.lines) == 3
    for line, shown in zip(cash.lines, model.ticked, strict=True):
        assert shown.totals
        assert abs(line.at(cash.months) - shown.totals.total) < Decimal("0.05")  # converted as a sum, not one by one
    table = CashModel(EN)
    tester = watched(table)
    table.show(cash, comparison.signed_month)
    table.show(Cash(), comparison.signed_month)
    table.show(cash, comparison.signed_month)
    last = table.rowCount() - 1
    assert table.index(last, 1).data() == EN.amount(cash.lines[0].at(cash.months), "EUR")
    assert table.text().splitlines()[0].split("\t")[1] == cash.lines[0].name
    del tester


# --- levers -----------------------------------------------------------------------------------------------------------


def an_open_deal(session: Session) -> OpenDeal:
    with session.step("New deal"):
        saved = session.book.deals.save(a_deal(SEAT))
    made = OpenDeal(session, EN)
    session.subscribe(made.refresh)
    made.show(saved.id)
    return made


def test_what_the_levers_try_is_saved_in_one_step(session: Session) -> None:
    opened = an_open_deal(session)
    steps = session.book.step_count
    opened.try_out(Trial(term=48, churn=Decimal("0.02")))
    assert opened.apply_trial() == ""
    assert (opened.offer.term, session.partner.assume.churn) == (48, Decimal("0.02"))
    assert session.book.step_count == steps + 1
    assert opened.trial.is_idle


def test_what_the_levers_try_is_saved_whole_or_not_at_all(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = an_open_deal(session)
    before = opened.deal, session.partner, session.book.step_count
    opened.trial = Trial(term=601, churn=Decimal("0.02"))
    assert "601" in opened.apply_trial()
    opened.trial = tried = Trial(term=48, churn=Decimal("0.02"))

    def refuse(*_args: object) -> None:
        raise BookError("not-saved", name="Apply", reason="disk full")

    monkeypatch.setattr("dealbook.gui.models.open_deal.save_deal", refuse)
    assert "disk full" in opened.apply_trial()
    assert (opened.deal, session.partner, session.book.step_count) == before
    assert opened.trial == tried
