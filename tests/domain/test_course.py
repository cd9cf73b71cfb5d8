"""The course of a contract: where its term and its renewals begin and end, however long they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.course import Course, Renewal
from dealbook.domain.deal import Event, EventKind, Offer

FAR = 2**40


def by_month(course: Course, last: int) -> list[int]:
    return [course.number(month) for month in range(1, last + 1)]


def test_assumed_renewals_follow_the_term() -> None:
    course = Course(3, 2, 2)
    assert (course.horizon, by_month(course, 7)) == (7, [0, 0, 0, 1, 1, 2, 2])
    assert [course.remaining(month) for month in range(1, 8)] == [3, 2, 1, 2, 1, 2, 1]
    assert course.starts(1, 7) == [4, 6]
    assert list(course.renewals(7)) == [Renewal(1, 4, 2), Renewal(2, 6, 2)]


def test_what_happens_takes_the_place_of_what_was_assumed() -> None:
    course = Course(3, 2, 2, [(4, 4)])
    assert (course.horizon, by_month(course, 9)) == (9, [0, 0, 0, 1, 1, 1, 1, 2, 2])
    assert list(course.renewals(9)) == [Renewal(1, 4, 4), Renewal(2, 8, 2)]


def test_an_early_renewal_ends_the_term_before_it() -> None:
    course = Course(36, 0, 12, [(25, None)])
    assert course.horizon == 60
    assert (course.number(24), course.number(25)) == (0, 1)
    assert course.remaining(24) == 13  # as agreed then
    assert course.remaining(25) == 36


def test_a_renewal_without_a_term_is_as_long_as_the_one_before() -> None:
    assert list(Course(24, 0, 12, [(25, 12), (37, None)]).renewals(48)) == [Renewal(1, 25, 12), Renewal(2, 37, 12)]


def test_renewals_beyond_what_was_assumed_count_too() -> None:
    assert Course(12, 1, 12, [(13, 12), (25, 6)]).horizon == 30


def test_after_a_cancellation_there_is_no_renewal() -> None:
    renewal, cancel = Event(month=13, kind=EventKind.RENEWAL), Event(month=13, kind=EventKind.CANCEL)
    offer = Offer(term=12, starts=date(2026, 4, 1), events=(renewal, cancel))
    assert offer.horizon == 12
    assert Offer(term=12, starts=date(2026, 4, 1), events=(renewal,)).horizon == 24


@pytest.mark.parametrize("happened", [[], [(FAR, FAR)], [(2, None), (FAR, 7)]])
@pytest.mark.parametrize(("term", "renewals", "each"), [(FAR, FAR, FAR), (1, FAR, 1), (FAR, 0, 0), (0, -3, -1)])
def test_absurd_values_cost_nothing(
    term: int, renewals: int, each: int, happened: list[tuple[int, int | None]]
) -> None:
    course = Course(term, renewals, each, happened)
    for month in (1, 36, FAR, FAR * FAR):
        assert course.number(month) >= 0
        assert isinstance(course.remaining(month), int)
    assert len(course.starts(0, 120)) <= 120
    assert len(list(course.renewals(120))) <= 120


TERMS = st.integers(1, 30)


@given(TERMS, st.integers(0, 3), st.integers(1, 12), st.data())
def test_a_renewal_that_happens_as_assumed_changes_nothing(
    term: int, renewals: int, each: int, data: st.DataObject
) -> None:
    plain = Course(term, renewals, each)
    number = data.draw(st.integers(0, renewals))
    same = Course(term, renewals, each, [(one.begins, one.months) for one in plain.renewals(10**6)][:number])
    assert same.horizon == plain.horizon
    for month in range(1, plain.horizon + 1):
        assert (same.number(month), same.remaining(month)) == (plain.number(month), plain.remaining(month))
    assert same.starts(0, plain.horizon) == plain.starts(0, plain.horizon)
    assert list(same.renewals(plain.horizon)) == list(plain.renewals(plain.horizon))
