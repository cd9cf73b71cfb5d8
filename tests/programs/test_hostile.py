"""Files that mean harm, or are broken: refused with clear problems, never with a traceback, whatever their size.

What is refused here would take the parser or the reader minutes, or all the memory, if it were let through: that the
test ends at all is part of what it says.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.domain.partner import Assumptions, Enrolment, Partner
from dealbook.domain.problem import Problem, ProblemsError
from dealbook.earnings.compare import estimates
from dealbook.programs import grammar
from dealbook.programs.catalog import Catalog, shipped
from dealbook.programs.checks import check_program
from dealbook.programs.dealfile import read_deal, read_partner
from dealbook.programs.facts import FACTS
from dealbook.programs.limits import LONGEST_FILE, MOST_PROBLEMS, read_limited
from dealbook.programs.reader import ProgramReader, read_program
from dealbook.programs.terms import all_terms
from tests.desk.mistakes import DEAL, HEAD, PAYS, PLAN, component

MANY = 200_000


def inputs(count: int, value: str) -> str:
    """Return `count` inputs, each with a value that may name the next one."""
    return "".join(f"[inputs.a{i}]\nvalue = {value.format(next=i + 1)}\n" for i in range(count))


HOSTILE = {
    "fifty megabytes": ("a" * 50_000_000, "too-long"),
    "arrays a thousand deep": ("a=" + "[" * 1000 + "]" * 1000, "too-deep"),
    "arrays without an end": ("a=" + "[" * MANY, "too-deep"),
    "tables a thousand deep": (
        component("rate = " + '{by="term","1"=' * 1000 + "1" + "}" * 1000),
        "too-deep",
    ),
    "a key of very many parts": (".".join("a" * MANY) + "=1", "name-too-long"),
    "a quoted key of many parts": (".".join(['"a"'] * 1000) + "=1", "name-too-long"),
    "1e999": (component("rate = 1e999"), "not-a-rate"),
    "an exponent without end": (component("rate = 1e999999999999999999"), "not-a-rate"),
    "not a number": (component("rate = nan"), "not-a-rate"),
    "infinity": (component("rate = -inf"), "not-a-rate"),
    "a whole number of many digits": (component("rate = " + "9" * MANY), "not-toml"),
    "a hexadecimal number of many digits": (component("rate = 0x" + "f" * MANY), "not-a-rate"),
    "a fraction of many digits": (component("rate = 0." + "9" * MANY), "not-a-rate"),
    "a rate of many digits": (component(f'rate = "{"9" * MANY}%"'), "not-a-rate"),
    "a table of many rows": (
        component("rate = {by='seats'," + ",".join(f'"{i}"=1' for i in range(40_000)) + "}"),
        "too-many-rows",
    ),
    "a million rows": (component("rate = {by='seats'," + '"1"=1,' * 1_000_000 + "}"), "too-long"),
    "many plans": ("plan=[" + "{}," * 100_000 + f"]\n{HEAD}", "too-many"),
    "many components": (HEAD + PLAN + (PAYS + 'rate="1%"\n') * 5000, "too-many"),
    "many inputs": (HEAD + inputs(10_000, '"$a{next}"') + PLAN, "too-many"),
    "many conditions": (
        component('rate="1%"', plan="requires=[" + '{fact="term",is=1},' * 15_000 + "]\n"),
        "too-many",
    ),
    "many countries": (
        component('rate="1%"').replace("covers", "countries=[" + '"DE",' * 50_000 + "]\ncovers"),
        "too-many",
    ),
    "a circle of inputs": (
        component('rate = "$a0"', inputs(3, '"$a{next}"') + '[inputs.a3]\nvalue="$a0"\n'),
        "cyclic-reference",
    ),
    "a chain of inputs": (
        component('rate = "$a0"', inputs(400, '"$a{next}"') + '[inputs.a400]\nvalue="1%"\n'),
        "too-deep",
    ),
    "inputs that double": (
        component('rate = "$a0"', inputs(60, '{{by="term","1"="$a{next}","2"="$a{next}"}}') + "[inputs.a60]\n"),
        "too-deep",
    ),
    "control characters": (component('rate="1%"').replace('"V"', '"V\\u0000\\u001b[31m"'), "unseen-character"),
    "a text that runs backwards": (component('rate="1%"').replace('"V"', '"V\\u202e"'), "unseen-character"),
    "an input's name with a control character": (component('rate="1%"', '[inputs."a\\u0007"]\n'), "wrong-kind"),
    "brackets in a text": (
        component('rate="1%"\nratee=1').replace('"V"', "'''\n[" + " " * MANY + "'''"),
        "unknown-key",
    ),
    "a key of many letters": (component(f'rate="1%"\n{"k" * MANY}=1'), "unknown-key"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_one_clear_problem(name: str) -> None:
    text, code = HOSTILE[name]
    with pytest.raises(ProblemsError) as refused:
        read_program(text)
    first = refused.value.problems[0]
    assert first.code == code
    assert len(str(first)) < 1000


def test_a_file_is_not_read_beyond_what_it_may_hold(tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    with big.open("wb") as file:
        file.truncate(50_000_000_000)  # a hole: it takes no room on the disk, and would take all the memory
    with pytest.raises(ProblemsError) as refused:
        read_limited(big)
    assert [problem.code for problem in refused.value.problems] == ["too-long"]


def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("a = 1\nb = 'ü'\n".encode("latin-1"))
    with pytest.raises(ProblemsError) as refused:
        read_limited(latin)
    assert refused.value.problems[0].facts["line"] == "2"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    text = component('rate = "1%"\nevery = "month"')
    marked = tmp_path / "marked.toml"
    marked.write_text(text, encoding="utf-8-sig")
    assert read_program(read_limited(marked)) == read_program(text) == read_program("\ufeff" + text)


def test_the_longest_file_is_read() -> None:
    text = component('rate = "1%"\nevery = "month"')
    filled = text + "#" * (LONGEST_FILE - len(text))
    assert read_program(filled) == read_program(text)


def test_of_very_many_problems_the_first_are_told() -> None:
    text = component('rate = "1%"\n' + "\n".join(f"key{i} = 1" for i in range(5000)))
    with pytest.raises(ProblemsError) as refused:
        read_program(text)
    assert len(refused.value.problems) == MOST_PROBLEMS
    assert refused.value.problems[0].facts["line"] == str(text[: text.index("key0")].count("\n") + 1)


def test_a_contract_cannot_make_a_chain_either() -> None:
    text = component('rate = "$a0"', "".join(f"[inputs.a{i}]\n" for i in range(40)))
    chain: dict[str, Any] = {f"a{i}": f"$a{i + 1}" for i in range(39)}
    found = evaluated(text, Enrolment(program="p", inputs=chain | {"a39": "1%"}))
    assert "too-deep" in {problem.code for problem in found}


# --- anything at all --------------------------------------------------------------------------------------------------

SHIPPED = [text for _, text in shipped()]
NAMES = sorted({*grammar.PROGRAM, *grammar.PLAN, *grammar.COMPONENT, *grammar.STANDING, *grammar.INPUT, *FACTS})
PIECES = [
    *('"', "'", '"""', "[", "]", "[[", "{", "}", "=", ",", ".", "\n", "#", "\\", "\x00", "\ufeff", "é", "\ud800"),
    *("nan", "inf", "1e999", "-1", "0", '"15%"', '"8x"', '"$a"', "true", "2026-02-30", "2026-01-01", "12:00:00"),
    *('{ by = "seats", "1" = "1x" }', '{ by = "term", mode = "marginal", "0" = 1 }', "[[plan.pays]]\n", "[plan.buy]\n"),
    *(f"\n{name} = " for name in NAMES),
]


@st.composite
def edited(draw: st.DrawFn) -> str:
    """A shipped file after a few edits that nobody thought about."""
    text = draw(st.sampled_from(SHIPPED))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.sampled_from([0, 0, 1, 5, 40]))
        text = text[:at] + draw(st.sampled_from(PIECES) | st.text(max_size=8)) + text[at + gone :]
    return text


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=6)
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.sampled_from(
        ["15%", "8x", "$a", "term", "life", "month", "mrr", "ucaas", "seats", "agent", "signing", "prorated"]
    )
)
keys = st.sampled_from([*NAMES, "by", "of", "mode", "1", "12", "else", "true", "acquisition", "care", "share"])
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=8
)


def sections(keys_of: grammar.Section) -> st.SearchStrategy[dict[str, Any]]:
    """Tables with the keys of a section and anything at all as their values."""
    return st.dictionaries(st.sampled_from(sorted(keys_of)), anything, max_size=8)


files = st.fixed_dictionaries(
    {
        "format": st.just(1) | anything,
        "program": sections(grammar.PROGRAM),
        "plan": st.lists(
            st.builds(
                dict.__or__,
                sections(grammar.PLAN),
                st.fixed_dictionaries({"pays": st.lists(sections(grammar.COMPONENT), max_size=2)}),
            ),
            max_size=2,
        ),
    },
    optional={
        "source": anything,
        "inputs": st.dictionaries(st.sampled_from(["a", "b", "$", ""]), sections(grammar.INPUT) | anything, max_size=3),
        "standing": sections(grammar.STANDING) | anything,
    },
)


@given(edited())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_an_edited_file_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ProblemsError):
        check_program(read_program(text), text)
        assert evaluated(text, Enrolment(program="p")) is not None


@given(files)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_data_brings_the_reader_down(raw: dict[str, Any]) -> None:
    reader = ProgramReader(raw)
    with contextlib.suppress(ProblemsError):
        program = reader.program(raw)
        reader.stop_if_wrong()
        check_program(program, "")


@given(st.sampled_from([read_deal, read_partner]), st.text(max_size=200) | edited())
def test_deals_and_partners_are_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(ProblemsError):
        read(text)


def evaluated(text: str, enrolment: Enrolment) -> list[Problem]:
    """Return every problem of every plan of a program for a deal, the partner enrolled."""
    program = read_program(text)
    enrolments = [Enrolment(program=program.id, certified=True, inputs=enrolment.inputs)]
    terms = all_terms(Catalog.of([program]), Partner(name="P"), enrolments, DEAL.signed)
    found = estimates(DEAL, DEAL.offers[0], terms, Assumptions())
    return [problem for estimate in found for problem in estimate.problems]
