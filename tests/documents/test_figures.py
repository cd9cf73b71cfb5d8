"""Figures of a document: as many decimals as a column needs, tax rounded once, shares that can be checked by hand."""

from decimal import Decimal

import pytest

from dealbook.documents.figures import Figures, Taxed, is_plain_percent
from dealbook.language import language


@pytest.mark.parametrize(
    ("currency", "prices", "digits"),
    [
        ("EUR", [], 2),
        ("EUR", ["100"], 2),
        ("EUR", ["100", "0.015"], 3),
        ("EUR", ["0.0123456789"], 6),
        ("EUR", ["1E+3"], 2),
        ("JPY", ["100"], 0),
        ("JPY", ["100.5"], 1),
        ("KWD", ["100"], 3),
    ],
)
def test_a_column_has_the_decimals_that_its_prices_need(currency: str, prices: list[str], digits: int) -> None:
    figures = Figures(language("en"), currency)
    assert figures.digits([Decimal(price) for price in prices]) == digits


def test_a_price_is_written_in_the_documents_language() -> None:
    assert Figures(language("de"), "EUR").price(Decimal("-1234.5"), 3) == "−1.234,500"
    assert Figures(language("en"), "JPY").price(Decimal(1234), 0) == "1,234"


@pytest.mark.parametrize(
    ("currency", "net", "rate", "tax"),
    [
        ("EUR", "100.00", "0.19", "19.00"),
        ("EUR", "0.50", "0.05", "0.03"),  # half a cent goes up
        ("EUR", "-0.50", "0.05", "-0.03"),  # away from zero
        ("JPY", "105", "0.10", "11"),
        ("EUR", "100.00", "0", "0.00"),
    ],
)
def test_tax_is_rounded_once(currency: str, net: str, rate: str, tax: str) -> None:
    found = Figures(language("en"), currency).taxed(Decimal(net), Decimal(rate))
    assert found == Taxed(Decimal(net), Decimal(tax), Decimal(net) + Decimal(tax))


@pytest.mark.parametrize(("rate", "is_plain"), [("0.05", True), ("0.1234", True), ("0.12345", False), ("0", True)])
def test_a_plain_percentage_has_two_decimals_at_most(rate: str, is_plain: bool) -> None:
    assert is_plain_percent(Decimal(rate)) is is_plain
