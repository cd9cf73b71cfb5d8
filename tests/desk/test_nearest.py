"""The steps of the sample book's deals in words, in every language."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dealbook import paths
from dealbook.book.connection import open_book
from dealbook.desk import nearest_words
from dealbook.desk.compare import TOTALS, compare
from dealbook.desk.demo import shown_deal
from dealbook.desk.nearest import NextStep, next_steps
from dealbook.desk.nearest_words import step_words
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal
from dealbook.earnings.asks import MOVABLE, Reason
from dealbook.language import language
from tests.desk.test_wording import spoken

SENTENCES = {
    *(text for forms in (*nearest_words.MORE.values(), *nearest_words.FEWER.values()) for text in forms),
    *nearest_words.CHANGES.values(),
    *nearest_words.REACHED.values(),
    *(nearest_words.AND, nearest_words.STEP, nearest_words.OWN, nearest_words.BEST, nearest_words.ONLY),
    *(nearest_words.STAYS, nearest_words.WITH, nearest_words.ELSEWHERE),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    path: Path = tmp_path_factory.mktemp("book") / "sample.dealbook"
    make_sample_book(path)
    opened = Session(open_book(path))
    yield opened
    opened.close()


@pytest.fixture
def deal(session: Session) -> Deal:
    found = shown_deal(session)
    return replace(found, offers=(replace(found.offers[0], term=24),))


def the_step(session: Session, deal: Deal, plan: str) -> NextStep:
    return next(step for step in next_steps(session, deal, deal.offers[0]) if step.move.plan == plan)


def test_twelve_months_more_open_cloud_cash(session: Session, deal: Deal) -> None:
    step = the_step(session, deal, "cloud-cash")
    words = step_words(step, language("en"))
    assert words.sentence == "12 months more: eligible for Agent with Cloud Cash"
    row = next(row for row in compare(session, step.deal, step.offer).rows if row.key[1] == "cloud-cash")
    assert row.totals is not None
    assert row.is_best
    assert words.plan == "NEC"
    assert words.gain == f"+{language('en').amount(row.totals.expected_value)}"
    assert words.details.startswith("NEC · Agent with Cloud Cash is best then, ")
    assert step.is_for_deal


def test_the_objective_decides_what_a_gain_is(session: Session, deal: Deal) -> None:
    for objective in TOTALS:
        step = next(
            step
            for step in next_steps(session, deal, deal.offers[0], objective=objective)
            if step.move.plan == "cloud-cash"
        )
        row = next(r for r in compare(session, step.deal, step.offer).rows if r.key[1] == "cloud-cash")
        assert step.move.after == getattr(row.totals, objective)


def test_a_tier_is_told_with_what_is_missing_and_no_gain(session: Session, deal: Deal) -> None:
    step = the_step(session, deal, "commission")
    words = step_words(step, language("en"))
    assert words.sentence == "380 more seats won: tier Platinum"
    assert (words.plan, words.gain, step.is_for_deal) == ("NFON · Ngage", "", False)
    assert "standing" in words.details


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_every_step_of_the_sample_has_whole_words(session: Session, code: str) -> None:
    words, english = spoken(code), language("en")
    said = 0
    for deal in session.deals.values():
        for offer in deal.offers:
            for step in next_steps(session, deal, offer):
                told = step_words(step, words)
                assert told.what
                assert told.reached
                assert not any(sign in part for part in told for sign in "{}")
                assert (told.gain != "") == (step.move.own > 0)
                if code != "en":
                    assert told.sentence != step_words(step, english).sentence
                said += 1
    assert said > 20


def test_every_fact_that_can_be_changed_has_words() -> None:
    counted = nearest_words.MORE.keys()
    in_units = {"mrr", "nrc", "tcv"}
    by_others = {"attainment", "tier"}  # reached by way of what is won
    assert counted | in_units | by_others | nearest_words.CHANGES.keys() >= MOVABLE
    assert {str(reason) for reason in Reason} <= nearest_words.REACHED.keys()


def test_what_is_more_stands_in_its_own_number() -> None:
    words = spoken("de")
    assert [words.plural(*nearest_words.MORE["seats"], n) for n in (1, 2)] == ["1 Platz mehr", "2 Plätze mehr"]


@pytest.mark.parametrize("code", ["de", "fr"])
def test_translated_completely(code: str) -> None:
    with paths.resource("locale", code, "LC_MESSAGES", "nearest.po").open("rb") as file:
        catalog = read_po(file, locale=code, abort_invalid=True)
    told: dict[str, list[str]] = {}
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else [message.id]
        strings = message.string if isinstance(message.string, tuple) else [message.string]
        told |= {str(one): list(map(str, strings)) for one in ids if one}
    assert not SENTENCES - told.keys()
    assert all(all(strings) for strings in told.values())


def test_a_step_that_is_taken_is_no_step_any_more(session: Session, deal: Deal) -> None:
    step = the_step(session, deal, "cloud-cash")
    again = next_steps(session, step.deal, step.offer)
    assert not [one for one in again if one.move.plan == "cloud-cash"]
    assert step.offer.term == 36
    assert step.move.gain == Decimal(step.move.after)
