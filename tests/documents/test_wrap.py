"""Breaking texts into lines."""

from hypothesis import given
from hypothesis import strategies as st

from dealbook.documents.fonts import printable, width
from dealbook.documents.style import BODY
from dealbook.documents.wrap import shortened, wrap


@given(st.text(max_size=300), st.floats(12, 300))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, room: float) -> None:
    lines = wrap(text, BODY, room)
    assert all(width(line, BODY.font, BODY.size) <= room + 1e-6 for line in lines if len(line) > 1)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


def test_breaks_at_spaces_and_line_ends() -> None:
    assert wrap("ein Wort\nnoch eins", BODY, 200) == ["ein Wort", "noch eins"]
    assert wrap("ein Wort", BODY, 25) == ["ein", "Wort"]


def test_no_break_space_holds() -> None:
    assert wrap("zu 19\N{NO-BREAK SPACE}%", BODY, 30) == ["zu", "19\N{NO-BREAK SPACE}%"]


def test_empty_lines_stand_between_paragraphs_only() -> None:
    assert wrap("\n\na\n\nb\n\n", BODY, 200) == ["a", "", "b"]
    assert wrap("", BODY, 200) == wrap(" \n \n", BODY, 200) == []


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = wrap("x" * 100, BODY, 50)
    assert "".join(lines) == "x" * 100
    assert len(lines) > 5


@given(st.text(max_size=200), st.floats(20, 300))
def test_shortened_fits_on_one_line(text: str, room: float) -> None:
    line = shortened(text, BODY, room)
    assert "\n" not in line
    assert width(line, BODY.font, BODY.size) <= room + 1e-6
    assert line.endswith("…") or line == printable(text).replace("\n", " ")
