"""The JSON Schema: made from the grammar's tables, true to the reader, with the reference's words."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft202012Validator

from dealbook.cli import main
from dealbook.domain.problem import ProblemsError
from dealbook.programs import grammar
from dealbook.programs.facts import FACTS
from dealbook.programs.meanings import HEADINGS, fact_meaning, meaning
from dealbook.programs.reader import read_program
from dealbook.programs.schema import json_schema
from tests.desk.mistakes import component
from tests.programs.test_hostile import SHIPPED, edited
from tests.support import ROOT

CASES = sorted((ROOT / "tests" / "cases").glob("*.toml"))
PROGRAM, DEAL, PARTNER = (Draft202012Validator(json_schema(file)) for file in ("program", "deal", "partner"))


def plain(raw: object) -> object:
    """Return TOML's data as an editor's validator sees it: days as texts, decimals as numbers."""
    if isinstance(raw, dict):
        return {key: plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [plain(value) for value in raw]
    if isinstance(raw, Decimal):
        return float(raw)
    return raw.isoformat() if isinstance(raw, date) else raw


def wrong(validator: Draft202012Validator, raw: object) -> list[str]:
    """Return what a schema says of TOML's data."""
    return [error.message for error in validator.iter_errors(plain(raw))]


@pytest.mark.parametrize("validator", [PROGRAM, DEAL, PARTNER])
def test_it_is_a_schema(validator: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize("text", SHIPPED, ids=[str(i) for i in range(len(SHIPPED))])
def test_every_shipped_program_is_right_by_it(text: str) -> None:
    assert wrong(PROGRAM, tomllib.loads(text)) == []


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_deals_and_partners_of_the_cases_are_right_by_it(file: Path) -> None:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    assert wrong(DEAL, {key: raw[key] for key in grammar.DEAL_FILE if key in raw}) == []
    if "partner" in raw:
        assert wrong(PARTNER, {key: raw[key] for key in grammar.PARTNER_FILE if key in raw}) == []


@pytest.mark.parametrize(
    "text",
    [
        component('rate = "15 per cent"'),
        component("rate = 15"),
        component('ratee = "15%"'),
        component('rate = "1x"').replace('"mrr"', '"mrx"'),
        component('rate = { by = "trem", "1" = "1x" }'),
        component('rate = "1x"\nrequires = [{ fakt = "term" }]'),
        component('rate = "1x"\nmonths = 0'),
        component('rate = "1x"').replace("format = 1", "format = 2"),
        component('rate = "1x"').replace('vendor = "V"\n', ""),
    ],
)
def test_what_it_refuses_the_reader_refuses(text: str) -> None:
    assert wrong(PROGRAM, tomllib.loads(text))
    with pytest.raises(ProblemsError):
        read_program(text)


@given(edited())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_it_refuses_nothing_that_the_reader_reads(text: str) -> None:
    try:
        read_program(text)
    except ProblemsError:
        assume(False)
    assert wrong(PROGRAM, tomllib.loads(text.removeprefix("\ufeff"))) == []


def test_every_key_and_fact_has_its_meaning() -> None:
    for name in HEADINGS.values():
        assert {key for key in getattr(grammar, name) if not meaning(name, key)} == set(), name
    assert {fact for fact in FACTS if not fact_meaning(fact)} == set()


def test_the_command_writes_it() -> None:
    answer = CliRunner().invoke(main, ["schema", "deal"])
    assert answer.exit_code == 0
    assert '"A deal with its one offer"' in answer.output
