"""Editing versions: where a text comes from, drafts that govern nothing, and putting one in force."""

from datetime import date

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk.editing import version_text
from dealbook.desk.session import Session

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
