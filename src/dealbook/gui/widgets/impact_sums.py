"""What a new version does to the whole book: won deals, open ones, both together, as a small table of figures."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dealbook.desk.impact_rows import Group, Impact, Sums
from dealbook.desk.impact_words import BOOK, GROUPS, WEIGHTED
from dealbook.gui.models.impact import signed
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import label, set_role
from dealbook.gui.words import tr
from dealbook.language import Language

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


_NAMES: Final = {GROUPS[Group.WON]: "Won", GROUPS[Group.OPEN]: "Still open", BOOK: BOOK, WEIGHTED: WEIGHTED}
"""What the rows are called in the little room there is."""


class SumsTable(QWidget):
    """Four rows: won, open, the book, and the open deals weighted by their probability."""

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self.setAccessibleName(tr("What it does to the book"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(0, 1)
        self._heads = [label(text, "small") for text in (tr("Old"), tr("New"), tr("Change"))]
        for column, head in enumerate(self._heads, 1):
            self._grid.addWidget(head, 0, column, _RIGHT)
        self.figures: dict[str, tuple[QLabel, ...]] = {}
        for place, (name, short) in enumerate(_NAMES.items(), 1):
            self._add_row(place, name, tr(short))

    def _add_row(self, place: int, name: str, short: str) -> None:
        role = "strong" if name == BOOK else "muted" if name == WEIGHTED else ""
        head = label(short, role)
        head.setToolTip(tr("Each open deal’s change times its probability") if name == WEIGHTED else tr(name))
        self._grid.addWidget(head, place, 0)
        cells = tuple(label("", role) for _ in self._heads)
        for column, cell in enumerate(cells, 1):
            self._grid.addWidget(cell, place, column, _RIGHT)
        self.figures[name] = cells

    def show_impact(self, impact: Impact | None) -> None:
        """Show the sums of an impact; None: they are not known yet."""
        sums = {
            GROUPS[Group.WON]: impact.sums(Group.WON) if impact else None,
            GROUPS[Group.OPEN]: impact.sums(Group.OPEN) if impact else None,
            BOOK: impact.book if impact else None,
        }
        currency = impact.currency if impact else ""
        for name, one in sums.items():
            self._show(name, one, currency)
        *_, weighted = self.figures[WEIGHTED]
        open_deals = sums[GROUPS[Group.OPEN]]
        weighted.setText("…" if open_deals is None else signed(open_deals.weighted, self._words, currency))

    def _show(self, name: str, sums: Sums | None, currency: str) -> None:
        old, new, change = self.figures[name]
        if sums is None:
            for cell in (old, new, change):
                cell.setText("…")
            return
        old.setText(self._words.amount(sums.old, currency))
        new.setText(self._words.amount(sums.new, currency))
        change.setText(signed(sums.change, self._words, currency))
        plain = "strong" if name == BOOK else ""
        set_role(change, "bad" if sums.change < 0 else "good" if sums.change > 0 else plain)
        for cell, head in zip((old, new, change), self._heads, strict=True):
            cell.setAccessibleName(f"{tr(name)}, {head.text()}: {cell.text()}")
