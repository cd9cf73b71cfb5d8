"""Editing versions: where a text comes from, drafts that govern nothing, and putting one in force."""

from dataclasses import replace
from datetime import date

import pytest

from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.desk.checking import check_text
from dealbook.desk.editing import (
    Consequence,
    Effect,
    base_text,
    consequence,
    discard,
    keep,
    new_text,
    open_text,
    put_in_force,
    start,
    succeeding_text,
    version_text,
)
from dealbook.desk.session import Session
from dealbook.domain.problem import ProblemsError
from dealbook.programs.reader import read_program
from dealbook.programs.textedit import set_value

NFON = "nfon-ngage"
DAY = date(2022, 1, 1)


def test_the_text_of_a_version_is_the_partners_own_else_the_shipped_one(session: Session) -> None:
    shipped = version_text(session, NFON, DAY)
    assert 'id = "nfon-ngage"' in shipped
    with session.step("x"):
        session.book.programs.save(ProgramText(NFON, DAY, f"# mine\n{shipped}"))
    assert version_text(session, NFON, DAY) == f"# mine\n{shipped}"


@pytest.mark.parametrize("day", [date(2022, 1, 2), date(1999, 1, 1)])
def test_a_day_on_which_no_version_begins_has_no_text(session: Session, day: date) -> None:
    with pytest.raises(KeyError, match="nfon-ngage"):
        version_text(session, NFON, day)


# --- drafts


def test_a_draft_governs_nothing_and_each_change_is_one_step(session: Session) -> None:
    opened = open_text(session, NFON, DAY)
    assert opened.draft.id == ""
    catalog, steps = session.catalog, session.book.step_count
    one = keep(session, opened.draft, opened.base_text + "# 1\n", opened.base_text)
    two = keep(session, one, opened.base_text + "# 2\n", opened.base_text)
    assert keep(session, two, two.text, opened.base_text) == two
    assert (one.id, session.book.step_count) == (two.id, steps + 2)
    assert open_text(session, NFON, DAY).draft == two
    assert session.catalog is catalog
    session.undo()
    assert open_text(session, NFON, DAY).draft == one


def test_a_draft_that_says_what_its_version_says_is_taken_away(session: Session) -> None:
    opened = open_text(session, NFON, DAY)
    draft = keep(session, opened.draft, "x", opened.base_text)
    assert keep(session, draft, opened.base_text, opened.base_text).id == ""
    assert session.book.drafts.all() == ()


def test_a_draft_is_discarded_and_comes_back(session: Session) -> None:
    draft = start(session, 'x = = 1\n[program]\nid = "acme"\n')
    assert draft.program == "acme"
    assert base_text(session, draft) == ""
    discard(session, draft)
    discard(session, replace(draft, id=""))
    assert session.book.drafts.all() == ()
    session.undo()
    assert session.book.drafts.all() == (draft,)


# --- in force


def test_a_text_is_put_in_force_as_one_step(session: Session) -> None:
    opened = open_text(session, NFON, DAY)
    text = opened.base_text.replace('rate = "$commission"', 'rate = "20%"')
    draft = keep(session, opened.draft, text, opened.base_text)
    steps = session.book.step_count
    program = put_in_force(session, draft)
    assert session.book.step_count == steps + 1
    assert session.catalog.versions[NFON][-1] == program
    assert version_text(session, NFON, DAY) == text
    assert session.book.drafts.all() == ()
    session.undo()
    assert version_text(session, NFON, DAY) == opened.base_text
    assert session.book.drafts.all() == (draft,)


@pytest.mark.parametrize("wrong", ["x = = 1", "[program]\n", 'rate = "1y"', ""])
def test_a_text_that_does_not_parse_never_replaces_the_version_in_force(session: Session, wrong: str) -> None:
    before = version_text(session, NFON, DAY)
    text = before.replace('rate = "$commission"', wrong) if wrong.startswith("rate") else wrong
    draft = start(session, text, program_id=NFON, base=f"{NFON}/{DAY}.toml")
    steps, catalog = session.book.step_count, session.catalog
    with pytest.raises(ProblemsError):
        put_in_force(session, draft)
    assert session.book.step_count == steps
    assert session.book.programs.texts() == ()
    assert session.catalog is catalog
    assert session.catalog.problems == ()
    assert session.book.drafts.all() == (draft,)


def test_what_putting_in_force_would_do(session: Session) -> None:
    text = version_text(session, NFON, DAY)
    later = succeeding_text(text, date(2026, 7, 1))

    def found(one: str) -> Consequence:
        return consequence(session, read_program(one), one)

    assert found(text) == Consequence(Effect.NOTHING, DAY, None, for_all=False)
    assert found(f"{text}# x\n").effect is Effect.REPLACES_SHIPPED
    assert found(later) == Consequence(Effect.NEW_VERSION, date(2026, 7, 1), None, for_all=False)
    assert found(text.replace('"nfon-ngage"', '"other"')).effect is Effect.NEW_PROGRAM
    put_in_force(session, Draft(program=NFON, base="", text=f"{text}# x\n"))
    assert found(text).effect is Effect.REPLACES_OWN
    earlier = version_text(session, NFON, date(2016, 1, 1))
    all_deals = set_value(earlier, ("program", "applies_to"), '"all-deals"')
    assert found(all_deals) == Consequence(Effect.REPLACES_SHIPPED, date(2016, 1, 1), DAY, for_all=True)


def test_the_version_after_a_version(session: Session) -> None:
    text = version_text(session, NFON, DAY)
    assert text.count("\n") == succeeding_text(text, date(2026, 7, 1)).count("\n")
    assert 'version = "2026"' in succeeding_text(text, date(2026, 7, 1))
    assert 'version = "2022-07"' in succeeding_text(text, date(2022, 7, 1)), "2022 is taken"
    assert succeeding_text("x = = 1", DAY) == "x = = 1"


def test_the_frame_of_a_new_program_is_right(session: Session) -> None:
    text = new_text(date(2026, 6, 17), "USD")
    program = read_program(text)
    assert (program.currency, program.effective_from) == ("USD", date(2026, 1, 1))
    assert consequence(session, program, text).effect is Effect.NEW_PROGRAM
    assert check_text(text) == []
