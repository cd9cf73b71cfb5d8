"""Lines from the clipboard: what a spreadsheet or an e-mail gives, with or without a header, in any language's numbers.

Nothing that was pasted is lost: a cell that cannot be read comes back as `unread`, to be shown in its place and mended.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from dealbook.domain.deal import CATEGORIES, Charge, Line
from dealbook.domain.money import ONE
from dealbook.gui.models.line_cells import Column, Forms, before_discount, category_text, charge_text, read_cell
from dealbook.gui.models.reading import WrongInputError
from dealbook.language import LANGUAGES, language

_HEADERS: Final = {
    Column.PRODUCT: "product item article name position produkt artikel bezeichnung produit désignation libellé",
    Column.CATEGORY: "category kategorie catégorie",
    Column.QUANTITY: "qty quantity seats count menge anzahl stück qté quantité nombre",
    Column.PRICE: "price unit_price unitprice list_price listprice preis einzelpreis stückpreis listenpreis prix pu",
    Column.DISCOUNT: "disc discount rabatt nachlass remise rem",
    Column.CHARGE: "charge billing period abrechnung berechnung facturation périodicité",
    Column.TOTAL: "total month amount sum monat summe gesamt betrag mois montant",
    Column.BUY: "buy buy_price cost ek einkauf einkaufspreis achat",
    Column.DESCRIPTION: "description beschreibung descriptif",
}
_HEADER_WORDS: Final = {word: column for column, words in _HEADERS.items() for word in words.split()}
_SIGNS: Final = re.compile(r"[^\w]+")


class Pasted(NamedTuple):
    """A line, and the cells of it that could not be read, as they were pasted."""

    line: Line
    unread: tuple[tuple[Column, str], ...] = ()


def pasted_lines(
    text: str, forms: Forms, category: str = CATEGORIES[0], known: Mapping[str, Line] = MappingProxyType({})
) -> list[Pasted]:
    """Read tab-separated rows as lines; empty rows are passed over.

    What a row does not say comes from the `known` line of its product, by folded name; else it takes `category`.
    Figures are the screen's; where those cannot all be read so, those of the language in which they can.
    """
    rows = [[cell.strip() for cell in row.split("\t")] for row in text.splitlines() if row.strip()]
    header = _header(rows[0]) if rows else {}
    body = rows[1:] if header else rows
    named = next((place for place, column in header.items() if column is Column.PRODUCT), 0)
    fresh = Line(product="", category=category, list_price=Decimal(0))
    bases = [_like(known.get("".join(row[named : named + 1]).casefold(), fresh)) for row in body]
    readings = []
    for words in (forms.words, *(language(code) for code in LANGUAGES)):
        written = forms._replace(words=words)
        readings.append(
            [_line(header or _guessed(row, written), row, written, base) for row, base in zip(body, bases, strict=True)]
        )
    return next((lines for lines in readings if not any(line.unread for line in lines)), readings[0])


def _header(row: Sequence[str]) -> dict[int, Column]:
    """Return which column stands where, if the row is a header: it names the product and one thing more."""
    found = {place: column for place, cell in enumerate(row) if (column := _named(cell)) is not None}
    return found if Column.PRODUCT in found.values() and len(found) > 1 else {}


def _named(cell: str) -> Column | None:
    """Return the column that a header cell names: "Price €" and "Unit price" are both the price."""
    words = [word for word in _SIGNS.split(cell.casefold()) if word]
    for word in ["_".join(words), *words]:
        if word in _HEADER_WORDS:
            return _HEADER_WORDS[word]
    return None


def _guessed(row: Sequence[str], forms: Forms) -> dict[int, Column]:
    """Tell the cells of a row without header apart by what stands in them; quantity comes before price."""
    found = {0: Column.PRODUCT}
    wanted = [Column.QUANTITY, Column.PRICE]
    figures_left = sum(_is_figure(cell, forms) for cell in row[1:])
    for place, cell in enumerate(row[1:], 1):
        if not cell:
            continue
        if _category(cell):
            found[place] = Column.CATEGORY
        elif _charge(cell):
            found[place] = Column.CHARGE
        elif cell.endswith("%") or cell in {"-", "\N{EN DASH}"}:
            found[place] = Column.DISCOUNT
        elif wanted and not _is_figure(cell, forms) and figures_left >= len(wanted):
            found[place] = Column.DESCRIPTION
        elif wanted:
            found[place] = wanted.pop(0)
            figures_left -= 1
    return found


def _like(line: Line) -> Line:
    """Return a new line that starts as another one; what that one was discounted by is its own."""
    price = before_discount(line)
    return replace(
        line, product="", quantity=ONE, list_price=price, unit_price=None, discount=None, ramp=(), optional=False, id=""
    )


def _line(places: dict[int, Column], row: Sequence[str], forms: Forms, line: Line) -> Pasted:
    unread: list[tuple[Column, str]] = []
    for place, column in sorted(places.items(), key=lambda item: item[1]):
        cell = row[place] if place < len(row) else ""
        if not cell or column is Column.TOTAL:
            continue
        value = {Column.CATEGORY: _category, Column.CHARGE: _charge}.get(column, str)(cell)
        try:
            line = read_cell(line, column, value or cell, forms)
        except (WrongInputError, ValueError):
            unread.append((column, cell))
    return Pasted(replace(line, product=line.product or row[0]), tuple(unread))


def _category(cell: str) -> str:
    """Return the category that a cell names, by its id or its word on the screen."""
    folded = cell.casefold()
    return next((one for one in CATEGORIES if folded in {one, category_text(one).casefold()}), "")


def _charge(cell: str) -> str:
    """Return the charge that a cell names."""
    folded = cell.casefold()
    return next((one.value for one in Charge if folded in {one.value, charge_text(one).casefold()}), "")


def _is_figure(cell: str, forms: Forms) -> bool:
    try:
        read_cell(Line(product="", category=""), Column.PRICE, cell, forms)
    except WrongInputError:
        return False
    return True
