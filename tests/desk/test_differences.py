"""The difference of two versions in words: with its reach, row by row, in three languages."""

import ast
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.book.programs import ProgramText
from dealbook.desk import difference_words, differences, impact_words
from dealbook.desk.difference_words import KEYS, TEXTS
from dealbook.desk.differences import difference_lines, lines_of
from dealbook.desk.session import Session
from dealbook.domain.deal import CATEGORIES
from dealbook.language import LANGUAGES
from dealbook.programs import grammar
from dealbook.programs.difference import compared_fields
from dealbook.programs.facts import FACTS
from dealbook.programs.model import Plan, Program
from dealbook.programs.reader import read_program
from dealbook.programs.values import Fixed
from tests.desk.test_wording import TRANSLATED, called, catalogues, constants, fields, messages, spoken, texts, tree
from tests.programs.test_difference import strategy
from tests.support import ROOT

NO_BREAK = "\N{NO-BREAK SPACE}"
TEXT = """\
format = 1
[program]
id = "carrier"
vendor = "Carrier"
name = "Agents"
version = "1"
effective_from = 2025-01-01
covers = ["ucaas"]
[inputs.share]
label = "Residual"
value = "15%"
confidence = "published"
[standing]
quota = { fact = "won_mrr", target = 5000 }
[[standing.tier]]
name = "Gold"
requires = [{ fact = "won_seats", at_least = 100 }]
[[plan]]
id = "agent"
name = "Agent"
model = "agent"
requires = [{ fact = "term", at_least = 12 }]
[[plan.pays]]
id = "bonus"
label = "Bonus"
basis = "mrr"
rate = { by = "seats", "1" = "2x", "10" = "2.5x", "25" = "3x" }
at = "signing"
cap = 5000
clawback = { window = 12, share = "prorated" }
[[plan.pays]]
id = "residual"
label = "Residual"
basis = "mrr"
rate = "$share"
every = "month"
months = 36
"""
LATER = TEXT.replace('version = "1"', 'version = "2"\napplies_to = "all-deals"').replace("2025-01-01", "2026-01-01")


def lines(*changes: tuple[str, str], code: str = "en", later: str = LATER) -> list[str]:
    """Return what the later version, with some texts in it replaced, says anew; the head's lines left out."""
    for old, new in changes:
        assert old in later
        later = later.replace(old, new)
    words = spoken(code)
    found = lines_of(read_program(TEXT), read_program(later), words)
    head = {"version", "effective_from", "applies_to"}
    return [line.whole(words) for line in found if line.change.at or line.change.key not in head]


def line(*changes: tuple[str, str], code: str = "en") -> str:
    (only,) = lines(*changes, code=code)
    return only


def test_a_residual_that_also_falls_for_existing_deals() -> None:
    lower = ('value = "15%"', 'value = "14%"')
    assert line(lower) == "Residual: 15% → 14%, also for existing deals"
    assert line(lower, code="de") == (f"Residual: 15{NO_BREAK}% → 14{NO_BREAK}%, auch für bestehende Geschäfte")
    assert line(lower, code="fr") == (
        f"Residual{NO_BREAK}: 15{NO_BREAK}% → 14{NO_BREAK}%, aussi pour les affaires existantes"
    )
    assert line(lower, ("all-deals", "new-deals")) == "Residual: 15% → 14%, for new deals only"


def test_rows_of_a_table() -> None:
    changed = ('"1" = "2x", "10" = "2.5x", "25" = "3x"', '"1" = "2x", "25" = "4x", "50" = "5x"')
    assert lines(changed) == [
        "Bonus: the row from 10 seats is gone (it was 2.5×), for new deals only",
        "Bonus, from 25 seats: 3× → 4×, for new deals only",
        "Bonus: new row from 50 seats: 5×, for new deals only",
    ]


def test_rates_beside_each_other_are_written_alike() -> None:
    assert line(('"25" = "3x"', '"25" = "1x"')) == "Bonus, from 25 seats: 3× → 1×, for new deals only"
    table = ('rate = "$share"', 'rate = { by = "term", "0" = "50%", "24" = "1.5x" }')
    text = "Residual: Residual (15%) → by term in months: from 0 0.5×, from 24 1.5×, also for existing deals"
    assert line(table).replace("Residual (0.15×)", "Residual (15%)") == text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cap = 5000", "cap = 4000", "Bonus, at most: €5,000.00 → €4,000.00, for new deals only"),
        ("cap = 5000", "", "Bonus, at most: €5,000.00 → –, for new deals only"),
        ("window = 12", "window = 18", "Bonus · clawback, time window: 12 months → 18 months, for new deals only"),
        ("months = 36", 'months = "life"', "Residual, how long: 36 months → as long as the customer stays, for new"),
        (
            "at_least = 12 }",
            "at_least = 24 }",
            "Plan Agent, condition: term in months: at least 12 → term in months: at",
        ),
        ('requires = [{ fact = "term", at_least = 12 }]', "", "Plan Agent no longer asks for term in months: at"),
        ("at_least = 100", "at_least = 150", "Tier Gold, condition: seats won in the period: at least 100 → seats won"),
        ("target = 5000", "target = 6000", "Quota, target: €5,000.00 → €6,000.00, for new deals only"),
        ('confidence = "published"', "", "Residual, confidence: published → your contract"),
        (
            'value = "15%"',
            'at_most = "15%"',
            "Residual, published ceiling: – → 15%|Residual: 15% → set by the contract,",
        ),
        ('covers = ["ucaas"]', 'covers = ["ucaas", "sip"]', "Pays on: UCaaS → SIP, UCaaS, for new deals only"),
        ('model = "agent"', 'model = "agent"\nduties = ["billing"]', "Plan Agent, your part: – → billing"),
        ('at = "signing"', 'at = "start"', "Bonus, paid at: at signing → at the start of service, for new deals only"),
        ('rate = "$share"', 'rate = "10%"', "Residual: Residual (15%) → 10%, also for existing deals"),
    ],
)
def test_each_kind_of_key_has_its_own_form(old: str, new: str, expected: str) -> None:
    wanted = sorted(expected.split("|"))
    found = sorted(lines((old, new)))
    assert len(found) == len(wanted)
    assert all(text.startswith(start) for text, start in zip(found, wanted, strict=True)), found


def test_new_and_lost_parts_say_what_they_are_about() -> None:
    more = """
[[plan]]
id = "resale"
name = "Resale"
model = "resale"
[[plan.pays]]
id = "margin"
label = "Margin"
basis = "margin"
rate = "100%"
every = "month"
"""
    text = "Plan Resale is new: Margin 100% · Price of what is resold, every month, for new deals only"
    assert lines(later=LATER + more) == [text]
    lost = LATER[: LATER.index('[[plan.pays]]\nid = "residual"')].replace("rate = { by", "lag = 2\nrate = { by")
    assert [text for text in lines(later=lost) if "Component" in text] == [
        "Component Residual is gone: Residual (15%) · Monthly recurring revenue, every month, for new deals only"
    ]


def test_with_several_plans_each_is_named() -> None:
    more = TEXT[TEXT.index("[[plan]]") :].replace('"agent"\nname = "Agent"', '"other"\nname = "Other"')
    old, new = read_program(TEXT + more), read_program(LATER + more.replace("cap = 5000", "cap = 1"))
    words = spoken("en")
    assert "Other · Bonus, at most: €5,000.00 → €1.00" in [one.text for one in lines_of(old, new, words)]


def test_versions_of_a_book_are_found_by_their_day(session: Session) -> None:
    with session.step("Own"):
        for day, text in ((date(2025, 1, 1), TEXT), (date(2026, 1, 1), LATER.replace('"15%"', '"14%"'))):
            session.book.programs.save(ProgramText("carrier", day, text))
    found = difference_lines(session, "carrier", date(2025, 1, 1), date(2026, 1, 1), spoken("en"))
    assert "Residual: 15% → 14%, also for existing deals" in found
    assert difference_lines(session, "carrier", date(2025, 1, 1), date(2025, 1, 1), spoken("en")) == ()
    with pytest.raises(KeyError):
        difference_lines(session, "carrier", date(2025, 1, 1), date(2025, 1, 2), spoken("en"))
    with pytest.raises(KeyError):
        difference_lines(session, "none", date(2025, 1, 1), date(2026, 1, 1), spoken("en"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_real_versions_read_whole(session: Session, code: str) -> None:
    versions = session.catalog.versions.values()
    pairs = [(one[0], other[-1]) for one in versions for other in versions]
    for old, new in pairs:
        for one in lines_of(old, new, spoken(code)):
            assert not re.search(r"[{}]|\(\)|: *[.;)]|  | $|^[:;. ]|Decimal|frozenset", one.text), one.text


@given(data=st.data())
def test_any_difference_can_be_said(data: st.DataObject) -> None:
    programs = strategy(Program).map(figured)
    words = spoken(data.draw(st.sampled_from(LANGUAGES)))
    for one in lines_of(data.draw(programs), data.draw(programs), words):
        assert one.text


def figured(program: Program) -> Program:
    """Return a program whose components have a figure, as the reader leaves no other through."""

    def plan_of(plan: Plan) -> Plan:
        pays = tuple(replace(c, rate=c.rate or Fixed(Decimal(1))) for c in plan.pays)
        return replace(plan, pays=pays)

    return replace(program, plans=tuple(map(plan_of, program.plans)))


# --- words


def test_every_field_and_every_choice_has_words() -> None:
    always_compared_inside = {"standing"}
    assert not {name for _, name in compared_fields()} - KEYS.keys() - always_compared_inside
    sections = {name: one for name, one in vars(grammar).items() if name.isupper() and isinstance(one, dict)}
    compared = ("PROGRAM", "INPUT", "STANDING", "QUOTA", "PLAN", "COMPONENT", "CLAWBACK")
    choices = {
        (key, choice)
        for name in compared
        for key, spec in sections[name].items()
        for choice in spec.choices
        if choice not in CATEGORIES and choice not in FACTS and key != "every"
    }
    assert len(choices) > 30
    assert not {(key, choice) for key, choice in choices if (key, choice) not in TEXTS}


SPOKEN = [
    ROOT / "src" / "dealbook" / place
    for place in (
        *("desk/differences.py", "desk/difference_words.py", "desk/impact_words.py"),
        *("documents/impact.py", "gui/pages/impact.py", "gui/models/impact.py"),
        *("gui/widgets/impact_bars.py", "gui/widgets/impact_choice.py", "gui/widgets/impact_lines.py"),
        *("gui/widgets/impact_sums.py", "gui/widgets/progress.py"),
    )
]
"""Where the words of `versions.po` are said."""


def said() -> set[str]:
    """Return every message id of the modules: tables of words, and what is handed to `tr`, `plural`, `text`."""
    found: set[str] = {*KEYS.values(), *TEXTS.values()}
    for module in (differences, difference_words, impact_words):
        for name, thing in vars(module).items():
            values = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, tuple) else [thing]
            found |= {text for text in values if name.isupper() and isinstance(text, str) and name != "KEYS"}
    for file in SPOKEN:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call) and called(node) in {"tr", "text", "plural", "mark"}:
                found |= {str(arg.value) for arg in node.args[:2] if isinstance(arg, ast.Constant)}
    return {text for text in found if re.search(r"[a-z]{2}", re.sub(r"{\w+}", "", text))}


@pytest.mark.parametrize("code", TRANSLATED)
def test_everything_is_translated_once(code: str) -> None:
    ours = {form: told for message in messages(code, "versions") for form, told in texts(message)}
    others = {
        form: told
        for name in catalogues(code)
        if name != "versions"
        for message in messages(code, name)
        for form, told in texts(message)
    }
    assert len(said()) > 100
    assert not said() - ours.keys() - others.keys()
    assert not {form for form in ours if others.get(form, ours[form]) != ours[form]}
    for message in messages(code, "versions"):
        for form, told in texts(message):
            assert told
            assert fields(form) == fields(told), form


def test_words_stand_in_the_source() -> None:
    """Nothing is translated that nobody says."""
    text = frozenset().union(*(constants(file) for file in SPOKEN))
    ours = {form for message in messages("de", "versions") for form, _ in texts(message)}
    assert not ours - text
