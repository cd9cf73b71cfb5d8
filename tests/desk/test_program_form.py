"""The form: what it shows of a text, and that a change in it changes its own key and nothing else."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dealbook.desk.form_edits import add_part, begin, change, literal
from dealbook.desk.form_grids import (
    NESTED,
    GridRow,
    add_row,
    change_head,
    edit_cell,
    grid_of,
    remove_row,
    to_figure,
    to_table,
)
from dealbook.desk.program_form import FormField, Part, Shape, at, field_of, fields, more, outline
from dealbook.desk.sections import TABLES
from dealbook.domain.problem import ProblemsError
from dealbook.programs import grammar
from dealbook.programs.model import Program
from dealbook.programs.reader import ProgramReader, read_program
from dealbook.programs.spans import KeyPath
from dealbook.programs.textedit import remove
from tests.desk.mistakes import component
from tests.support import comments_in, program_texts

TEXT = component(
    'label = "L" # the label\nrate = { by = "term", "12" = "1x", "24" = "2x" } # by term\n'
    'requires = [{ fact = "seats", of = "ucaas", at_least = 25 }]\nsplit = { acquisition = "60%", care = "40%" }\n'
    'instalments = [{ share = "50%" }, { share = "50%", lag = 6 }]'
)
PAYS: KeyPath = ("plan", 0, "pays", 0)


def data_of(text: str) -> Any:  # noqa: ANN401 - what TOML reads
    """Return what TOML reads."""
    return tomllib.loads(text, parse_float=Decimal)


def field(text: str, *path: str | int) -> FormField:
    """Return a field of a text."""
    found = field_of(data_of(text), path)
    assert found is not None
    return found


def row(text: str, number: int, *path: str | int) -> GridRow:
    """Return a row of a field's grid."""
    grid = grid_of(field(text, *path))
    assert grid is not None
    return grid.rows[number]


# --- what is shown


def test_the_parts_in_the_order_of_the_language() -> None:
    text = program_texts()["nfon-ngage/2022-01-01.toml"]
    parts = [(entry.part, entry.depth) for entry in outline(data_of(text))]
    assert parts == [
        (Part.PROGRAM, 0),
        (Part.SOURCE, 0),
        (Part.INPUT, 0),
        (Part.STANDING, 0),
        *[(Part.TIER, 1)] * 3,
        (Part.PLAN, 0),
        (Part.COMPONENT, 1),
    ]


@pytest.mark.parametrize("text", ["plan = 3", "plan = [1]", "inputs = []", "[standing]\ntier = 2", "program = 1", ""])
def test_what_is_of_the_wrong_shape_is_left_out(text: str) -> None:
    for entry in outline(data_of(text)):
        fields(data_of(text), entry.path)


def test_the_keys_that_matter_for_the_component_at_hand() -> None:
    once = {one.name for one in fields(data_of(component('rate = "1x"')), PAYS)}
    assert {"rate", "at", "every", "requires"} <= once
    assert not once & {"amount", "months", "upfront", "cap"}
    over = {one.name for one in fields(data_of(component('amount = 2\nevery = "month"').replace("mrr", "seats")), PAYS)}
    assert {"amount", "every", "months"} <= over
    assert not over & {"rate", "at"}
    assert {"cap", "lag", "clawback"} <= set(more(data_of(TEXT), PAYS))


def test_every_key_of_the_language_is_in_the_form() -> None:
    shown = {one.name for one in fields(data_of(TEXT), PAYS)} | set(more(data_of(TEXT), PAYS))
    assert shown == set(grammar.COMPONENT)


# --- what is changed


TYPED = st.one_of(
    st.sampled_from(
        ["12.5%", "8x", "250", "0", "true", "2026-07-01", "$residual", "month", "ucaas, ccaas", "EUR", "36"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
)


@given(st.sampled_from(sorted(program_texts())), st.data())
def test_a_field_changes_its_own_key_and_nothing_else(name: str, data: st.DataObject) -> None:
    """The program reads as before but for the one key, and every comment stays, in its order."""
    text = program_texts()[name]
    before = data_of(text)
    entry = data.draw(st.sampled_from(outline(before)))
    names = [one.name for one in fields(before, entry.path)] + more(before, entry.path)
    one = field_of(before, (*entry.path, data.draw(st.sampled_from(names))))
    assume(one is not None and not isinstance(one.raw, dict | list))
    assert one is not None
    options = one.options or ("",)
    typed = data.draw(st.one_of(TYPED, st.sampled_from(options)))
    new = change(text, one.path, typed)
    assert comments_in(new) == comments_in(text)
    after = data_of(new)
    assert at(after, one.path) == (data_of(f"x = {written(one, typed)}")["x"] if typed.strip() else None)
    assert without(after, one.path) == without(before, one.path)
    try:
        old_program, new_program = read_program(text), read_program(new)
    except ProblemsError:
        return  # what was typed is wrong, and stands in the text as it was typed
    assert but(old_program, one.path) == but(new_program, one.path)


def written(one: FormField, typed: str) -> str:
    """Return what was typed as the field writes it."""
    kind = one.key.kind
    if one.shape is Shape.VALUE:
        kind = "rate" if kind in ("rate", "clawback share") else "number"
    return literal(kind, typed)


def without(data: Any, path: KeyPath) -> Any:  # noqa: ANN401 - what TOML reads
    """Return the data without a key, and without what is empty."""
    if not path:
        return data
    if isinstance(data, list):
        return [without(one, path[1:]) if i == path[0] else one for i, one in enumerate(data)]
    kept = {
        name: without(value, path[1:]) if name == path[0] and len(path) > 1 else value for name, value in data.items()
    }
    if len(path) == 1:
        kept.pop(path[0], None)
    return {name: value for name, value in kept.items() if value != {}}


def but(program: Program, path: KeyPath) -> Program:
    """Return a program without what stands at a key of its head, of an input, a plan or a component."""
    match path:
        case ("program", str(name)):
            return replace(program, **{name: None})  # type: ignore[arg-type]
        case ("source", *_):
            return replace(program, sources=())
        case ("inputs", str(name), *_):
            return replace(program, inputs={key: one for key, one in program.inputs.items() if key != name})
        case ("standing", *_):
            return replace(program, standing=None)  # type: ignore[arg-type]
        case ("plan", int(i), "pays", int(j), str(name), *_):
            plan = program.plans[i]
            changed: dict[str, Any] = {name: None, "every": 0} if name == "upfront" else {name: None}
            pays = [replace(c, **changed) if k == j else c for k, c in enumerate(plan.pays)]
            plans = [replace(p, pays=tuple(pays)) if k == i else p for k, p in enumerate(program.plans)]
            return replace(program, plans=tuple(plans))
        case ("plan", int(i), str(name), *_):
            changed = {name: None, "name": ""} if name == "id" else {name: None}
            plans = [replace(p, **changed) if k == i else p for k, p in enumerate(program.plans)]
            return replace(program, plans=tuple(plans))
    msg = f"{path} is nowhere in a program"
    raise AssertionError(msg)


def test_an_empty_field_takes_its_key_out() -> None:
    assert change(TEXT, (*PAYS, "label"), "") == TEXT.replace('label = "L" # the label', "# the label")
    assert change(TEXT, (*PAYS, "cap"), " ") == TEXT
    clawback = begin(TEXT, (*PAYS, "clawback"))
    less = change(clawback, (*PAYS, "clawback", "window"), "")
    assert 'clawback = { share = "100%" }' in less
    assert change(less, (*PAYS, "clawback", "share"), "") == TEXT


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("rate", "15%", '"15%"'),
        ("number", "12.50", "12.50"),
        ("number", "007", '"007"'),
        ("number", "$x", '"$x"'),
        ("count", "6", "6"),
        ("count", "six", '"six"'),
        ("months", "life", '"life"'),
        ("day", "2026-07-01", "2026-07-01"),
        ("day", "2026-02-30", '"2026-02-30"'),
        ("flag", "true", "true"),
        ("flag", "yes", '"yes"'),
        ("choices", "ucaas, ccaas,", '["ucaas", "ccaas"]'),
        ("text", 'a "b" \\ c', '"a \\"b\\" \\\\ c"'),
    ],
)
def test_what_is_typed_is_written_as_its_kind_is(kind: str, typed: str, expected: str) -> None:
    assert literal(kind, typed) == expected


# --- grids


def test_rows_of_a_table_of_values() -> None:
    one = field(TEXT, *PAYS, "rate")
    assert edit_cell(TEXT, one, row(TEXT, 0, *PAYS, "rate"), 1, "3x") == TEXT.replace('"1x"', '"3x"')
    assert edit_cell(TEXT, one, row(TEXT, 0, *PAYS, "rate"), 0, "6") == TEXT.replace('"12" =', '"6" =')
    assert add_row(TEXT, one, "36") == TEXT.replace('"24" = "2x"', '"24" = "2x", "36" = "2x"')
    assert remove_row(TEXT, one, row(TEXT, 1, *PAYS, "rate")) == TEXT.replace(', "24" = "2x"', "")
    assert change_head(TEXT, one.path, "by", "seats") == TEXT.replace('by = "term"', 'by = "seats"')
    assert change_head(TEXT, one.path, "mode", "whole") == TEXT.replace('"term",', '"term", mode = "whole",')
    assert 'rate = "1x" # by term' in to_figure(TEXT, one.path, one.raw)
    assert to_table(component('rate = "1x"'), one.path, "1x") == component('rate = { by = "term", "0" = "1x" }')


def test_the_last_row_takes_the_key_along() -> None:
    text = component('rate = { by = "term", "12" = "1x" }\nsplit = { care = "100%" }')
    assert remove_row(text, field(text, *PAYS, "rate"), row(text, 0, *PAYS, "rate")) == component(
        'split = { care = "100%" }'
    )
    assert "split" not in remove_row(text, field(text, *PAYS, "split"), row(text, 0, *PAYS, "split"))


def test_a_table_in_a_table_is_left_to_the_text() -> None:
    text = component('rate = { by = "customer_kind", new = { by = "term", "1" = "1x" }, else = "2x" }')
    grid = grid_of(field(text, *PAYS, "rate"))
    assert grid is not None
    assert [one.cells for one in grid.rows] == [("new", NESTED), ("else", "2x")]
    assert edit_cell(text, field(text, *PAYS, "rate"), grid.rows[0], 1, NESTED) == text


def test_conditions_change_their_fact_test_and_limit() -> None:
    one = field(TEXT, *PAYS, "requires")
    first = row(TEXT, 0, *PAYS, "requires")
    assert first.cells == ("seats", "ucaas", "at_least", "25")
    assert "at_least = 30 }" in edit_cell(TEXT, one, first, 3, "30")
    assert "below = 25 }" in edit_cell(TEXT, one, first, 2, "below")
    assert '{ fact = "seats", at_least = 25 }' in edit_cell(TEXT, one, first, 1, "")
    assert '{ fact = "term", at_least = 25 }' in edit_cell(TEXT, one, first, 0, "term")
    assert '{ fact = "certified", is = true }' in edit_cell(TEXT, one, first, 0, "certified")
    assert '25 }, { fact = "tier", is = "" }]' in add_row(TEXT, one, "tier")
    assert "requires" not in remove_row(TEXT, one, first)


def test_a_condition_with_two_tests_has_two_rows() -> None:
    text = component('rate = "1x"\nrequires = [{ fact = "seats", at_least = 5, below = 9 }]')
    rows = [row(text, n, *PAYS, "requires").cells for n in (0, 1)]
    assert rows == [("seats", "", "at_least", "5"), ("seats", "", "below", "9")]
    less = remove_row(text, field(text, *PAYS, "requires"), row(text, 1, *PAYS, "requires"))
    assert '{ fact = "seats", at_least = 5 }' in less


def test_instalments_and_split() -> None:
    parts, split = field(TEXT, *PAYS, "instalments"), field(TEXT, *PAYS, "split")
    assert '{ share = "40%" }' in edit_cell(TEXT, parts, row(TEXT, 0, *PAYS, "instalments"), 0, "40%")
    assert '"50%", lag = 3 }]' in edit_cell(TEXT, parts, row(TEXT, 1, *PAYS, "instalments"), 1, "3")
    assert 'lag = 6 }, { share = "10%" }]' in add_row(TEXT, parts, "10%")
    assert 'acquisition = "70%"' in edit_cell(TEXT, split, row(TEXT, 0, *PAYS, "split"), 1, "70%")


# --- parts


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.PROGRAM])
def test_a_part_is_added_where_it_belongs_and_taken_out_again(part: Part) -> None:
    new, path = add_part(TEXT, part, PAYS, data_of(TEXT))
    assert isinstance(at(data_of(new), path), dict)
    assert path in {entry.path for entry in outline(data_of(new))}
    assert remove(new, path) == TEXT
    assert without(data_of(new), path[:-1] if isinstance(path[-1], int) and path[-1] == 0 else path)


@pytest.mark.parametrize("key", ["requires", "instalments", "split", "clawback"])
def test_a_key_with_rows_begins_with_some(key: str) -> None:
    text = component('rate = "1x"')
    new = begin(text, (*PAYS, key))
    assert read_program(new) != read_program(text)
    assert begin(text, (*PAYS, "lag")) == text


# --- every kind of the language

WRITTEN = {
    "text": "a b",
    "id": "a-b",
    "currency": "EUR",
    "day": "2026-07-01",
    "flag": "true",
    "count": "6",
    "month": "4",
    "months": "24",
    "upfront": "12",
    "life or count": "3",
    "fraction": "12.5%",
    "rate": "12.5%",
    "number": "12.50",
    "limit": "25",
    "input value": "12%",
    "input figure": "8x",
    "clawback share": "prorated",
    "texts": "DE, FR",
    "text list": "billing",
    "text or texts": "nfon-sales",
    "any": "true",
    "format": "1",
}
"""What a person types for a key of each kind that is no choice and holds no rows."""
PARTS = {"table", "tables", "named tables"}
ROWS = {*PARTS, "conditions", "instalments", "split", "clawback", "choice", "choices", "source"}


def test_every_kind_is_written_so_that_the_reader_takes_it() -> None:
    reader = ProgramReader({})
    for section in (*TABLES.values(), grammar.CONDITION, grammar.CLAWBACK, grammar.INSTALMENT):
        for name, key in section.items():
            if key.kind not in ROWS:
                raw = data_of(f"x = {literal(key.kind, WRITTEN[key.kind])}")["x"]
                reader.parse(key, raw, name)
    assert reader.problems == []
