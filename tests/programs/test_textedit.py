"""One key changed in a text: the rest stays to the letter, comments and all."""

import re
import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.programs.scanner import scan
from dealbook.programs.spans import KeyPath, Kind
from dealbook.programs.textedit import UnchangeableError, add_table, remove, rename, set_value
from tests.support import comments_in, program_texts

TEXT = """\
# top
[program]
id = "x" # the id

# --- the plans

[[plan]]
id = "a"
requires = [
  # only big ones
  { fact = "seats", at_least = 25 }, # of course
  { fact = "term", at_least = 12 }
]

# pays
[[plan.pays]]
id = "c"   # c
rate = { by = "term", "12" = "2x", "24" = "5x" }
clawback.window = 12

# second plan
[[plan]]
id = "b"
"""
ORDER = ("id", "name", "model", "requires")


@pytest.mark.parametrize(
    ("path", "literal", "before", "after"),
    [
        (("program", "id"), '"y"', 'id = "x" # the id', 'id = "y" # the id'),
        (("program", "currency"), '"USD"', 'id = "x" # the id', 'id = "x" # the id\ncurrency = "USD"'),
        (("plan", 0, "name"), '"N"', 'id = "a"\n', 'id = "a"\nname = "N"\n'),
        (("plan", 1, "model"), '"agent"', 'id = "b"\n', 'id = "b"\nmodel = "agent"\n'),
        (("plan", 0, "requires", 1, "at_least"), "24", "at_least = 12 }", "at_least = 24 }"),
        (("plan", 0, "requires", 0, "of"), '"ccaas"', "25 }", '25, of = "ccaas" }'),
        (("plan", 0, "requires", 2), "{ a = 1 }", "= 12 }\n", "= 12 },\n  { a = 1 }\n"),
        (("plan", 0, "pays", 0, "rate", "36"), '"8x"', '"5x" }', '"5x", "36" = "8x" }'),
        (("plan", 0, "pays", 0, "rate"), '"8x"', '{ by = "term", "12" = "2x", "24" = "5x" }', '"8x"'),
        (("plan", 0, "pays", 0, "clawback", "share"), '"1%"', "= 12\n\n#", '= 12\nclawback.share = "1%"\n\n#'),
        (("plan", 0, "pays", 0, "split", "care"), '"100%"', "dow = 12\n", 'dow = 12\nsplit = { care = "100%" }\n'),
        (("plan", 1, "requires", 0), "{ a = 1 }", 'id = "b"\n', 'id = "b"\nrequires = [{ a = 1 }]\n'),
        (("standing", "period"), '"x"', 'id = "b"\n', 'id = "b"\n\n[standing]\nperiod = "x"\n'),
    ],
)
def test_a_value_is_set_where_it_belongs(path: KeyPath, literal: str, before: str, after: str) -> None:
    assert TEXT.count(before) == 1
    assert set_value(TEXT, path, literal, ORDER) == TEXT.replace(before, after)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (("program", "id"), 'id = "x" # the id', "# the id"),
        (("plan", 1, "id"), 'id = "b"\n', ""),
        (("plan", 0, "requires", 0), '  { fact = "seats", at_least = 25 }, # of course\n', "  # of course\n"),
        (("plan", 0, "requires", 1), '  { fact = "term", at_least = 12 }\n', ""),
        (("plan", 0, "requires", 1, "at_least"), '"term", at_least = 12 }', '"term" }'),
        (("plan", 0, "requires", 1, "fact"), '{ fact = "term", at_least = 12 }', "{ at_least = 12 }"),
        (("plan", 0, "pays", 0, "rate", "12"), '"12" = "2x", ', ""),
        (("plan", 0, "pays", 0, "clawback"), "clawback.window = 12\n", ""),
        (("plan", 1), '\n[[plan]]\nid = "b"\n', "\n"),
    ],
)
def test_a_key_is_removed_and_its_comment_stays(path: KeyPath, before: str, after: str) -> None:
    assert TEXT.count(before) == 1
    assert remove(TEXT, path) == TEXT.replace(before, after)


def test_a_key_is_renamed_and_its_value_stays() -> None:
    assert rename(TEXT, ("plan", 0, "pays", 0, "rate", "24"), "30") == TEXT.replace('"24"', '"30"')
    assert rename(TEXT, ("plan", 0, "pays", 0, "clawback", "window"), "w") == TEXT.replace(".window", ".w")


def test_a_part_stands_after_its_siblings() -> None:
    two = add_table(TEXT, ("plan", 0, "pays", 1), ['id = "d"'])
    assert two == TEXT.replace("\n# second", '\n[[plan.pays]]\nid = "d"\n\n# second')
    other = add_table(TEXT, ("plan", 1, "pays", 0), ['id = "d"'])
    assert other == TEXT + '\n[[plan.pays]]\nid = "d"\n'
    named = add_table(TEXT, ("inputs", "x"), ['label = "X"'], ("program", "inputs", "plan"))
    assert named == TEXT.replace("\n# ---", '\n[inputs.x]\nlabel = "X"\n\n# ---')


def test_an_array_that_ends_with_a_comma_keeps_it() -> None:
    text = "a = [\n  1, # one\n]\nb = [2]\nc = []\n"
    assert set_value(text, ("a", 1), "3") == text.replace("# one\n", "# one\n  3,\n")
    assert set_value(text, ("b", 1), "3") == text.replace("[2]", "[2, 3]")
    assert set_value(text, ("c", 0), "3") == text.replace("[]", "[ 3 ]")


@pytest.mark.parametrize(
    ("text", "path"),
    [("a = = 1", ("a",)), ("a = 1\n", ("b",)), ("[[a]]\nb = 1\n", ("a", 3, "b"))],
)
def test_what_is_not_understood_is_refused(text: str, path: KeyPath) -> None:
    with pytest.raises(UnchangeableError):
        remove(text, path)


def test_a_change_that_would_change_more_is_refused() -> None:
    with pytest.raises(UnchangeableError):
        set_value(TEXT, ("plan", 7, "id"), '"z"')
    with pytest.raises(UnchangeableError):
        set_value(TEXT, ("program", "id"), '"z"\nvendor = "V"')


@given(st.data())
def test_any_value_of_any_program_can_be_written_over(data: st.DataObject) -> None:
    """Every other value, the comments and the names stay as they were, whichever value is changed."""
    text = data.draw(st.sampled_from(list(program_texts().values())))
    nodes = [node for node in scan(text).nodes.values() if node.kind is not Kind.TABLE]
    node = data.draw(st.sampled_from(nodes))
    new = set_value(text, node.path, '"changed"')
    assert new == text[: node.value.start] + '"changed"' + text[node.value.end :]
    before, after = (tomllib.loads(each, parse_float=Decimal) for each in (text, new))
    assert put(before, node.path, "changed") == after


@given(st.data())
def test_any_key_of_any_program_can_be_taken_out_and_put_back(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(list(program_texts().values())))
    nodes = [node for node in scan(text).nodes.values() if node.kind in (Kind.KEY, Kind.INLINE)]
    node = data.draw(st.sampled_from(nodes))
    literal = text[node.value.start : node.value.end]
    inside = comments_in(literal)
    without = remove(text, node.path)
    back = set_value(without, node.path, literal)
    assert tomllib.loads(back, parse_float=Decimal) == tomllib.loads(text, parse_float=Decimal)
    assert sorted(comments_in(without)) == sorted(set_minus(comments_in(text), inside))
    assert re.sub(r"\s", "", remove(back, node.path)) == re.sub(r"\s", "", without)


def set_minus(whole: list[str], part: list[str]) -> list[str]:
    """Return a list without each of another's once."""
    left = list(whole)
    for one in part:
        left.remove(one)
    return left


def put(data: Any, path: KeyPath, value: object) -> Any:  # noqa: ANN401 - what TOML reads
    """Return the data with a value written over."""
    at = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return data
