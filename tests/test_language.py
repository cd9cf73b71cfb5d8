"""Numbers are read as they are written, in each language, and nothing else is taken for one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.months import month_text
from dealbook.language import LANGUAGES, MINUS, language


@pytest.mark.parametrize(
    ("code", "text", "figure"),
    [
        ("en", "1,234.50", "1234.50"),
        ("de", "1.234,50", "1234.50"),
        ("fr", "1 234,50", "1234.50"),
        ("fr", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567", "1234567"),
        ("de", "1\N{NO-BREAK SPACE}234", "1234"),
        ("de", "1'234,5", "1234.5"),
        ("de", "22.500", "22500"),
        ("en", f"{MINUS} 3", "-3"),
        ("de", ",5", "0.5"),
        ("en", "0.015", "0.015"),
        ("en", "007", "7"),
        ("en", " 123456789012.123456789012 ", "123456789012.123456789012"),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(code: str, text: str, figure: str) -> None:
    assert language(code).parse_number(text) == Decimal(figure)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "22.50"),  # not 2,250
        ("de", "0.015"),  # not 15
        ("de", "1.234.5"),
        ("de", "1234.567"),
        ("fr", "22.50"),
        ("fr", "1.234"),  # not 1,234: nobody groups so in French
        ("en", "22,50"),
        ("en", "1,234,5"),
        ("en", "1,234 567"),
        ("en", "22 50"),
        ("en", "1e5"),
        ("en", "NaN"),
        ("en", "--1"),
        ("en", "1-"),
        ("en", ""),
        ("en", "-"),
        ("en", "."),
        ("en", "1."),
        ("en", "1" * 13),
        ("en", "0." + "1" * 13),
    ],
)
def test_what_is_no_number_is_not_guessed_at(code: str, text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        language(code).parse_number(text)


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(LANGUAGES), st.sampled_from(("EUR", "JPY", "KWD")))
def test_what_is_written_can_be_read(figure: Decimal, code: str, currency: str) -> None:
    words = language(code)
    assert words.parse_number(words.number(figure)) == figure
    assert abs(words.parse_number(words.amount(figure, currency)) - figure) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("code", "text", "month"),
    [
        ("en", "2027-04", "2027-04"),
        ("en", "2027-4", "2027-04"),
        ("en", "4/2027", "2027-04"),
        ("de", "04.2027", "2027-04"),
        ("de", " 4.27 ", "2027-04"),
        ("en", "Apr 27", "2027-04"),
        ("en", "april  2027", "2027-04"),
        ("en", "Apr27", "2027-04"),
        ("de", "Dez. 26", "2026-12"),
        ("de", "März 2027", "2027-03"),
        ("fr", "févr. 27", "2027-02"),
        ("fr", "Août 2027", "2027-08"),
    ],
)
def test_a_month_is_read_as_a_person_writes_it(code: str, text: str, month: str) -> None:
    assert month_text(language(code).parse_month(text)) == month


@pytest.mark.parametrize("text", ["", "13", "13/2027", "0.27", "2027", "Foo 27", "Apr", "Apr 1", "27-04", "1.4.2027"])
def test_what_is_no_month_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"no month|month must be"):
        language("en").parse_month(text)
