"""What is printed for any character that somebody may type."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from dealbook.documents.fonts import BOLD, MISSING, REGULAR, SEMIBOLD, fitting, printable, width


@pytest.mark.parametrize(
    "text",
    [
        string.ascii_letters + string.digits + string.punctuation,
        "äöüÄÖÜßéèêëçàâîïôûùœŒæÿ«»„“”‚‘’–—…€£¥©®™°§¶†‡•·×÷−½¼¾²³µ",
        "ąćęłńóśźżčďěňřšťůžőűșțğışđħĸŋøåþð",
        "Ελληνικά: αβγδεζηθικλμνξοπρστυφχψως άέήίόύώ",
        "Кириллица: абвгдеёжзийклмнопрстуфхцчшщъыьэюя ЂЃѓЄЅІЇЈЉЊЋЌЎЏ",
        "tiếng Việt",
    ],
)
def test_latin_greek_and_cyrillic_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("1\N{NARROW NO-BREAK SPACE}870", "1\N{THIN SPACE}870"),
        ("Mu\N{COMBINING DIAERESIS}ller", "Müller"),
        ("x\N{COMBINING DIAERESIS}", "x"),
        ("Ａ① ℡", "A1 TEL"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\N{LINE SEPARATOR}d", "a\nb\nc\nd"),
        ("co\N{SOFT HYPHEN}op", "coop"),
        ("safe\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "safefdp.exe"),
        ("Tel\N{NON-BREAKING HYPHEN}Nr", "Tel-Nr"),
        ("● → ẞ", "• › SS"),
        ("株式会社", MISSING * 4),
        ("👍\N{VARIATION SELECTOR-16}!", f"{MISSING}!"),
        ("\x00\x07", ""),
        ("\ud800", MISSING),
    ],
)
def test_nearest_or_a_visible_substitute(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_the_substitute_has_a_shape_in_every_weight() -> None:
    assert all(width(MISSING, font, 10) > 5 for font in (REGULAR, SEMIBOLD, BOLD))


@given(st.text())
def test_everything_printed_has_a_glyph_in_every_weight(text: str) -> None:
    for font in (REGULAR, SEMIBOLD, BOLD):
        loaded = pdfmetrics.getFont(font)
        assert isinstance(loaded, TTFont)
        glyphs = loaded.face.charToGlyph
        assert [c for c in printable(text) if c != "\n" and ord(c) not in glyphs] == []


@given(st.text())
def test_printable_is_final(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(codec="latin-1", categories=["L", "N", "P"])), st.floats(0, 200))
def test_fitting_is_as_much_as_fits(text: str, room: float) -> None:
    count = fitting(text, REGULAR, 9, room)
    assert width(text[:count], REGULAR, 9) <= room + 1e-6
    assert count == len(text) or width(text[: count + 1], REGULAR, 9) > room - 1e-6


def test_figures_are_tabular() -> None:
    for font in (REGULAR, BOLD):
        assert len({width(digit, font, 9) for digit in string.digits}) == 1
