"""Stored figures: what the engine says, for programs without it, and true about whether they still hold."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from click.testing import CliRunner

from dealbook.book.connection import open_book
from dealbook.book.contrast import contrast
from dealbook.book.errors import BookError
from dealbook.cli import main
from dealbook.desk import figures
from dealbook.desk.compare import expected_of
from dealbook.desk.deals import remove_deal
from dealbook.desk.figures import Written, are_current, figuring
from dealbook.desk.forecast import forecast
from dealbook.desk.forecast_rows import Question
from dealbook.desk.ladder import ladder
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Stage
from dealbook.domain.months import month_index, month_start
from dealbook.earnings.forecast import MONTHS, Levers
from dealbook.earnings.payments import by_month
from tests.book.records import dump

TODAY = date(2026, 4, 10)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample book with its figures stored, closed."""
    path = tmp_path_factory.mktemp("whole") / "Sample.dealbook"
    make_sample_book(path)
    session = Session(open_book(path))
    figuring(session, TODAY).finish()
    session.close()
    return path


@pytest.fixture
def session(whole: Path, tmp_path: Path) -> Iterator[Session]:
    """A session on a copy of it."""
    path = tmp_path / "Sample.dealbook"
    copyfile(whole, path)
    made = Session(open_book(path))
    yield made
    made.close()


def read(path: Path, sql: str, *values: str) -> list[dict[str, Any]]:
    """Return what another program reads."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def holds(session: Session) -> set[int]:
    """Return what the views say about whether they are up to date."""
    views = ("figures", "payments", "standing")
    return {row["up_to_date"] for view in views for row in read(session.book.path, f"SELECT up_to_date FROM {view}")}


def rename(session: Session, name: str = "Somebody else") -> None:
    """Make a step."""
    deal = next(iter(session.deals.values()))
    with session.step("Rename"):
        session.book.deals.save(replace(deal, title=name))


# --- what they say


def test_payments_are_those_of_the_engine_month_by_month(session: Session) -> None:
    until = month_index(TODAY) + MONTHS
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in read(session.book.path, "SELECT * FROM payments WHERE stage = 'won'"):
        found[row["deal_id"]][row["month"]] += row["amount"]
    won = [deal for deal in session.deals.values() if deal.stage is Stage.WON]
    assert len(won) > 5
    for deal in won:
        told = expected_of(session, deal)
        assert told is not None
        expected = {
            month_start(month).isoformat(): float(amount)
            for month, amount in by_month(told.estimate.payments).items()
            if month < until
        }
        assert found.pop(deal.id, {}) == pytest.approx(expected)
    assert not found


def test_payments_add_up_to_the_forecast(session: Session) -> None:
    told = forecast(session, Question(day=TODAY, levers=Levers()))
    euro = {program["program"] for program in read(session.book.path, "SELECT * FROM payments WHERE currency = 'EUR'")}
    checked = 0
    for series in told.contracted.programs:
        if series.key not in euro:
            continue
        rows = read(
            session.book.path,
            "SELECT month, SUM(amount) AS amount FROM payments WHERE stage = 'won' AND program = ? AND month >= ? "
            "GROUP BY month",
            series.key,
            "2026-04-01",
        )
        found = {row["month"]: Decimal(str(round(row["amount"], 2))) for row in rows}
        for ahead, amount in enumerate(series.months):
            assert found.get(month_start(told.first + ahead).isoformat(), Decimal(0)) == amount
        checked += 1
    assert checked >= 2


def test_an_open_deal_counts_as_in_the_forecast(session: Session) -> None:
    rows = read(session.book.path, "SELECT DISTINCT deal_id, plan, probability FROM payments WHERE stage = 'open'")
    assert len(rows) > 5
    for row in rows:
        deal = session.deals[row["deal_id"]]
        best = expected_of(session, deal)
        assert best is not None
        assert row["plan"] == best.estimate.plan
        assert row["probability"] == float(deal.probability)
    late = next(deal for deal in session.deals.values() if deal.stage is Stage.OPEN)
    before = read(session.book.path, "SELECT MIN(month) AS m FROM payments WHERE deal_id = ?", late.id)[0]["m"]
    figuring(session, date(late.signed.year + 1, late.signed.month, 1)).finish()
    after = read(session.book.path, "SELECT MIN(month) AS m FROM payments WHERE deal_id = ?", late.id)[0]["m"]
    assert int(after[:4]) == int(before[:4]) + 1
    assert after[4:] == before[4:]


def test_a_deal_that_nothing_pays_stands_in_unpaid_with_its_reason(session: Session) -> None:
    deal = next(deal for deal in session.deals.values() if deal.stage is Stage.OPEN)
    with session.step("Empty"):
        session.book.deals.save(replace(deal, offers=(), chosen=None))
    figuring(session, TODAY).finish()
    (row,) = read(session.book.path, "SELECT * FROM unpaid WHERE deal_id = ?", deal.id)
    assert (row["customer"], row["reason"], row["up_to_date"]) == (deal.customer, "faulty", 1)
    assert not read(session.book.path, "SELECT * FROM payments WHERE deal_id = ?", deal.id)


def test_the_standing_is_that_of_the_programs_page(session: Session) -> None:
    rows = read(session.book.path, "SELECT * FROM standing")
    assert {row["program"] for row in rows} >= {"nfon-ngage", "content-cloud"}
    for row in rows:
        now = ladder(session, row["program"], TODAY)
        assert now is not None
        figure = next(one for one in now.figures if one.fact == row["fact"])
        assert row["value"] == pytest.approx(float((figure.opening or 0) + figure.book))
        assert (row["tier"], row["period_from"], row["period_to"], row["day"]) == (
            *(now.tier, now.first.isoformat(), now.last.isoformat(), TODAY.isoformat()),
        )
        if now.quota is not None and now.quota.fact == row["fact"] and now.quota.target:
            assert row["target"] == pytest.approx(float(now.quota.target))
            assert row["attainment"] == pytest.approx(float(now.quota.attainment or 0))
        else:
            assert row["attainment"] is None
    assert any(row["attainment"] is not None for row in rows)


def test_a_program_that_was_left_has_no_standing(session: Session) -> None:
    member = next(one for one in session.enrolments if one.program == "nfon-ngage")
    with session.step("Leave"):
        session.book.partner.save_enrolment(replace(member, until=TODAY))
    figuring(session, TODAY).finish()
    assert not read(session.book.path, "SELECT * FROM standing WHERE program = 'nfon-ngage'")


# --- whether they hold


def test_figures_hold_until_the_next_step_and_after_its_undo(session: Session) -> None:
    assert (holds(session), are_current(session, TODAY)) == ({1}, True)
    rename(session)
    assert (holds(session), are_current(session, TODAY)) == ({0}, False)
    session.undo()
    assert holds(session) == {1}
    session.redo()
    assert holds(session) == {0}
    figuring(session, TODAY).finish()
    assert holds(session) == {1}
    session.undo()
    assert holds(session) == {0}


def test_a_step_in_the_place_of_an_undone_one_is_another_step(session: Session) -> None:
    rename(session, "One")
    figuring(session, TODAY).finish()
    session.undo()
    rename(session, "Two")
    assert holds(session) == {0}


def test_figures_of_another_month_or_another_dealbook_are_worked_out_anew(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert are_current(session, date(2026, 4, 30))
    assert not are_current(session, date(2026, 5, 1))
    monkeypatch.setattr(figures, "__version__", "99")
    assert not are_current(session, TODAY)


def test_figures_that_are_there_are_not_written_again(session: Session) -> None:
    before = session.book._db.conn.total_changes
    figuring(session, TODAY).finish()
    standings = len(read(session.book.path, "SELECT * FROM standing"))
    assert session.book._db.conn.total_changes - before == 2 * standings + 1  # those anew, and the state
    rename(session, "Only this one")
    before = session.book._db.conn.total_changes
    figuring(session, TODAY).finish()
    assert session.book._db.conn.total_changes - before == 2 * standings + 1  # a title moves no figure


def test_figures_are_no_part_of_the_history(session: Session) -> None:
    rename(session)
    before = dump(session.book.path), session.book.step_count, session.book.undo_name
    figuring(session, TODAY).finish()
    assert (dump(session.book.path), session.book.step_count, session.book.undo_name) == before


def test_a_deal_that_goes_takes_its_figures_along_and_undo_brings_only_the_deal(session: Session) -> None:
    quoted = {quote.deal_id for quote in session.book.quotes.all()}
    deal = next(d for d in session.deals.values() if d.stage is Stage.WON and d.id not in quoted)
    remove_deal(session, deal.id)
    for table in ("figure_deal", "figure_payment"):
        column = "id" if table == "figure_deal" else "deal_id"
        assert not read(session.book.path, f"SELECT * FROM {table} WHERE {column} = ?", deal.id)
    session.undo()
    assert not read(session.book.path, "SELECT * FROM payments WHERE deal_id = ?", deal.id)
    assert (holds(session), are_current(session, TODAY)) == ({0}, False), "though no step was made since"
    figuring(session, TODAY).finish()
    assert (holds(session), are_current(session, TODAY)) == ({1}, True)
    assert read(session.book.path, "SELECT * FROM payments WHERE deal_id = ?", deal.id)


def test_a_lost_deal_is_paid_no_more(session: Session) -> None:
    deal = next(deal for deal in session.deals.values() if deal.stage is Stage.OPEN)
    with session.step("Lost"):
        session.book.deals.save(replace(deal, stage=Stage.LOST))
    figuring(session, TODAY).finish()
    assert not read(session.book.path, "SELECT * FROM payments WHERE deal_id = ?", deal.id)


def test_a_backup_differs_in_nothing_that_a_person_made(session: Session, tmp_path: Path) -> None:
    backup = tmp_path / "backup.dealbook"
    with closing(sqlite3.connect(session.book.path)) as source, closing(sqlite3.connect(backup)) as target:
        source.execute("SELECT 1 FROM deal").fetchone()
        source.backup(target)
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("DELETE FROM figure_payment")
        connection.commit()
    found = contrast(session.book.path, backup, is_open=True)
    assert found is not None
    assert found.is_none


# --- writing


def test_many_deals_are_written_in_parts_and_say_so_meanwhile(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = read(session.book.path, "SELECT * FROM payments")
    session.book._db.execute("DELETE FROM figure_deal")
    session.book._db.execute("DELETE FROM figure_payment")
    session.book._db.conn.commit()
    monkeypatch.setattr(figures, "_PIECE", 3)
    work = figuring(session, TODAY)
    for _ in range(10):
        assert work.step()
    assert session.book.figures.state() is None
    assert holds(session) == {0}
    work.stop()
    assert holds(session) == {0}
    assert not are_current(session, TODAY)
    figuring(session, TODAY).finish()
    assert read(session.book.path, "SELECT * FROM payments") == complete


def test_a_stopped_work_leaves_what_was_there(session: Session) -> None:
    rename(session)
    before = read(session.book.path, "SELECT * FROM payments")
    work = figuring(session, TODAY)
    while work.done < work.total - 1:
        assert work.step()
    work.stop()
    assert read(session.book.path, "SELECT * FROM payments") == before


def test_nobody_waits_for_another_program(session: Session) -> None:
    rename(session)
    with closing(sqlite3.connect(session.book.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said: list[str] = []
        session.book._db.conn.set_trace_callback(said.append)
        with pytest.raises(BookError) as refused:
            figuring(session, TODAY).finish()
        session.book._db.conn.set_trace_callback(None)
        other.execute("ROLLBACK")
    assert said.index("PRAGMA busy_timeout = 0") < min(at for at, text in enumerate(said) if text.startswith("BEGIN"))
    assert refused.value.code == "not-saved"
    assert holds(session) == {0}
    assert session.book._db.execute("PRAGMA busy_timeout").fetchone()[0] > 0
    figuring(session, TODAY).finish()
    assert holds(session) == {1}


def test_a_damaged_book_is_not_written(session: Session) -> None:
    rename(session)
    session.book.condemn("page 7")
    with pytest.raises(BookError):
        figuring(session, TODAY).finish()
    assert holds(session) == {0}


def test_figures_are_not_written_into_a_step(session: Session) -> None:
    with session.step("Open"), pytest.raises(RuntimeError):
        figuring(session, TODAY).finish()


# --- the command


def test_the_command_stores_them(tmp_path: Path) -> None:
    path = tmp_path / "Sample.dealbook"
    make_sample_book(path)
    result = CliRunner().invoke(main, ["figures", str(path)], env={"LC_ALL": "en_US.UTF-8"})
    assert result.exit_code == 0
    assert result.output.startswith("Stored as of ")
    payments = len(read(path, "SELECT * FROM payments"))
    deals = len(read(path, "SELECT DISTINCT deal_id FROM payments"))
    standings = len(read(path, "SELECT * FROM standing"))
    assert f"{payments:,} payments of {deals} deals, {standings} figures" in result.output


def test_the_command_refuses_a_book_that_is_open(session: Session) -> None:
    result = CliRunner().invoke(main, ["figures", str(session.book.path)], env={"LC_ALL": "en_US.UTF-8"})
    assert result.exit_code == 2
    assert "is open already" in result.output


def test_what_is_written_is_counted(session: Session) -> None:
    found = figuring(session, TODAY).finish()
    assert found == Written(
        TODAY,
        len(read(session.book.path, "SELECT DISTINCT deal_id FROM payments")),
        len(read(session.book.path, "SELECT * FROM payments")),
        len(read(session.book.path, "SELECT * FROM standing")),
    )
