"""The shipped catalogue: what it may say, and that it says no more than its sources (programs.md §1)."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dealbook import paths
from dealbook.desk.estimating import check_files
from dealbook.domain.problem import ProblemsError
from dealbook.earnings.estimate import Status
from dealbook.language import Language
from dealbook.programs import grammar
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.model import Component, Input, Plan, Program
from dealbook.programs.reader import read_program
from dealbook.programs.values import Fixed, Ref, Value, parts
from tests.support import CASES, ROOT, case_estimates, read_case

CATALOG = paths.resource("catalog")
FILES = sorted(CATALOG.glob("*/*.toml"))
CASE_PROGRAMS = sorted((Path(__file__).parent / "cases" / "programs").rglob("*.toml"))


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def read(name: str) -> Program:
    return read_program((CATALOG / f"{name}.toml").read_text(encoding="utf-8"), name)


def plan_of(program: Program, plan_id: str) -> Plan:
    return next(plan for plan in program.plans if plan.id == plan_id)


def component_of(plan: Plan, component_id: str) -> Component:
    return next(component for component in plan.pays if component.id == component_id)


def figure(value: Value | None) -> Decimal:
    assert isinstance(value, Fixed)
    return value.figure


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_can_be_read(file: Path) -> None:
    program = read_program(file.read_text(encoding="utf-8"), name_of(file))
    assert program.plans
    assert all(plan.pays for plan in program.plans)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_lies_where_its_head_says(file: Path) -> None:
    program = read(name_of(file))
    assert (program.id, program.effective_from) == (file.parent.name, date.fromisoformat(file.stem))


def test_a_misspelt_key_would_be_found() -> None:
    text = FILES[0].read_text(encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        read_program(text.replace("[[plan.pays]]", '[[plan.pays]]\nevry = "month"', 1), "misspelt")
    assert any(p.code == "unknown-key" and p.facts["found"] == "evry" for p in caught.value.problems)


def test_every_program_of_the_facts_is_there() -> None:
    catalog = Catalog.load(shipped())
    assert not catalog.problems
    found = {name: [v.version for v in versions] for name, versions in catalog.versions.items()}
    of_the_documents = {
        "avaya-cloud-fr": ["2021"],
        "content-cloud": ["yearly-target"],
        "nec-univerge-blue": ["cloud-cash"],
        "nfon-ngage": ["2016", "2022"],
    }
    assert of_the_documents.items() <= found.items()


# --- nothing is more certain than it is


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_figure_says_where_it_was_read(file: Path) -> None:
    program = read(name_of(file))
    known = {source.id for source in program.sources}
    assert all(source.title and source.where for source in program.sources)
    for one in program.inputs.values():
        assert one.source in known, one.name
        assert one.label, one.name


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_what_a_contract_fixes_has_no_value(file: Path) -> None:
    for one in read(name_of(file)).inputs.values():
        assert (one.value is None) == (one.confidence == "contract"), one.name


def test_the_source_documents_publish_one_rate_only() -> None:
    documents = ("avaya-cloud-fr/", "content-cloud/", "nec-univerge-blue/", "nfon-ngage/")
    published = {
        (program.version, name): figure(one.value)
        for program in map(read, (name for name in map(name_of, FILES) if name.startswith(documents)))
        for name, one in program.inputs.items()
        if one.confidence != "contract"
    }
    assert published == {("2022", "commission"): Decimal("0.15")}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_component_brings_a_figure_without_its_source(file: Path) -> None:
    """A rate is an input with its confidence, or the component says both; only a margin is what it is, all of it."""
    program = read(name_of(file))
    known = {source.id for source in program.sources}
    for plan in program.plans:
        for component in plan.pays:
            sure = component.source in known and component.confidence is not None
            if component.basis == "margin":
                assert component.rate == Fixed(Decimal(1))
            assert sure or not own_figures(component), (plan.id, component.id)
        if plan.model in ("resale", "wholesale"):
            assert plan.buy is not None
            assert isinstance(plan.buy.off_list, Ref)


def own_figures(component: Component) -> list[Decimal]:
    """Return the figures that stand in a component itself; 0 and the whole of a margin say nothing."""
    values = [component.cap, component.floor, component.cash]
    values += [component.figure] if component.basis != "margin" else []
    written = (part for value in values if value for part in parts(value))
    return [part.figure for part in written if isinstance(part, Fixed) and part.figure]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_what_was_published_names_its_source(file: Path) -> None:
    program = read(name_of(file))
    known = {source.id for source in program.sources}
    components = [component for plan in program.plans for component in plan.pays]
    figures: list[Input | Component] = [*program.inputs.values(), *components]
    for one in figures:
        if one.confidence in ("published", "disputed"):
            assert one.source in known, one
        if one.confidence == "disputed" and isinstance(one, Input):
            assert one.note, one


def test_the_catalogue_covers_the_trade() -> None:
    assert len({read(name_of(file)).vendor for file in FILES}) >= 20


def test_a_check_finds_nothing() -> None:
    assert check_files([CATALOG], Language("en")) == []


# --- what the sources say


def test_nec_cloud_cash() -> None:
    program = read("nec-univerge-blue/2021-01-01")
    plan = plan_of(program, "cloud-cash")
    assert [(c.fact, c.at_least) for c in plan.requires] == [("term", Fixed(Decimal(36)))]
    assert plan.otherwise == "agent"
    commission, spiff = component_of(plan, "commission"), component_of(plan, "spiff")
    assert (commission.upfront, commission.growth, spiff.at) == ("term", "pays", "signing")
    assert commission.clawback is None
    assert spiff.clawback is None
    assert commission.rate == component_of(plan_of(program, "agent"), "commission").rate
    assert {p.model for p in program.plans} == {"agent", "resale", "wholesale"}


def test_avaya_in_france() -> None:
    program = read("avaya-cloud-fr/2021-04-01")
    assert program.countries == {"FR"}
    assert program.inputs["bonus"].at_most == 8
    residual = component_of(plan_of(program, "referrer"), "residual")
    assert (residual.months, residual.renewal) == ("life", None)


def test_content_vendor() -> None:
    program = read("content-cloud/2012-01-01")
    reseller = plan_of(program, "reseller")
    assert [(c.fact, c.at_least) for c in reseller.requires] == [("attainment", Fixed(Decimal(1)))]
    assert reseller.otherwise == "referral"
    assert component_of(plan_of(program, "referral"), "referral").every == 0


def test_nfon_tiers_and_halves() -> None:
    program = read("nfon-ngage/2022-01-01")
    limits = {
        tier.name: {condition.fact: figure(condition.at_least) for condition in tier.any_of}
        for tier in program.standing.tiers
    }
    assert limits == {
        "Silver": {},
        "Gold": {"won_seats": 300, "care_revenue": 250_000},
        "Platinum": {"won_seats": 700, "care_revenue": 500_000},
    }
    commission = component_of(plan_of(program, "commission"), "commission")
    assert commission.split == (("acquisition", Decimal("0.5")), ("care", Decimal("0.5")))
    assert "25 %" in program.inputs["commission"].note


def test_nfon_partners_may_stay_in_the_old_program() -> None:
    catalog = Catalog.load(shipped())

    def governs(day: date, pinned: str | None = None) -> str | None:
        program = catalog.governing("nfon-ngage", day, pinned)
        return program.version if program else None

    assert governs(date(2021, 12, 31)) == "2016"
    assert governs(date(2022, 1, 1)) == "2022"
    assert governs(date(2026, 3, 10), "2016") == "2016"
    assert not catalog.later_for_all(catalog.versions["nfon-ngage"][0])


# --- the worked cases


def components_of_cases() -> Iterator[dict[str, Any]]:
    for file in (*FILES, *CASE_PROGRAMS):
        for plan in tomllib.loads(file.read_text(encoding="utf-8"))["plan"]:
            yield from plan["pays"]


def test_the_cases_use_every_key_of_a_component() -> None:
    used = {key for component in components_of_cases() for key in component}
    assert set(grammar.COMPONENT) - used <= {"note"}


def test_every_program_of_the_cases_is_used() -> None:
    named = {name for case in CASES for name in programs_of(case)}
    assert {file.relative_to(ROOT).as_posix() for file in CASE_PROGRAMS} <= named
    assert all((ROOT / name).is_file() for name in named)


@cache
def programs_of(case: Path) -> list[str]:
    """Return the program files that a case names."""
    names: list[str] = read_case(case)["programs"]
    return names


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_file_of_the_catalogue_has_a_worked_case(file: Path) -> None:
    """A case names it and expects something of it; and each of its plans is open to the deal of some case."""
    program, path = read(name_of(file)), file.relative_to(CATALOG.parents[1]).as_posix()
    cases = [case for case in CASES if path in programs_of(case)]
    rows = [row for case in cases for row in read_case(case)["expect"]]
    expected = [row for row in rows if key(program, row) == key(program)]
    assert {row.get("status", "payable") for row in expected} & {"payable", "incomplete"}
    found = [e for case in cases for e in case_estimates(case) if (e.program, e.version) == key(program)]
    assert {e.plan for e in found if e.status is not Status.INELIGIBLE} == {plan.id for plan in program.plans}


def key(program: Program, row: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return the version of a program; that of a row of a case, which need not say what goes without saying."""
    row = row or {}
    return row.get("program", program.id), row.get("version", program.version)


@pytest.mark.parametrize("file", CASE_PROGRAMS, ids=name_of)
def test_a_program_of_the_cases_can_be_read(file: Path) -> None:
    assert read_program(file.read_text(encoding="utf-8"), file.name).plans
