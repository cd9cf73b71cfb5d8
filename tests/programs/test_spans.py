"""Where things stand in a text: held against what TOML's own reader finds in every program of the tests."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.programs.scanner import scan
from dealbook.programs.spans import KeyPath, Kind, path_of, quoted, string
from tests.support import program_texts

TEXTS = program_texts()
NASTY = '''\
a.b."c d" = 1 # one
"e\\"f" = """
[x]
"""
g = [ # first
  { h = '#', i = [1, [2, 3]] }, # second
  { h = "]" },
]
[[t]]
u = 1979-05-27 07:32:00
[t."v.w".x]
y = {}
[[t]]
[[t.z]]
k = +1.5
'''


def paths(data: Any, at: KeyPath = ()) -> Iterator[KeyPath]:  # noqa: ANN401 - what TOML reads
    """Yield the path of everything that TOML reads."""
    if at:
        yield at
    for name, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from paths(value, (*at, name))


def value_at(data: Any, path: KeyPath) -> Any:  # noqa: ANN401 - what TOML reads
    """Return what stands at a path."""
    for part in path:
        data = data[part]
    return data


@pytest.mark.parametrize("text", [*TEXTS.values(), NASTY], ids=[*TEXTS, "nasty"])
def test_every_key_and_value_stands_where_it_is_said_to(text: str) -> None:
    data, spans = tomllib.loads(text, parse_float=Decimal), scan(text)
    named = set(spans.nodes)
    missing = [path for path in paths(data) if not any(known[: len(path)] == path for known in named)]
    assert missing == []
    assert named <= set(paths(data))
    for path, node in spans.nodes.items():
        if node.kind is not Kind.TABLE:
            literal = text[node.value.start : node.value.end]
            assert tomllib.loads(f"x = {literal}", parse_float=Decimal)["x"] == value_at(data, path)
        if node.kind in (Kind.KEY, Kind.INLINE):
            name = text[node.name.start : node.name.end]
            assert value_at(tomllib.loads(f"{name} = 1"), path[-len(list(paths(tomllib.loads(f"{name} = 1")))) :]) == 1


def test_a_table_ends_with_its_last_own_line() -> None:
    text = "[a]\nb = 1\n\n# about c\n[[c]]\nd = 2\n[c.e]\nf = 3 # six\n\n[[c]]\n"
    spans = scan(text)
    assert text[slice(*spans.nodes["a",].value)] == "[a]\nb = 1"
    assert text[slice(*spans.nodes["c", 0].value)] == "[[c]]\nd = 2\n[c.e]\nf = 3"
    assert spans.table_at(text.index("f = 3")) == ("c", 0, "e")
    statement = spans.statement_at(text.index("# six"))
    assert statement is not None
    assert statement.path == ("c", 0, "e", "f")
    assert spans.statement_at(text.index("# about")) is None


@pytest.mark.parametrize("broken", ["x = = 1", "x = [", "x = {a = ", 'x = "', "= 1", "[p", "[[p]", "x", "x = [1 2]"])
def test_a_line_that_makes_no_sense_is_passed_over(broken: str) -> None:
    spans = scan(f"a = 1\n{broken}\nb = 2\n[c]\nd = 3\n")
    assert {("a",), ("b",), ("c",), ("c", "d")} <= set(spans.nodes)


@given(st.text(alphabet="[]{}=,.\"'#ab1\n \\", max_size=60))
def test_nothing_that_is_typed_stops_it(text: str) -> None:
    for node in scan(text).nodes.values():
        assert 0 <= node.name.start <= node.name.end <= len(text)
        assert 0 <= node.value.start <= node.value.end <= len(text)


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ('plan[0].pays[1].rate."12.5"', ("plan", 0, "pays", 1, "rate", "12.5")),
        ("program.effective_from", ("program", "effective_from")),
        ("inputs.a-b.value", ("inputs", "a-b", "value")),
        ("plan[10]", ("plan", 10)),
        ("", ()),
    ],
)
def test_the_path_of_a_problem(where: str, path: KeyPath) -> None:
    assert path_of(where) == path


@given(st.text(st.characters(codec="utf-8")))
def test_names_and_texts_are_read_back(text: str) -> None:
    assert tomllib.loads(f"{quoted(text)} = {string(text)}") == {text: text}
