"""Program files in and out, and the versions of a program on the line of time."""

import os
from datetime import date
from pathlib import Path

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk.editing import version_text
from dealbook.desk.program_files import (
    MOST,
    Arrival,
    export_name,
    export_version,
    judged,
    keep_as_draft,
    read_file,
    take_in,
)
from dealbook.desk.program_versions import pin, remove_own, unreadable, version_spans
from dealbook.desk.programs import Show, enrol, enrolment_of, found, program_rows
from dealbook.desk.session import Session
from dealbook.programs.catalog import shipped

NFON = "nfon-ngage"
FIRST, SECOND = date(2016, 1, 1), date(2022, 1, 1)
DAY = date(2026, 6, 1)


@pytest.fixture
def ngage() -> str:
    """The text of Ngage as it ships."""
    return dict(shipped())[f"{NFON}/2022-01-01.toml"]


def later(text: str) -> str:
    """Return the text as a version of 2027."""
    return text.replace("effective_from = 2022-01-01", "effective_from = 2027-01-01").replace('"2022"', '"2027"')


# --- in


def test_a_file_comes_in_as_one_step(session: Session, ngage: str, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text(f"\N{ZERO WIDTH NO-BREAK SPACE}{later(ngage)}", encoding="utf-8")
    (arrived,) = take_in(session, [read_file(file)])
    assert arrived.arrival is Arrival.NEW_VERSION
    assert arrived.program.version == "2027"
    assert [one.version for one in session.catalog.versions[NFON]] == ["2016", "2022", "2027"]
    assert session.book.undo_name == "Import program version"
    session.undo()
    assert [one.version for one in session.catalog.versions[NFON]] == ["2016", "2022"]


def test_what_taking_in_does_is_told(session: Session, ngage: str) -> None:
    changed = ngage.replace('value = "15%"', 'value = "14%"')
    other = ngage.replace(f'"{NFON}"', '"another"')
    for text, arrival in (
        (ngage, Arrival.SAME),
        (changed, Arrival.REPLACED_SHIPPED),
        (changed, Arrival.SAME),
        (ngage + "\n", Arrival.REPLACED_OWN),
        (other, Arrival.NEW_PROGRAM),
    ):
        steps = session.book.step_count
        assert [one.arrival for one in take_in(session, [judged("x.toml", text)])] == [arrival]
        assert session.book.step_count == steps + (arrival is not Arrival.SAME)


def test_several_files_are_one_step_and_wrong_ones_stay_out(session: Session, ngage: str) -> None:
    wrong = judged("wrong.toml", ngage.replace("covers =", "cover ="))
    assert wrong.program is None
    assert {problem.code for problem in wrong.problems} == {"unknown-key", "missing-key"}
    assert all(problem.facts.get("line") for problem in wrong.problems)
    right = [judged("a.toml", later(ngage)), wrong, judged("b.toml", later(ngage) + "\n")]
    arrived = take_in(session, right)
    assert [one.arrival for one in arrived] == [Arrival.NEW_VERSION, Arrival.REPLACED_OWN]
    assert session.book.step_count == 1
    assert take_in(session, [wrong]) == ()
    assert session.book.step_count == 1


def test_a_wrong_text_is_kept_as_a_draft(session: Session) -> None:
    draft = keep_as_draft(session, judged("x.toml", "format = "))
    assert session.book.drafts.all() == (draft,)
    assert draft.text == "format = "
    session.undo()
    assert session.book.drafts.all() == ()


def test_no_more_is_read_than_a_program_may_have(tmp_path: Path) -> None:
    file = tmp_path / "big.toml"
    file.write_bytes(b"#" * (MOST + 10))
    big = read_file(file)
    assert (big.program, big.text) == (None, "")
    assert [(one.code, one.facts["found"]) for one in big.problems] == [("too-long", str(MOST + 10))]
    file.write_bytes(b"\xff\xfe\x00")
    binary = read_file(file)
    assert (binary.text, binary.problems[0].code) == ("", "not-toml")
    with pytest.raises(OSError, match="directory"):
        read_file(tmp_path)


# --- out


def test_a_version_goes_out_word_by_word(session: Session, ngage: str, tmp_path: Path) -> None:
    target = tmp_path / "out.toml"
    export_version(session, NFON, SECOND, target)
    assert target.read_text(encoding="utf-8") == ngage
    assert read_file(target).program == session.catalog.versions[NFON][1]
    assert export_name(session.catalog.versions[NFON][1]) == "nfon-ngage-2022-01-01.toml"
    with pytest.raises(KeyError):
        export_version(session, NFON, date(2020, 1, 1), target)


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "out.toml"
    target.write_text("before", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        export_version(session, NFON, SECOND, target)
    assert [file.name for file in folder.iterdir()] == ["out.toml"]
    assert target.read_text(encoding="utf-8") == "before"


# --- versions


def test_versions_follow_one_another(session: Session, ngage: str) -> None:
    first, second = version_spans(session, NFON, DAY)
    assert (first.first, first.until, first.is_in_force) == (FIRST, SECOND, False)
    assert (second.first, second.until, second.is_in_force) == (SECOND, None, True)
    assert not any(span.is_own or span.is_pinned or span.hides_shipped for span in (first, second))
    take_in(session, [judged("a", later(ngage)), judged("b", ngage + "\n")])
    spans = version_spans(session, NFON, DAY)
    assert [(one.is_own, one.hides_shipped) for one in spans] == [(False, False), (True, True), (True, False)]
    assert [one.is_in_force for one in spans] == [False, True, False]
    assert spans[1].until == date(2027, 1, 1)
    assert version_spans(session, "nobody", DAY) == ()


def test_a_version_can_end_before_the_next_one(session: Session, ngage: str) -> None:
    ended = ngage.replace("effective_from = 2022-01-01", "effective_from = 2022-01-01\neffective_until = 2026-03-01")
    take_in(session, [judged("a", later(ngage)), judged("b", ended)])
    spans = version_spans(session, NFON, DAY)
    assert [span.until for span in spans] == [SECOND, date(2026, 3, 1), None]
    assert not any(span.is_in_force for span in spans)  # in the hole between the two


def test_pinning_is_a_step(session: Session) -> None:
    enrol(session, NFON)
    pin(session, NFON, "2016")
    assert [one.is_pinned for one in version_spans(session, NFON, DAY)] == [True, False]
    assert session.book.undo_name == "Pin program version"
    pin(session, NFON, None)
    known = enrolment_of(session, NFON)
    assert known is not None
    assert known.version is None
    with pytest.raises(KeyError):
        pin(session, "nec-univerge-blue", None)


def test_removing_an_own_version_brings_the_shipped_one_back(session: Session, ngage: str) -> None:
    take_in(session, [judged("a", ngage.replace('value = "15%"', 'value = "14%"'))])
    assert "14%" in version_text(session, NFON, SECOND)
    remove_own(session, NFON, SECOND)
    assert version_text(session, NFON, SECOND) == ngage
    assert session.book.undo_name == "Remove own program version"
    session.undo()
    assert "14%" in version_text(session, NFON, SECOND)
    with pytest.raises(KeyError):
        remove_own(session, NFON, FIRST)


def test_a_version_that_cannot_be_read_is_named(session: Session) -> None:
    with session.step("Spoil"):
        session.book.programs.save(ProgramText(NFON, SECOND, "format = 9"))
    assert {problem.facts["file"] for problem in unreadable(session, NFON)} == {f"{NFON}/2022-01-01.toml"}
    assert unreadable(session, "avaya-cloud-fr") == ()


def test_parts_of_the_catalogue(session: Session, ngage: str) -> None:
    enrol(session, NFON)
    take_in(session, [judged("a", ngage.replace(f'"{NFON}"', '"mine"'))])
    rows = program_rows(session, DAY)
    assert rows[0].id == NFON  # enrolled ones first
    assert [row.id for row in found(rows, "", Show.ENROLLED)] == [NFON]
    assert [row.id for row in found(rows, "", Show.OWN)] == ["mine"]
    assert all(row.has_left or not row.is_in_force for row in found(rows, "", Show.HISTORY))
    assert len(found(rows, "")) == len(rows)
    assert [row.id for row in found(rows, "ngage nfon", Show.OWN)] == ["mine"]
