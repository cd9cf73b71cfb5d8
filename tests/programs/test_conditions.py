"""Each test of a condition at its limits, and what is said when it does not hold (programs.md §4)."""

from datetime import date
from decimal import Decimal

import pytest

from dealbook.programs.conditions import Condition, failures
from dealbook.programs.facts import Fact, Facts
from dealbook.programs.values import Fixed, Ref

SINCE, UNTIL = date(2026, 1, 1), date(2026, 7, 1)


def facts(**known: Fact) -> Facts:
    return Facts(known, {"limit": None}, lambda _facts, _name, _of: None)  # type: ignore[arg-type]  # names are keys, too


def limit(figure: str) -> Fixed:
    return Fixed(Decimal(figure))


TERM_24 = Condition("term", "here", at_least=limit("24"))
BELOW_24 = Condition("term", "here", below=limit("24"))
EXACTLY_24 = Condition("term", "here", exactly=limit("24"))
ONE_OF = Condition("term", "here", one_of=frozenset({"24", "36"}))
COUNTRY = Condition("country", "here", equals="DE")
COUNTRIES = Condition("country", "here", one_of=frozenset({"DE", "AT"}))
SOLD = Condition("categories", "here", includes=frozenset({"ucaas", "sip"}))
YES, NO = Condition("registered", "here", flag=True), Condition("registered", "here", flag=False)
SIGNED = Condition("signed", "here", since=SINCE, until=UNTIL)


@pytest.mark.parametrize(
    ("condition", "fact", "holds"),
    [
        (TERM_24, Decimal(24), True),
        (TERM_24, Decimal(23), False),
        (BELOW_24, Decimal(24), False),
        (BELOW_24, Decimal(23), True),
        (EXACTLY_24, Decimal("24.0"), True),
        (EXACTLY_24, Decimal(25), False),
        (ONE_OF, Decimal(36), True),
        (ONE_OF, Decimal(12), False),
        (COUNTRY, "DE", True),
        (COUNTRY, "FR", False),
        (COUNTRIES, "AT", True),
        (COUNTRIES, "FR", False),
        (SOLD, frozenset({"ucaas", "sip", "hardware"}), True),
        (SOLD, frozenset({"ucaas", "sip"}), True),
        (SOLD, frozenset({"ucaas"}), False),
        (YES, True, True),
        (YES, False, False),
        (NO, False, True),
        (NO, True, False),
        (SIGNED, date(2025, 12, 31), False),
        (SIGNED, SINCE, True),
        (SIGNED, date(2026, 6, 30), True),
        (SIGNED, UNTIL, False),
        (Condition("signed", "here", until=UNTIL), date(2020, 1, 1), True),
        (Condition("signed", "here", since=SINCE), date(2030, 1, 1), True),
    ],
)
def test_a_condition_at_its_limits(condition: Condition, fact: Fact, holds: bool) -> None:
    failure = condition.failure(facts(**{condition.fact: fact}))
    assert (failure is None) is holds
    assert failures([condition, condition], facts(**{condition.fact: fact})) == ([] if holds else [failure] * 2)


@pytest.mark.parametrize(
    ("condition", "fact", "said"),
    [
        (TERM_24, Decimal(20), {"is": "20", "must": "at_least", "limit": "24", "missing": "4"}),
        (BELOW_24, Decimal(30), {"is": "30", "must": "below", "limit": "24"}),
        (EXACTLY_24, Decimal(30), {"is": "30", "must": "is", "limit": "24"}),
        (ONE_OF, Decimal(12), {"is": "12", "must": "24, 36"}),
        (COUNTRY, "FR", {"is": "FR", "must": "DE"}),
        (COUNTRIES, "FR", {"is": "FR", "must": "AT, DE"}),
        (SOLD, frozenset({"ucaas"}), {"is": "ucaas", "must": "sip, ucaas"}),
        (YES, False, {"is": "no", "must": "yes"}),
        (NO, True, {"is": "yes", "must": "no"}),
        (SIGNED, UNTIL, {"is": "2026-07-01", "must": "from 2026-01-01 until 2026-07-01"}),
    ],
)
def test_what_is_said_of_a_condition_that_fails(condition: Condition, fact: Fact, said: dict[str, str]) -> None:
    failure = condition.failure(facts(**{condition.fact: fact}))
    assert failure is not None
    assert (failure.code, failure.where) == ("condition", "here")
    assert dict(failure.facts) == {"fact": condition.fact, **said}


def test_what_nobody_knows_does_not_hold() -> None:
    failure = Condition("registered", "here", flag=True).failure(facts(registered=None))
    assert failure is not None
    assert (failure.code, failure.facts["must"]) == ("unknown-fact", "yes")
    missing = Condition("term", "here", at_least=Ref("limit")).failure(facts(term=Decimal(24)))
    assert missing is not None
    assert missing.code == "missing-input"
