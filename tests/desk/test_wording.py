"""Every problem and every step of the arithmetic says something whole in every language, with the facts it has."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dealbook.book.errors import BUSY, REFUSALS, SOMEBODY
from dealbook.book.faults import SAID
from dealbook.desk import advice, forms, wording
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.estimating import Estimated, as_table
from dealbook.desk.forms import CATEGORIES, CUSTOMER_KINDS, EXPECTED, FACT_NAMES, ROLES
from dealbook.desk.program_terms import terms_of_deal
from dealbook.desk.quotes import issue_quote, quote_content, revise_quote, set_status
from dealbook.desk.session import Session
from dealbook.desk.wording import (
    CONFIDENCE,
    NEAREST,
    PROBLEMS,
    ROW,
    ROW_BELOW,
    ROW_MARGINAL,
    ROW_NAMED,
    STEPS,
    WORK_STEPS,
    located_text,
    problem_text,
    step_label,
    step_result,
    step_text,
)
from dealbook.domain import deal as domain
from dealbook.domain.partner import Assumptions, ExchangeRate
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.earnings.compare import Cases, in_catalog
from dealbook.earnings.estimate import Estimate, Status, Step
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.worth import worth_of
from dealbook.language import LANGUAGES, Language
from dealbook.programs.catalog import Catalog as Programs
from dealbook.programs.catalog import shipped
from dealbook.programs.facts import FACTS
from dealbook.programs.terms import all_terms
from tests.desk import mistakes
from tests.support import CASES, ROOT, case_assumptions, case_catalog, case_deal, case_estimates, case_partner

TRANSLATED = ("de", "fr")
SOURCES = sorted((ROOT / "src").rglob("*.py"))
NO_BREAK = "\N{NO-BREAK SPACE}"


# --- the translations as they stand in the source


@cache
def catalogues(code: str) -> dict[str, Catalog]:
    found = {}
    for file in sorted((ROOT / "resources" / "locale" / code / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as stream:
            found[file.stem] = read_po(stream, locale=code, abort_invalid=True)
    return found


def messages(code: str, name: str = "wording") -> Iterator[Message]:
    return (message for message in catalogues(code)[name] if message.id)


def texts(message: Message) -> list[tuple[str, str]]:
    """Return each form of a message with its translation."""
    forms = [message.id] if isinstance(message.id, str) else message.id
    told = [message.string] if isinstance(message.string, str) else message.string or ()
    return list(zip(forms, told, strict=True))


@cache
def spoken(code: str) -> Language:
    """Return a language with the words of the `.po` files, whenever they were compiled last."""
    language = Language(code)
    for catalogue in catalogues(code).values() if code in TRANSLATED else ():
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations = GNUTranslations(compiled)
        translations.add_fallback(language._catalog)
        language._catalog = translations
    return language


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


WORDS = {
    *PROBLEMS.values(),
    *advice.MENDS.values(),
    *(advice.AT_LEAST, advice.BELOW, advice.BETWEEN, advice.ONE_OF),
    *REFUSALS.values(),
    *(BUSY, SOMEBODY, *SAID),
    *STEPS.values(),
    *FACT_NAMES.values(),
    *CATEGORIES.values(),
    *CUSTOMER_KINDS.values(),
    *ROLES.values(),
    *CONFIDENCE.values(),
    *EXPECTED,
    *(NEAREST, ROW, ROW_BELOW, ROW_NAMED, ROW_MARGINAL),
    *(forms.YES, forms.NO, forms.NONE, forms.NOT_KNOWN, forms.THIS_LINE),
    *(forms.SINCE, forms.UNTIL, forms.SINCE_UNTIL),
    *domain.Charge,
    *domain.Stage,
    *Status,
}


@pytest.mark.parametrize("code", TRANSLATED)
def test_everything_is_translated(code: str) -> None:
    known = {form for name in catalogues(code) for m in messages(code, name) for form, told in texts(m) if told}
    assert not {str(text) for text in WORDS} - known
    assert not [message.id for message in messages(code) if message.fuzzy or not all(dict(texts(message)).values())]


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_agree(code: str) -> None:
    for message in messages(code):
        for form, told in texts(message):
            assert fields(form) == fields(told), form


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_other_catalogue_says_it_otherwise(code: str) -> None:
    ours = {message.id: message.string for message in messages(code)}
    for name in catalogues(code).keys() - {"wording"}:
        for message in messages(code, name):
            assert ours.get(message.id, message.string) == message.string, (name, message.id)


@pytest.mark.parametrize(
    ("code", "word", "other"),
    [
        ("de", r"\bvendors?\b", "Anbieter"),  # Hersteller
        ("de", r"\bplans?\b", "Modell"),  # Plan
        ("de", r"\bchurn\b", "Abwander"),  # Kundenverlust
        ("de", r"\bramp\b", "Staffel"),  # Hochlauf; a table of a program is a Staffel
        ("de", r"\bprogram.* version\b", "Version"),  # Fassung; Dealbook itself has versions
        ("fr", r"\bvendors?\b", "[Cc]onstructeur"),  # fournisseur
        ("fr", r"\bplans?\b", "[Mm]odèle"),  # plan
        ("fr", r"\bchurn\b", "[Rr]ésiliation"),  # attrition; a cancellation is a résiliation
        ("fr", r"\b[Ii]ssue\b", "[ÉéEe]mett"),  # établir
    ],
)
def test_a_thing_has_one_name_in_all_catalogues(code: str, word: str, other: str) -> None:
    for name in catalogues(code):
        for message in messages(code, name):
            for form, told in texts(message):
                said = re.search(word, form, re.IGNORECASE) and re.search(other, told)
                assert not said, (name, form, told)


@pytest.mark.parametrize("code", TRANSLATED)
def test_per_cent_stands_apart_without_a_break(code: str) -> None:
    for message in messages(code):
        for _, told in texts(message):
            assert not re.search(rf"[^{NO_BREAK}]%", told), told


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_still_said(code: str) -> None:
    for message in messages(code):
        for file, _ in message.locations:
            assert {form for form, _ in texts(message)} <= constants(ROOT / file), message.id


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def constants(file: Path) -> frozenset[str]:
    """Return every text that stands in a module."""
    found = (node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant))
    return frozenset(value for value in found if isinstance(value, str))


# --- the codes that stand in the source


def called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", "") or getattr(function, "id", "")


def told(node: ast.expr, function: ast.AST) -> set[str]:
    """Return the texts that an expression can be; a name is looked up in the function around it."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return told(body, function) | told(orelse, function)
        case ast.Name(id=name):
            given = (n for n in ast.walk(function) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == name)
            return {text for one in given for text in told(one.value, function)}
    return set()


_MAKERS = frozenset({"Problem", "wrong", "suspect", "_suspect", "_problem"})


def codes_used() -> set[str]:
    found = set()
    for file in SOURCES:
        for function in ast.walk(tree(file)):
            for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                if isinstance(node, ast.Call) and called(node) in _MAKERS:
                    found |= told(node.args[0], function) if node.args else set()
    return found


def test_every_code_has_a_sentence() -> None:
    used = codes_used()
    assert {"condition", "not-a-rate", "not-a-number", "unknown-version", "gap", "quote-replaced"} <= used
    assert not used - {code.split(" ")[0] for code in PROBLEMS}
    assert not {code.split(" ")[0] for code in PROBLEMS} - used, "nobody says so any more"


def test_what_a_reader_expects_has_words() -> None:
    """A text that `expected` can be is a phrase with a translation, or it is put together from names."""
    found = set()
    for file in (ROOT / "src" / "dealbook" / "programs").glob("*.py"):
        for node in ast.walk(tree(file)):
            given = [k.value for k in node.keywords if k.arg == "expected"] if isinstance(node, ast.Call) else []
            given += node.args[1:] if called(node) == "_pattern" and isinstance(node, ast.Call) else []
            found |= {text for one in given for text in told(one, node)}
    names = {"1", "whole, marginal", "acquisition, care"}
    assert found - names < EXPECTED
    assert names < found


def test_every_fact_has_a_name() -> None:
    assert FACT_NAMES.keys() == FACTS.keys()
    assert tuple(CATEGORIES) == domain.CATEGORIES
    assert CUSTOMER_KINDS.keys() == {str(kind) for kind in domain.CustomerKind}
    assert ROLES.keys() == {str(role) for role in domain.Role}


# --- problems and steps in earnest


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The sentences that were filled; filling one with a fact that is missing or empty fails."""
    found: set[str] = set()
    fill = forms.fill

    def strict(sentence: str, facts: dict[str, str]) -> str:
        assert not {name for name in fields(sentence) if not facts.get(name)}, (sentence, facts)
        found.add(sentence)
        return fill(sentence, facts)

    monkeypatch.setattr(forms, "fill", strict)
    monkeypatch.setattr(wording, "fill", strict)
    return found


def check_whole(text: str) -> None:
    assert text
    assert not re.search(r"[{}]|\(\)|: *[.;)]|  | $|^[:;. ]", text), text


def trace_of(path: Path) -> Iterator[tuple[Estimate, Step]]:
    """Yield every step of a case."""
    deal, file = case_deal(path), case_partner(path)
    partner, enrolments = (file.partner, file.enrolments) if file else (None, None)
    catalog = case_catalog(path)
    succeeding = in_catalog(catalog, partner, enrolments)
    cases = Cases(deal, deal.offers[0], file.rates if file else (), succeeding)
    for terms in all_terms(catalog, partner, enrolments, deal.signed):
        for plan in terms.program.plans:
            estimate = evaluate(cases.case(terms), plan, worth_of(case_assumptions(path)), explain=True)
            yield from ((estimate, step) for step in estimate.trace)


def converted() -> Iterator[tuple[Estimate, Step]]:
    """Yield the steps of an offer in another currency than the program's."""
    rate = ExchangeRate(day=date(2026, 1, 1), base="EUR", quote="USD", rate=Decimal("1.1"))
    cases = Cases(mistakes.DEAL, mistakes.OFFER, [rate])
    programs = Programs.load((name, text) for name, text in shipped() if name.startswith("nec-"))
    for terms in all_terms(programs, None, None, mistakes.DEAL.signed):
        for plan in terms.program.plans:
            estimate = evaluate(cases.case(terms), plan, worth_of(Assumptions()), explain=True)
            yield from ((estimate, step) for step in estimate.trace)


@pytest.mark.parametrize("code", LANGUAGES)
def test_problems_of_the_cases(code: str, said: set[str]) -> None:
    for path in CASES:
        for estimate in case_estimates(path):
            for problem in estimate.problems:
                check_whole(problem_text(problem, spoken(code)))


@pytest.mark.parametrize("code", LANGUAGES)
def test_steps_of_the_cases(code: str, said: set[str]) -> None:
    words = spoken(code)
    steps = [pair for path in CASES for pair in trace_of(path)] + list(converted())
    for estimate, step in steps:
        check_whole(step_label(step, words))
        check_whole(step_text(step, words, estimate.currency))
    own = {STEPS["total-converted"], *WORK_STEPS.values()}  # the desk's own steps, of `desk.compare.explain`
    expected = {*STEPS.values(), ROW, ROW_BELOW, ROW_NAMED, ROW_MARGINAL} - own
    assert {words.text(sentence) for sentence in expected} <= said


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_problem_that_can_be_found(code: str, said: set[str], session: Session) -> None:
    words = spoken(code)
    problems = [*mistakes.from_files(), *mistakes.from_deals(), *mistakes.from_estimates(), *from_quotes(session)]
    problems += from_a_pinned_version(session)
    for problem in problems:
        text = problem_text(problem, words)
        check_whole(text)
        assert not text.startswith(problem.code), text
        assert located_text(problem, words).endswith(text)
    assert not {words.text(sentence) for sentence in (*PROBLEMS.values(), NEAREST)} - said


def from_quotes(session: Session) -> list[Problem]:
    deal = save_deal(session, replace(mistakes.DEAL, offers=(replace(mistakes.OFFER, id=""),)), "Deal")
    offers, day = [deal.offers[0].id], date(2026, 3, 1)
    quote = issue_quote(session, deal, quote_content(session, deal, offers, day))
    revise_quote(session, quote, deal, quote_content(session, deal, offers, day))
    empty = new_deal(session, "Müller")
    return [
        *problems_of(lambda: set_status(session, quote.id, quote.status)),
        *problems_of(lambda: quote_content(session, empty, [empty.offers[0].id], day)),
    ]


def from_a_pinned_version(session: Session) -> list[Problem]:
    deal = save_deal(session, replace(mistakes.DEAL, stage=domain.Stage.WON), "Won")
    chosen = domain.Choice(offer_id=deal.offers[0].id, program="nfon-ngage", version="1999", plan="commission")
    (terms,) = [one for one in terms_of_deal(session, replace(deal, chosen=chosen)) if one.program.id == "nfon-ngage"]
    return list(terms.problems)


def problems_of(work: Callable[[], object]) -> list[Problem]:
    with pytest.raises(ProblemsError) as caught:
        work()
    return caught.value.problems


# --- figures and names in the language's forms


def in_german(problems: Iterator[Problem], code: str) -> set[str]:
    return {problem_text(problem, spoken("de")) for problem in problems if problem.code == code}


def test_conditions_in_german() -> None:
    assert in_german(mistakes.from_estimates(), "condition") >= {
        "Laufzeit in Monaten: 36; nötig: mindestens 48 (noch 12).",
        "Wiederkehrender Monatsumsatz: 1.870; nötig: mindestens 2.000 (noch 130).",
        f"Rabatt: 8,33{NO_BREAK}%; nötig: mindestens 20{NO_BREAK}% (noch 11,67{NO_BREAK}%).",
        "Plätze (UCaaS): 85; nötig: unter 50.",
        "Laufzeit in Monaten: 36; nötig ist eines von: 24, 48.",
        "Art des Kunden: Neukunde; nötig ist eines von: Bestandskunde, Migration.",
        "Kategorien: UCaaS; nötig sind alle: CCaaS, UCaaS.",
        "Zertifikate: keine; nötig: sales.",
        "Geschäft registriert: nein; nötig: ja.",
        "Abschlusstag: 10.03.2026; nötig: ab 01.01.2025, vor dem 10.03.2026.",
    }
    assert in_german(mistakes.from_estimates(), "unknown-fact") == {
        "Stufe: keine; nötig: Gold.",
        "Stufe: keine.",
        "Segment: nicht bekannt; nötig ist eines von: education, health.",
        "Unternehmensgröße: nicht bekannt.",
    }


def test_just_short_of_a_limit_is_not_rounded_up_to_it() -> None:
    facts = {"fact": "attainment", "is": "0.999997", "must": "at_least", "limit": "1", "missing": "0.000003"}
    text = problem_text(Problem("condition", "", facts), spoken("en"))
    assert text == "Quota attainment: 99.99%; needed: at least 100% (0.01% more)."


def test_wrong_figures_in_german() -> None:
    assert in_german(mistakes.from_deals(), "negative") == {"−1.234,5 ist negativ; nötig ist 0 oder mehr."}
    assert in_german(mistakes.from_deals(), "too-long") == {"1.501 Zeichen sind zu viele; erlaubt sind 500."}
    assert in_german(mistakes.from_deals(), "starts-before-signed") == {
        "Der Dienst beginnt am 01.02.2026, also vor dem Abschluss am 10.03.2026."
    }
    assert in_german(mistakes.from_deals(), "no-price") == {
        "seat hat keinen Preis.",
        "Diese Position hat keinen Preis.",
    }
    assert in_german(mistakes.from_deals(), "share-out-of-range") == {
        f"{found}{NO_BREAK}% liegt außerhalb des Bereichs von 0{NO_BREAK}% bis 100{NO_BREAK}%."
        for found in ("150", "−5")
    }
    assert in_german(mistakes.from_files(), "shares-not-whole") == {
        f"Die Anteile ergeben 112,5{NO_BREAK}%; sie müssen 100{NO_BREAK}% ergeben."
    }
    assert in_german(mistakes.from_files(), "wrong-kind") == {
        "Gefunden: 'two'; erwartet: eine ganze Zahl ab 0.",
        "Gefunden: '12 months'; erwartet: eine Tabelle.",
        "Gefunden: 'ucaas'; erwartet: eine Liste.",
    }


def test_names_of_the_customer_stay_as_they_are() -> None:
    """A product may be called like one of our words."""
    facts = {"fact": "product", "is": "Term", "first": "Seats, other"}
    text = problem_text(Problem("no-row", "", facts), spoken("de"))
    assert text == "Produkt: Term; die Tabelle hat Zeilen für: Seats, other."
    assert problem_text(Problem("no-price", "", {"product": "iPhone"}), spoken("fr")) == "iPhone n’a pas de prix."


def test_arithmetic_in_german() -> None:
    words = spoken("de")
    path = next(path for path in CASES if path.stem == "06c-nfon-handover-other-side")
    lines = [(step_label(step, words), step_result(step, words, e.currency)) for e, step in trace_of(path)]
    assert ("Bedingung: zertifiziert, hier ja", "") in lines
    assert ("Wiederkehrender Monatsumsatz", "589,20") in lines
    source = "Ngage, das neue Partnerprogramm von Nfon (Ann-Marie Struck)"
    rate = f"Angewandter Satz (Commission, share of the monthly revenue, Quellen widersprechen sich, {source})"
    assert (rate, f"15{NO_BREAK}%") in lines
    assert ("Gezahlt jeden Monat, 16-mal ab Dez. 2026 (Betreuung)", "44,19") in lines


def test_table_in_german() -> None:
    path = next(path for path in CASES if path.stem == "01a-nec-upfront")
    found = Estimated(case_deal(path), case_assumptions(path), case_estimates(path))
    table = as_table(found, spoken("de"))
    assert "8.463,04" in table
    assert "unvollständig. Es fehlt ein Vertragswert: " in table
    assert table.splitlines()[0].split()[1:4] == ["Einmalig", "Jahr", "1"]
