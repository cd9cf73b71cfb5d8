"""Every component, plan and condition can be said, in every language; and every key changes what is said."""

import re
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.desk.plan_words import PlanWords
from dealbook.desk.value_words import ValueWords
from dealbook.language import LANGUAGES
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.conditions import Condition
from dealbook.programs.model import Clawback, Component, Instalment, Plan
from dealbook.programs.reader import read_program
from dealbook.programs.terms import Terms, all_terms, terms_of
from dealbook.programs.values import Fixed
from tests.desk.test_wording import spoken
from tests.support import ROOT

DAY = date(2026, 6, 1)
HEAD = """
format = 1
[program]
id = "p"
vendor = "V"
name = "N"
version = "1"
effective_from = 2026-01-01
covers = ["ucaas", "ccaas"]
[inputs.bonus]
label = "Bonus at signature"
"""
RESIDUAL = """
basis = "mrr"
rate = "15%"
every = "month"
months = "life"
split = { acquisition = "50%", care = "50%" }
"""
TABLE = """
basis = "mrr"
rate = { by = "term", "12" = "2x", "36" = "8x" }
requires = [{ fact = "seats", of = "ucaas", at_least = 10 }]
"""


def terms(body: str) -> Terms:
    """Return the terms of a program with these plans."""
    return terms_of(read_program(HEAD + body), None)


def sentence(component: str, code: str = "en", head: str = "") -> str:
    """Say the one component of a plan."""
    made = terms(f'[[plan]]\nid = "a"\nmodel = "agent"\n{head}\n[[plan.pays]]\nid = "c"\n{component}')
    plan = made.program.plans[0]
    return PlanWords(made, spoken(code)).component(plan, plan.pays[0])


def lines(plan: str, code: str = "en") -> tuple[str, ...]:
    """Say what a plan asks for."""
    made = terms(f'[[plan]]\nid = "a"\nmodel = "agent"\n{plan}\n[[plan.pays]]\nid = "c"\nbasis = "mrr"\nrate = "1%"')
    return PlanWords(made, spoken(code)).plan(made.program.plans[0])


def everything() -> list[Terms]:
    """Return the shipped programs and those of the worked cases."""
    own = [(file.name, file.read_text(encoding="utf-8")) for file in (ROOT / "tests/cases/programs").glob("*.toml")]
    return all_terms(Catalog.load([*shipped(), *own]), None, None, DAY)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_program_there_is_can_be_said(code: str) -> None:
    said = 0
    for one in everything():
        words = PlanWords(one, spoken(code))
        for plan in one.program.plans:
            for text in (*words.plan(plan), *(words.component(plan, component) for component in plan.pays)):
                said += 1
                assert text
                assert not re.search(r"[{}]|\(\)|  | ,|;;|: *[;)]|^\W*$", text), text
    assert said > 100


@pytest.mark.parametrize(
    ("component", "code", "expected"),
    [
        (
            RESIDUAL,
            "en",
            (
                "15% of the monthly revenue, every month for as long as the customer stays; "
                "half for winning the customer, half for care"
            ),
        ),
        (
            RESIDUAL,
            "de",
            (
                "15\N{NO-BREAK SPACE}% des Monatsumsatzes, jeden Monat, solange der Kunde bleibt; "
                "die Hälfte für die Gewinnung, die Hälfte für die Betreuung"
            ),
        ),
        (
            'basis = "mrr"\nrate = "8x"\nclawback = { window = 12, share = "100%" }',
            "fr",
            (
                "8× le revenu mensuel, une fois à la signature; "
                "tout est repris si le client part dans les 12 premiers mois"
            ),
        ),
        (
            'basis = "mrr"\nrate = "18%"\nevery = "month"\nupfront = "term"',
            "en",
            "18% of the monthly revenue for every month of the term, in one sum at signing",
        ),
        (
            'basis = "mrr"\nrate = "10%"\nevery = "month"\nmonths = "life"\nupfront = 24\nat = "start"',
            "en",
            (
                "10% of the monthly revenue for each of the first 24 months, in one sum when the service starts; "
                "after that as it is billed, for as long as the customer stays"
            ),
        ),
        (
            'basis = "mrr"\nrate = "$bonus"',
            "en",
            "A rate of your contract on the monthly revenue, once at signing; contract value: Bonus at signature",
        ),
        (
            TABLE,
            "en",
            (
                "2× to 8× the monthly revenue, once at signing; by term in months (from 12: 2×, from 36: 8×); "
                "needs: seats (UCaaS): at least 10"
            ),
        ),
        ('basis = "seats"\namount = 15', "en", "€15.00 for each seat, once at signing"),
        ('basis = "margin"\nrate = "100%"\nevery = "year"', "en", "The whole margin, every year of the term"),
    ],
)
def test_what_is_said(component: str, code: str, expected: str) -> None:
    assert sentence(component, code) == expected


def test_the_group_names_its_members() -> None:
    other = '[[plan.pays]]\nid = "d"\nlabel = "Lump sum"\nbasis = "mrr"\nrate = "1x"\nexclusive_group = "g"'
    said = sentence(f'label = "Residual"\nbasis = "mrr"\nrate = "7%"\nexclusive_group = "g"\n{other}')
    assert said.endswith("of these only the one that pays most: Residual, Lump sum")


def test_what_a_plan_asks_for() -> None:
    asked = lines(
        'requires = [{ fact = "certified", is = true }, { fact = "term", at_least = 36 }]\npartner_share = "70%"\n'
        'minimum_payout = 50\nbelow_minimum = "forfeited"\nbuy = { off_list = "20%" }'
    )
    assert asked == (
        "Needs: certified; at least 36 months",
        "You buy at 20% below list",
        "70% of all this is yours, the rest stays with the distributor",
        "Paid out from €50.00 a month on; less is lost",
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('fact = "registered", is = false', "deal not registered"),
        ('fact = "seats", at_least = 10, below = 25', "at least 10 seats, fewer than 25 seats"),
        ('fact = "country", one_of = ["DE", "AT"]', "country: one of AT, DE"),
        ('fact = "customer_kind", is = "new"', "kind of customer: new customer"),
        ('fact = "certificates", includes = ["a", "b"]', "certificates: all of a, b"),
        ('fact = "signed", from = 2026-01-01, until = 2026-04-01', "signing day: from 1 Jan 2026, before 1 Apr 2026"),
        ('fact = "attainment", at_least = 1', "quota attainment: at least 100%"),
        ('fact = "mrr", at_least = "$bonus"', "monthly recurring revenue: at least “Bonus at signature”"),
    ],
)
def test_conditions_in_words(condition: str, expected: str) -> None:
    assert lines(f"requires = [{{ {condition} }}]") == (f"Needs: {expected}",)


# --- nothing that decides a payment is left unsaid

ONCE = Component(id="c", basis="mrr", rate=Fixed(Decimal("0.1")))
MONTHLY = replace(ONCE, every=1)
UPFRONT = replace(MONTHLY, upfront="term")
FIFTH = Fixed(Decimal("0.2"))
CHANGES = {
    "basis": (ONCE, {"basis": "tcv"}),
    "rate": (ONCE, {"rate": FIFTH}),
    "points": (ONCE, {"points": FIFTH}),
    "amount": (replace(ONCE, basis="seats", rate=None, amount=Fixed(Decimal(5))), {"amount": Fixed(Decimal(6))}),
    "on": (ONCE, {"on": frozenset({"ucaas"})}),
    "at": (ONCE, {"at": "start"}),
    "every": (ONCE, {"every": 3}),
    "months": (MONTHLY, {"months": 12}),
    "after_leaving": (MONTHLY, {"after_leaving": 3}),
    "upfront": (MONTHLY, {"upfront": 12}),
    "upfront_fee": (UPFRONT, {"upfront_fee": FIFTH}),
    "lag": (ONCE, {"lag": 2}),
    "vests_after": (ONCE, {"vests_after": 3}),
    "instalments": (ONCE, {"instalments": (Instalment(share=Decimal(1), lag=6),)}),
    "requires": (ONCE, {"requires": (Condition("certified", "", flag=True),)}),
    "split": (ONCE, {"split": (("acquisition", Decimal("0.7")), ("care", Decimal("0.3")))}),
    "renewal": (replace(MONTHLY, months="life"), {"renewal": FIFTH}),
    "renewal_bonus": (ONCE, {"renewal_bonus": FIFTH}),
    "growth": (ONCE, {"growth": "ignored"}),
    "growth_rate": (ONCE, {"growth_rate": "current"}),
    "clawback": (ONCE, {"clawback": Clawback(window=12, share=None)}),
    "discounts": (ONCE, {"discounts": "void"}),
    "markup": (ONCE, {"markup": "excluded"}),
    "cap": (ONCE, {"cap": Fixed(Decimal(100))}),
    "cap_per": (replace(ONCE, cap=Fixed(Decimal(100))), {"cap_per": "year"}),
    "floor": (ONCE, {"floor": Fixed(Decimal(100))}),
    "cash": (ONCE, {"cash": FIFTH}),
}
UNSAID = {"id", "label", "source", "confidence", "note", "exclusive_group"}
"""What decides no payment, or is tried above."""


def test_every_key_that_decides_a_payment_is_tried() -> None:
    assert CHANGES.keys() | UNSAID == {field.name for field in fields(Component)}


@pytest.mark.parametrize("key", CHANGES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_key_changes_what_is_said(key: str, code: str) -> None:
    before, changes = CHANGES[key]
    after = replace(before, **changes)  # type: ignore[arg-type]
    made = terms('[[plan]]\nid = "a"\nmodel = "agent"\n[[plan.pays]]\nid = "c"\nbasis = "mrr"\nrate = "1%"')
    words = PlanWords(made, spoken(code))
    plans = [Plan(id="a", name="A", model="agent", pays=(one,)) for one in (before, after)]
    said = [words.component(plan, plan.pays[0]) for plan in plans]
    assert said[0] != said[1]


def test_a_contracts_value_is_said_once_it_is_known() -> None:
    made = terms('[[plan]]\nid = "a"\nmodel = "agent"\n[[plan.pays]]\nid = "c"\nbasis = "mrr"\nrate = "$bonus"')
    known = replace(made, inputs={"bonus": Fixed(Decimal(8))})
    plan = known.program.plans[0]
    assert PlanWords(known, spoken("en")).component(plan, plan.pays[0]) == "8× the monthly revenue, once at signing"
    values = ValueWords(spoken("en"), known.program, {"bonus": None})
    assert values.text(plan.pays[0].figure) == "“Bonus at signature”"
