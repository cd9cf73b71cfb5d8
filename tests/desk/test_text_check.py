"""Every finding at its own words."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.desk.text_check import Checked, examine
from dealbook.programs.catalog import Catalog
from tests.desk.mistakes import WRONG_PROGRAMS, component
from tests.support import program_texts


def words(checked: Checked) -> list[str]:
    """Return the words of each finding."""
    return [checked.text[slice(*finding.span)] for finding in checked.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (component('rate = "1x"\nlagg = 2'), ["lagg"]),
        (component('rate = "15 per cent"'), ['"15 per cent"']),
        (component('rate = { by = "term", "12" = "1y" }'), ['"1y"']),
        (component('rate = { by = "trem", "12" = "1x" }'), ['"trem"']),
        (
            component('rate = "1x"\nrequires = [{ fact = "term", at_least = 1 }, { fact = "seets", is = 1 }]'),
            ['"seets"'],
        ),
        (component('rate = "1x"').replace('version = "1"\n', ""), ["[program]"]),
        (component(""), ["[[plan.pays]]"]),
        (component('rate = "$residul"', "[inputs.residual]\nvalue = '1%'"), ["[inputs.residual]", '"$residul"']),
    ],
)
def test_a_finding_is_at_its_words(text: str, expected: Sequence[str]) -> None:
    checked = examine(text)
    errors = [text[slice(*finding.span)] for finding in checked.findings if finding.is_error]
    assert errors == [one for one in expected if one != "[inputs.residual]"]
    assert checked.program is None
    assert checked.data is not None


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a = 1\nb = = 2\n", 2, "="),
        ("a = 1\n[b\nc = 2\n", 2, "b"),
        ('a = "open', 1, "n"),
        ("a = 1\na = 2\n", 2, "2"),
        ("a = [1,\n", 1, ","),
    ],
)
def test_what_is_not_toml_is_at_the_word_that_makes_no_sense(text: str, line: int, word: str) -> None:
    checked = examine(text)
    assert [finding.line for finding in checked.findings] == [line]
    assert words(checked) == [word]
    assert checked.data is None


def test_findings_are_in_the_order_of_the_text_and_lines_count_from_one() -> None:
    checked = examine(component('rate = "1x"\nlagg = 2\natt = "signing"'))
    lines = checked.text.splitlines()
    assert [lines[finding.line - 1] for finding in checked.findings] == ["lagg = 2", 'att = "signing"']
    assert checked.errors == 2


def test_other_versions_of_the_program_are_looked_at() -> None:
    text = component('rate = "1x"')
    later = text.replace("2020-01-01", "2021-01-01")  # still called version 1
    catalog = Catalog.load([("p/2020-01-01.toml", text)])
    alone = {finding.problem.code for finding in examine(later).findings}
    beside = {finding.problem.code for finding in examine(later, catalog.versions).findings}
    assert beside - alone == {"same-version"}


@pytest.mark.parametrize("text", WRONG_PROGRAMS)
def test_every_mistake_has_a_place(text: str) -> None:
    checked = examine(text)
    assert checked.findings
    for finding in checked.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.line == text.count("\n", 0, finding.span.start) + 1


@given(st.sampled_from(sorted(program_texts())), st.data())
def test_nothing_that_is_typed_stops_it(name: str, data: st.DataObject) -> None:
    text = program_texts()[name]
    cut = data.draw(st.integers(0, len(text)))
    typed = data.draw(st.text(alphabet='[]{}=,."#a1\n$ ', max_size=8))
    checked = examine(text[:cut] + typed + text[cut:])
    assert checked.program is None or not checked.errors
