"""Tables out of the File menu: a place is chosen, the window goes on, the outcome is said."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dealbook.desk.deals import set_stage
from dealbook.desk.export_names import TABLES
from dealbook.domain.deal import Stage
from dealbook.gui import exports
from dealbook.gui.exports import with_suffix
from dealbook.gui.models import worker
from dealbook.gui.window import Window
from dealbook.tables.reading import read_tables


@pytest.mark.parametrize("what", TABLES)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_tables_are_exported_from_the_menu(
    opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, what: str, suffix: str
) -> None:
    place = tmp_path / f"out{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(place), ""))
    opened.actions_by_name[f"export-{what}"].trigger()
    qtbot.waitUntil(lambda: opened.frame.notices.text.text() == f"Saved as {place}.")
    sheet = read_tables(place)[0]
    if what in ("deals", "payments"):
        assert sheet.rows[0].cells[1] == "Customer"
        assert {row.cells[1] for row in sheet.rows[1:]} >= {"Hansen Reederei"}


def test_no_place_no_file(opened: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    opened.actions_by_name["export-deals"].trigger()
    assert not opened.exports.is_busy
    assert opened.frame.notices.isHidden()


def test_a_table_that_cannot_be_written_is_said(opened: Window, tmp_path: Path, qtbot: QtBot) -> None:
    assert opened.session is not None
    opened.exports.start(opened.session, "deals", tmp_path / "no" / "x.csv")
    told = "The table was not written: No such file or directory."
    qtbot.waitUntil(lambda: opened.frame.notices.text.text().startswith(told))


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each slice do one piece, and tell at once."""
    monkeypatch.setattr(worker, "FIRST", 0)
    monkeypatch.setattr(worker, "SLICE", 0)
    monkeypatch.setattr(exports, "_TELL", 0)


def test_long_work_says_how_far_it_is_and_is_stopped(
    opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch)
    assert opened.session is not None
    opened.exports.start(opened.session, "forecast", tmp_path / "x.csv")
    assert opened.frame.notices.text.text() == "Forecast: 0 of 3 deals"
    opened.frame.notices.action.click()
    assert not opened.exports.is_busy
    assert opened.frame.notices.text.text() == "Stopped. Nothing was written."
    assert not (tmp_path / "x.csv").exists()


def test_a_change_meanwhile_begins_anew(
    opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow(monkeypatch)
    session, place = opened.session, tmp_path / "x.csv"
    assert session is not None
    opened.exports.start(session, "payments", place)
    assert opened.exports.is_busy
    deal = next(deal for deal in session.deals.values() if deal.stage is Stage.OPEN)
    set_stage(session, deal.id, Stage.WON)
    qtbot.waitUntil(lambda: opened.frame.notices.text.text() == f"Saved as {place}.")
    assert deal.customer in {row.cells[1] for row in read_tables(place)[0].rows}


def test_a_book_that_is_closed_meanwhile_leaves_no_half_a_file(
    opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch)
    assert opened.session is not None
    opened.exports.start(opened.session, "forecast", tmp_path / "x.csv")
    opened.close_book()
    assert not opened.exports.is_busy
    assert list(tmp_path.glob("*.csv*")) == []


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("a.csv", "XLSX (*.xlsx)", "a.csv"),
        ("a", "CSV (*.csv)", "a.csv"),
        ("a", "", "a.xlsx"),
        ("2026.04", "XLSX (*.xlsx)", "2026.04.xlsx"),
    ],
)
def test_a_name_without_a_suffix_gets_that_of_its_kind(name: str, kind: str, expected: str) -> None:
    assert with_suffix(Path(name), kind) == Path(expected)
