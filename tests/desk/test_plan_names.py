"""Plans by their names, as they are chosen and typed."""

from datetime import date

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk.plan_names import plan_names, plans_called
from dealbook.desk.session import Session
from dealbook.domain.partner import Enrolment
from tests.desk.test_reach import CARRIER, YEAR


@pytest.fixture
def session(session: Session) -> Session:
    with session.step("Set up"):
        text = CARRIER.format(standing=YEAR, cap="")
        for name in ("carrier", "other"):
            own = text.replace('id = "carrier"', f'id = "{name}"').replace("Partners", name.title())
            session.book.programs.save(ProgramText(name, date(2020, 1, 1), own))
        session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", certified=True))
    return session


def test_the_partners_own_come_first_and_twins_are_told_apart(session: Session) -> None:
    names = plan_names(session)
    assert next(iter(names.items())) == (("nfon-ngage", "commission"), "NFON · Commission")
    assert names["carrier", "agent"] == "Carrier · Carrier · Agent"
    assert names["other", "agent"] == "Carrier · Other · Agent"
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NFON · Commission", [("nfon-ngage", "commission")]),
        ("nfon commission", [("nfon-ngage", "commission")]),
        ("commission nfon", [("nfon-ngage", "commission")]),
        ("nfon-ngage/commission", [("nfon-ngage", "commission")]),
        ("carrier agent", [("carrier", "agent"), ("other", "agent")]),
        ("other agent", [("other", "agent")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_plan_is_found_by_any_of_its_words(session: Session, text: str, found: list[tuple[str, str]]) -> None:
    assert plans_called(plan_names(session), text) == found
