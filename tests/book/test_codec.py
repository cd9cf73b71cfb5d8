"""Values to cells and back, and what is refused before it is written."""

from decimal import Decimal

import pytest
from hypothesis import given

from dealbook.book import codec
from dealbook.book.errors import BookError
from dealbook.domain.quote import QuoteContent
from tests.book.records import figures, numbers, quote, texts


@given(numbers)
def test_numbers_come_back_and_have_one_form(value: Decimal) -> None:
    cell = codec.number(value, "quantity")
    assert codec.decimal(cell) == value
    assert cell == codec.number(codec.decimal(cell), "quantity")
    assert "E" not in cell


@pytest.mark.parametrize(("value", "cell"), [("100.00", "100"), ("1E+3", "1000"), ("-0.0", "0"), ("0.10", "0.1")])
def test_a_number_is_plain_text(value: str, cell: str) -> None:
    assert codec.number(Decimal(value), "quantity") == cell


@pytest.mark.parametrize(
    ("value", "code"),
    [("NaN", "not-a-number"), ("Infinity", "not-a-number"), ("1E+99", "too-large"), ("1E-99", "too-large")],
)
def test_numbers_that_a_book_does_not_keep(value: str, code: str) -> None:
    with pytest.raises(BookError) as refused:
        codec.number(Decimal(value), "offers[0].lines[2].quantity")
    assert (refused.value.code, refused.value.facts["where"]) == (code, "offers[0].lines[2].quantity")


@pytest.mark.parametrize(
    ("value", "currency", "minor"), [("22", "EUR", 2200), ("-0.01", "EUR", -1), ("22", "JPY", 22), ("0.001", "KWD", 1)]
)
def test_money_is_whole_minor_units(value: str, currency: str, minor: int) -> None:
    assert codec.money(Decimal(value), currency, "unit_price") == minor
    assert codec.optional_amount(minor, currency) == Decimal(value)


@pytest.mark.parametrize(
    ("value", "currency", "code"),
    [
        ("22.005", "EUR", "too-many-decimals"),
        ("22.5", "JPY", "too-many-decimals"),
        ("1." + "0" * 35 + "1", "EUR", "too-many-decimals"),  # more digits than Decimal's usual context looks at
        ("92233720368547758.08", "EUR", "too-large"),
    ],
)
def test_money_that_a_book_does_not_keep(value: str, currency: str, code: str) -> None:
    with pytest.raises(BookError) as refused:
        codec.money(Decimal(value), currency, "unit_price")
    assert (refused.value.code, refused.value.facts["where"]) == (code, "unit_price")


def test_the_largest_amount_is_kept() -> None:
    largest = Decimal("92233720368547758.07")
    assert codec.optional_amount(codec.money(largest, "EUR", "unit_price"), "EUR") == largest


def test_the_largest_whole_number_is_kept() -> None:
    assert codec.whole(2**63 - 1, "term") == 2**63 - 1
    with pytest.raises(BookError):
        codec.whole(2**63, "term")


@pytest.mark.parametrize("digits", [3, 27, 59, 80])
def test_no_decimal_is_lost_however_far_it_stands(digits: int) -> None:
    with pytest.raises(BookError) as refused:
        codec.money(Decimal(f"1.{'0' * (digits - 1)}1"), "EUR", "unit_price")
    assert refused.value.code == "too-many-decimals"


@pytest.mark.parametrize(("char", "name"), [("\0", "U+0000"), ("\ud800", "U+D800"), ("\udfff", "U+DFFF")])
def test_characters_that_sqlite_does_not_keep(char: str, name: str) -> None:
    with pytest.raises(BookError, match=name.replace("+", r"\+")) as refused:
        codec.text(f"Mül{char}ler", "customer")
    assert (refused.value.code, refused.value.facts["where"]) == ("bad-text", "customer")


@given(texts)
def test_any_other_text_is_kept(value: str) -> None:
    assert codec.text(value, "customer") == value


@given(figures)
def test_figures_come_back_with_their_types(value: object) -> None:
    back = codec.load_raw(codec.dump_raw({"input": value}, "inputs"))["input"]
    assert back == value
    assert type(back) is type(value)


def test_content_of_a_quote_comes_back() -> None:
    content = quote().content
    assert codec.load(QuoteContent, codec.dump(content, "content")) == content
