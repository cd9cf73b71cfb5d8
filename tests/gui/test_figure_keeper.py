"""Stored figures are kept up to date while nobody looks, and nobody waits for that."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dealbook.desk.deals import set_stage
from dealbook.desk.session import Session
from dealbook.domain.deal import Stage
from dealbook.gui import figure_keeper
from dealbook.gui.figure_keeper import FigureKeeper
from dealbook.gui.window import Window


def payments(path: Path) -> list[tuple[str, float, int]]:
    """Return what another program reads."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT customer, amount, up_to_date FROM payments ORDER BY 1, 2").fetchall()


@pytest.fixture
def keeper(opened: Window) -> FigureKeeper:
    assert opened.figures.is_waiting
    return opened.figures


@pytest.fixture
def session(opened: Window) -> Session:
    assert opened.session is not None
    return opened.session


def stored(keeper: FigureKeeper, qtbot: QtBot) -> None:
    """Let it begin now, and wait until it is done."""
    with qtbot.waitSignal(keeper.stored):
        keeper.look()


def test_a_book_that_is_left_alone_gets_its_figures(keeper: FigureKeeper, session: Session, qtbot: QtBot) -> None:
    assert payments(session.book.path) == []
    stored(keeper, qtbot)
    found = payments(session.book.path)
    assert {one[2] for one in found} == {1}
    assert "Hansen Reederei" in {one[0] for one in found}
    assert (keeper.is_busy, keeper.is_waiting) == (False, False)


def test_a_change_begins_the_waiting_anew_and_undo_too(keeper: FigureKeeper, session: Session, qtbot: QtBot) -> None:
    stored(keeper, qtbot)
    deal = next(deal for deal in session.deals.values() if deal.stage is Stage.OPEN)
    set_stage(session, deal.id, Stage.LOST)
    assert keeper.is_waiting
    assert {one[2] for one in payments(session.book.path)} == {0}
    stored(keeper, qtbot)
    assert deal.customer not in {one[0] for one in payments(session.book.path)}
    session.undo()
    assert keeper.is_waiting
    stored(keeper, qtbot)
    assert deal.customer in {one[0] for one in payments(session.book.path)}


def test_a_change_stops_what_is_being_worked_out(keeper: FigureKeeper, session: Session) -> None:
    keeper.look()
    assert keeper.is_busy
    deal = next(iter(session.deals.values()))
    set_stage(session, deal.id, Stage.LOST)
    assert (keeper.is_busy, keeper.is_waiting) == (False, True)


def test_nothing_is_worked_out_twice(keeper: FigureKeeper, qtbot: QtBot) -> None:
    stored(keeper, qtbot)
    keeper.look()
    assert not keeper.is_busy


def test_a_book_is_closed_at_once(keeper: FigureKeeper, opened: Window, session: Session) -> None:
    keeper.look()
    keeper.go_on()
    opened.close_book()
    assert (keeper.is_busy, keeper.is_waiting) == (False, False)
    keeper.look()
    keeper.go_on()
    assert not keeper.is_busy


def test_a_step_that_stays_open_is_left_alone(keeper: FigureKeeper, session: Session) -> None:
    keeper.look()
    with session.step("Import"):
        keeper.go_on()
        assert (keeper.is_busy, keeper.is_waiting) == (False, True)
        keeper.look()
        assert (keeper.is_busy, keeper.is_waiting) == (False, True)


def test_a_book_that_cannot_be_written_now_is_left_alone_in_silence(
    keeper: FigureKeeper, session: Session, opened: Window
) -> None:
    with closing(sqlite3.connect(session.book.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keeper.look()
        while keeper.is_busy:
            keeper.go_on()
        other.execute("ROLLBACK")
    assert opened.frame.notices.isHidden()
    assert payments(session.book.path) == []


def test_a_very_large_book_is_left_to_the_command(keeper: FigureKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_keeper, "MOST", 3)
    keeper.look()
    assert not keeper.is_busy


def test_it_begins_by_itself(window: Window, book_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_keeper, "QUIET", 1)
    with qtbot.waitSignal(window.figures.stored):
        window.open_book(book_path)
    assert payments(book_path)
