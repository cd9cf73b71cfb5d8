"""A contract's value that is a table: rows come and go, each change a step, and nothing that the language refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dealbook.desk.contract_tables import TABLE_FACTS, Table, rate_raw, set_table, table_of
from dealbook.desk.programs import InputRow, change_enrolment, enrol, enrolment_of, input_rows
from dealbook.desk.session import Session
from dealbook.domain.partner import Raw
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.sections import Reader, parse_figure
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Bands

AVAYA, NGAGE = "avaya-cloud-fr", "foerdenetz"
DAY = date(2026, 6, 1)


def row(session: Session, name: str = "bonus") -> InputRow:
    """Return an input."""
    return next(one for one in input_rows(session, AVAYA, DAY) if one.input.name == name)


def given_value(session: Session) -> object:
    """Return what the book has."""
    enrolment = enrolment_of(session, AVAYA)
    return enrolment.inputs.get("bonus") if enrolment else None


def test_rows_come_and_go_step_by_step(session: Session) -> None:
    enrol(session, AVAYA)
    table = Table("term").with_row("36", "8x")
    assert set_table(session, AVAYA, "bonus", table) == []
    assert set_table(session, AVAYA, "bonus", table.with_row("12", "2x"), assumed=True) == []
    assert given_value(session) == {"by": "term", "12": "2x", "36": "8x"}
    known = enrolment_of(session, AVAYA)
    assert known is not None
    assert known.assumed == {"bonus"}
    read = table_of(row(session))
    assert read is not None
    assert list(read.rows) == ["12", "36"]
    assert set_table(session, AVAYA, "bonus", read.without_row("12").without_row("36")) == []
    assert given_value(session) is None
    assert session.book.undo_name == "Clear contract value"
    for expected in ({"by": "term", "12": "2x", "36": "8x"}, {"by": "term", "36": "8x"}, None):
        session.undo()
        assert given_value(session) == expected


def test_what_is_wrong_is_not_saved(session: Session) -> None:
    enrol(session, AVAYA)
    steps = session.book.step_count
    for table, code in (
        (Table("term", {"12": "abc"}), "not-a-rate"),
        (Table("term", {"x": "2x"}), "bad-row"),
        (Table("certificates", {"a": "2x"}), "wrong-table-fact"),
        (Table("term", {"12": "2x", "12.0": "3x"}), "double-row"),
    ):
        assert [problem.code for problem in set_table(session, AVAYA, "bonus", table)] == [code]
    assert [p.code for p in set_table(session, "nec-univerge-blue", "spiff", Table("term", {"1": "1x"}))] == [
        "not-enrolled"
    ]
    assert session.book.step_count == steps


def test_a_row_that_gets_another_key_leaves_its_old_one() -> None:
    table = Table("term", {"12": "2x", "36": "8x"})
    assert dict(table.with_row("48", "2x", instead="12").rows) == {"36": "8x", "48": "2x"}
    assert list(Table("customer_kind", {"else": "1x"}).with_row("new", "2x").rows) == ["new", "else"]


def test_the_same_table_again_is_no_step(session: Session) -> None:
    enrol(session, AVAYA)
    table = Table("term", {"12": "2x"})
    set_table(session, AVAYA, "bonus", table)
    steps = session.book.step_count
    assert set_table(session, AVAYA, "bonus", table) == []
    assert session.book.step_count == steps


def test_what_else_a_table_says_stays(session: Session) -> None:
    made = enrol(session, AVAYA)
    raw: Raw = {"by": "seats", "of": "ccaas", "mode": "whole", "1": "1x", "10": {"by": "term", "12": "2x"}}
    change_enrolment(session, replace(made, inputs={"bonus": raw}), "Import")
    table = table_of(row(session))
    assert table is not None
    assert not table.is_flat
    assert table.raw == raw


def test_the_programs_own_table_becomes_the_contracts(session: Session) -> None:
    value = Bands("term", None, (Decimal(12), Decimal(36)), ())
    assert table_of(replace(row(session), value=None)) is None
    reader = Reader()
    read = ValueReader(reader, "rate", frozenset()).read({"by": "term", "12": "2.5x", "36": "15%"}, "v")
    assert isinstance(read, Bands)
    table = table_of(replace(row(session), value=read))
    assert table is not None
    assert table.raw == {"by": "term", "12": "2.5x", "36": "15%"}
    assert value.keys == read.keys
    days = ValueReader(reader, "rate", frozenset()).read({"by": "signed", "2026-01-01": "0.5"}, "v")
    made = table_of(replace(row(session), value=days))
    assert made is not None
    assert made.raw == {"by": "signed", "2026-01-01": "50%"}


def test_every_fact_that_is_offered_can_key_a_table() -> None:
    keys = {Kind.NUMBER: "1", Kind.DAY: "2026-01-01", Kind.FLAG: "true", Kind.TEXT: "x"}
    for fact in TABLE_FACTS:
        spec = FACTS[fact]
        key = spec.choices[0] if spec.choices else "ucaas" if fact == "category" else keys[spec.kind]
        reader = Reader()
        ValueReader(reader, "rate", frozenset()).read(Table(fact, {key: "1x"}).raw, "v")
        assert not reader.problems, (fact, reader.problems)
    assert len(set(TABLE_FACTS)) == len(TABLE_FACTS)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 12)), max_size=8), st.integers(0, 120))
def test_rows_stay_in_order_whatever_comes(rows: list[tuple[int, int]], gone: int) -> None:
    table = Table("term")
    for key, figure in rows:
        table = table.with_row(str(key), f"{figure}x")
    expected = dict(rows)
    assert [(int(key), raw) for key, raw in table.rows.items()] == [(k, f"{expected[k]}x") for k in sorted(expected)]
    expected.pop(gone, None)
    assert {int(key) for key in table.without_row(str(gone)).rows} == expected.keys()


@given(st.decimals(0, 1000, places=4))
def test_a_rate_is_written_as_it_is_read(rate: Decimal) -> None:
    assert parse_figure(rate_raw(rate)) == rate
