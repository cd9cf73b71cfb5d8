"""Wrong program files: every problem is listed with its key path, and nothing is half-loaded."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.problem import Problem, ProblemsError
from dealbook.programs.catalog import Catalog
from dealbook.programs.reader import read_program

HEAD = """\
format = 1

[program]
id = "p"
vendor = "V"
name = "P"
version = "1"
effective_from = 2020-01-01
covers = ["ucaas"]
"""

PLAN = """
[[plan]]
id = "agent"
model = "agent"
"""

PAYS = """
[[plan.pays]]
id = "residual"
basis = "mrr"
every = "month"
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(ProblemsError) as caught:
        read_program(text, "p.toml")
    return caught.value.problems


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def with_rate(rate: str, more: str = "", inputs: str = "") -> str:
    return f"{HEAD}{inputs}{PLAN}{PAYS}rate = {rate}\n{more}"


def test_right_file_reads() -> None:
    program = read_program(with_rate('"15%"'))
    assert program.plans[0].pays[0].id == "residual"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("not = = toml", "not-toml", "p.toml"),
        (with_rate('"15%"', "ratee = 1"), "unknown-key", "plan[0].pays[0].ratee"),
        (with_rate('"fifteen"'), "not-a-rate", "plan[0].pays[0].rate"),
        (with_rate("15"), "not-a-rate", "plan[0].pays[0].rate"),
        (with_rate('"1x"', 'cash = "120%"'), "share-out-of-range", "plan[0].pays[0].cash"),
        (with_rate('{ "12" = "1x" }'), "missing-key", "plan[0].pays[0].rate.by"),
        (with_rate("nan"), "not-a-rate", "plan[0].pays[0].rate"),
        (with_rate("1e999"), "not-a-rate", "plan[0].pays[0].rate"),
        (
            with_rate('"$residal"', inputs='[inputs.residual]\nsource = "s"\n'),
            "unknown-source",
            "inputs.residual.source",
        ),
        (with_rate('{ by = "trem", "12" = "1x" }'), "unknown-fact-name", "plan[0].pays[0].rate.by"),
        (with_rate('{ by = "term", "-1" = "1x" }'), "row-out-of-range", 'plan[0].pays[0].rate."-1"'),
        (with_rate('{ by = "term", "a" = "1x" }'), "bad-row", 'plan[0].pays[0].rate."a"'),
        (with_rate('{ by = "term", "12" = "1x", "12.0" = "2x" }'), "double-row", "plan[0].pays[0].rate"),
        (with_rate('{ by = "term" }'), "no-rows", "plan[0].pays[0].rate"),
        (with_rate('{ by = "customer_kind", old = "1x" }'), "row-out-of-range", 'plan[0].pays[0].rate."old"'),
        (with_rate('{ by = "term", mode = "marginal", "1" = "1x" }'), "wrong-marginal", "plan[0].pays[0].rate"),
        (with_rate('{ by = "categories", ucaas = "1x" }'), "wrong-table-fact", "plan[0].pays[0].rate.by"),
        (with_rate('{ by = "elapsed", "1" = "1x" }'), "fact-not-here", "plan[0].pays[0].rate"),
        (with_rate('"1x"', "amount = 3"), "wrong-figure", "plan[0].pays[0].amount"),
        (with_rate('"1x"', 'at = "start"'), "at-and-every", "plan[0].pays[0].every"),
        (with_rate('"1x"', 'split = { acquisition = "50%" }'), "shares-not-whole", "plan[0].pays[0].split"),
        (with_rate('"1x"', 'clawback = { share = "prorated" }'), "missing-key", "plan[0].pays[0].clawback.window"),
        (with_rate('"1x"', "cap = { by = 'elapsed', '1' = 3 }"), "fact-not-here", "plan[0].pays[0].cap"),
        (
            with_rate('"1x"', 'requires = [ { fact = "term", is_not = 3 } ]'),
            "unknown-key",
            "plan[0].pays[0].requires[0].is_not",
        ),
        (with_rate('"1x"', 'requires = [ { fact = "term" } ]'), "no-test", "plan[0].pays[0].requires[0]"),
        (
            with_rate('"1x"', 'requires = [ { fact = "term", includes = "x" } ]'),
            "wrong-test",
            "plan[0].pays[0].requires[0].includes",
        ),
        (with_rate('"1x"', "points = 15"), "not-a-rate", "plan[0].pays[0].points"),
        (with_rate('"1x"', "points = { by = 'elapsed', '1' = '1%' }"), "fact-not-here", "plan[0].pays[0].points"),
        (
            with_rate('"1x"', "points = { by = 'mrr', mode = 'marginal', '1' = '1%' }"),
            "wrong-marginal",
            "plan[0].pays[0].points",
        ),
        (
            with_rate('{ by = "mrr", mode = "marginal", "0" = "1x" }', "points = { by = 'product', a = '1%' }"),
            "wrong-marginal",
            "plan[0].pays[0].rate",
        ),
        (
            with_rate("1", 'points = "1%"').replace('"mrr"', '"seats"').replace("rate =", "amount ="),
            "wrong-figure",
            "plan[0].pays[0].points",
        ),
        (with_rate('"1x"', 'after_leaving = "term"'), "wrong-kind", "plan[0].pays[0].after_leaving"),
        (with_rate('"1x"', "after_leaving = -1"), "wrong-kind", "plan[0].pays[0].after_leaving"),
        (with_rate('"1x"', 'cap_per = "year"'), "missing-key", "plan[0].pays[0].cap"),
        (with_rate('"1x"', 'cap = 5\ncap_per = "month"'), "unknown-name", "plan[0].pays[0].cap_per"),
        (f'{HEAD}{PLAN}below_minimum = "carried"\n{PAYS}rate = "1x"', "missing-key", "plan[0].minimum_payout"),
        (
            f"{HEAD}{PLAN}minimum_payout = {{ by = 'product', a = 1 }}\n{PAYS}rate = '1x'",
            "fact-not-here",
            "plan[0].minimum_payout",
        ),
        (f"{HEAD}succeeds = ['p']\n{PLAN}{PAYS}rate = '1x'", "cyclic-reference", "program.succeeds"),
        (
            f"{HEAD}[standing]\nlasts = 'for-ever'\n{PLAN}{PAYS}rate = '1x'",
            "unknown-name",
            "standing.lasts",
        ),
        (f'{HEAD}{PLAN}otherwise = "b"\n{PAYS}rate = "1x"', "unknown-plan", "plan[0].otherwise"),
        (f"{HEAD}effective_until = 2019-01-01\n{PLAN}{PAYS}rate = '1x'", "end-before-start", "program.effective_until"),
    ],
)
def test_wrong_file(text: str, code: str, where: str) -> None:
    found = problems(text)
    assert (code, where) in [(p.code, p.where) for p in found], found


def test_every_problem_is_listed() -> None:
    text = with_rate('"fifteen"', 'every = "week"\nlag = -1', '[inputs.x]\nkind = "colour"\n').replace(
        'every = "month"\n', ""
    )
    assert {p.code for p in problems(text)} == {"not-a-rate", "unknown-name", "wrong-kind"}


def test_problem_has_its_line() -> None:
    text = with_rate('"fifteen"')
    assert only(text).facts["line"] == str(text.splitlines().index('rate = "fifteen"') + 1)


def test_nearest_name_is_offered() -> None:
    assert only(with_rate('"1x"', "lagg = 1")).facts["nearest"] == "lag"
    assert only(with_rate('"$residul"', inputs="[inputs.residual]\n")).facts["nearest"] == "residual"


def test_cycle_of_inputs() -> None:
    inputs = '[inputs.a]\nvalue = "$b"\n[inputs.b]\nvalue = { by = "term", "1" = "$a" }\n'
    found = only(with_rate('"$a"', inputs=inputs))
    assert (found.code, found.facts["cycle"]) == ("cyclic-reference", "$a → $b → $a")


def test_cycle_of_plans() -> None:
    other = PLAN.replace('"agent"', '"b"', 1)
    text = f'{HEAD}{PLAN}otherwise = "b"\n{PAYS}rate = "1x"\n{other}otherwise = "agent"\n{PAYS}rate = "1x"'
    assert {p.code for p in problems(text)} == {"cyclic-reference"}


def test_deep_nesting_is_refused() -> None:
    deep = '{ by = "term", "1" = ' * 30 + '"1x"' + " }" * 30
    assert only(with_rate(deep)).code == "too-deep"


def test_abyss_is_refused() -> None:
    assert problems("a = " + "[" * 100_000)[0].code == "too-deep"


def test_wrong_file_leaves_the_others() -> None:
    catalog = Catalog.load([("a.toml", with_rate('"15%"')), ("b.toml", "format = 2")])
    assert list(catalog.versions) == ["p"]
    assert {p.facts["file"] for p in catalog.problems} == {"b.toml"}


@given(st.text(max_size=80))
def test_never_a_traceback_for_a_value(text: str) -> None:
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    with suppress(ProblemsError):
        read_program(with_rate(f'"{written}"'))


TOML_VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["by", "of", "mode", "12", "else", "fact", "is", "share", "x"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(["rate", "requires", "split", "clawback", "instalments", "upfront", "months", "cap", "on"]),
    TOML_VALUES,
)
def test_never_a_traceback_for_a_key(key: str, value: object) -> None:
    from dealbook.programs.reader import ProgramReader

    raw = {
        "format": 1,
        "program": {
            "id": "p",
            "vendor": "V",
            "name": "P",
            "version": "1",
            "effective_from": "2020-01-01",
            "covers": ["ucaas"],
        },
        "plan": [
            {
                "id": "a",
                "model": "agent",
                "pays": [{"id": "c", "basis": "mrr", "rate": "1x", "every": "month", key: value}],
            }
        ],
    }
    ProgramReader(raw).program(raw)
