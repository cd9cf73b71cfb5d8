"""How the lines of the table of contract values look: their texts, their colours, what a screen reader says of them."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dealbook.desk.programs import InputRow, Origin
from dealbook.desk.wording import CONFIDENCE, problem_text
from dealbook.gui.models.grid import Draft
from dealbook.gui.models.input_lines import InputLine, LineMaker, Sort
from dealbook.gui.theme import tokens
from dealbook.gui.words import tr

_INDENT: Final = "\N{EM SPACE}"


class Column(IntEnum):
    """The columns, from left to right."""

    LABEL = 0
    VALUE = 1
    ORIGIN = 2
    ASSUMED = 3


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that is being made: its key and its figure, as a program file writes them, as far as they are known."""

    key: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """Says how a line looks; `is_open`: values can be typed."""

    maker: LineMaker
    is_open: bool

    def edited(self, line: InputLine, column: Column, new: NewRow) -> str:
        """Return what an editor starts with; `new` is the row that is being made."""
        if line.sort is Sort.NEW and line.table is not None:
            if column is Column.LABEL:
                return self.maker.key_text(line.table.by, new.key) if new.key else ""
            return self.maker.raw_text(line.row, new.figure) if new.figure else ""
        if column is Column.LABEL and line.sort is Sort.ROW:
            return line.shown_key
        return line.value if column is Column.VALUE else line.label

    def text(self, line: InputLine, column: Column, draft: Draft | None, new: NewRow) -> str:
        """Return what stands in a cell; a draft goes before what is saved."""
        match column:
            case Column.LABEL if draft:
                return f"{_INDENT}{draft.text}"
            case Column.LABEL if line.sort is Sort.NEW and line.table is not None:
                return self.maker.row_label(line.table.by, new.key) if new.key else ""
            case Column.LABEL:
                return line.label
            case Column.VALUE:
                return draft.text if draft else self.edited(line, column, new)
            case Column.ORIGIN if draft:
                return draft.problem
            case Column.ORIGIN if line.is_input:
                return self.origin(line.row)
        return ""

    def origin(self, row: InputRow) -> str:
        """Say where a value is from, what is doubtful about it, and the published ceiling."""
        words = self.maker.words
        if row.problem is not None and row.problem.code != "above-ceiling":
            return problem_text(row.problem, words)
        if row.origin is not Origin.MISSING:
            origin = words.text(CONFIDENCE[row.origin])
        else:
            origin = tr("missing") if self.is_open else tr("set by the contract")
        if row.input.at_most is None:
            return origin
        ceiling = self.maker.figure(row, row.input.at_most)
        above = row.problem is not None
        form = tr("above the published ceiling of {most}") if above else tr("at most {most}")
        return f"{origin} · {form.format(most=ceiling)}"

    def spoken(self, line: InputLine, column: Column, text: str) -> str:
        """Return what a screen reader says of a cell in which `text` stands."""
        plain = text.strip()
        if column is Column.LABEL and line.sort is Sort.NEW:
            return plain or tr("a further row")
        label = line.label.strip() or tr("a further row")
        return f"{label}: {plain or tr('missing')}" if column is Column.VALUE else plain

    def colour(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        """Return the colour of a cell's text; empty for the usual one."""
        colours = tokens()
        if column is not Column.ASSUMED and draft:
            return colours.bad
        if line.sort is Sort.INNER:
            return colours.muted
        if column is Column.VALUE:
            return colours.muted if line.is_table else ""
        if column is Column.ORIGIN:
            doubtful = line.row.problem is not None or (line.row.origin is Origin.MISSING and self.is_open)
            return colours.warning if doubtful else colours.muted
        return ""

    def tip(self, line: InputLine, column: Column, text: str, draft: Draft | None) -> str:
        """Return the tooltip of a cell in which `text` stands."""
        if column is Column.ORIGIN and (line.is_input or draft):
            return "\n".join(part for part in (text, line.row.source) if part)
        return line.row.input.note or line.label
