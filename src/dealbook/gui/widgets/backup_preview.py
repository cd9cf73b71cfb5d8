"""What would come back with a backup, and what would go: said before anything is restored."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from dealbook.desk.safety import Contrast, DealName, Key, Stored
from dealbook.gui.models.backups import moment
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.widgets.passphrase import PassphraseField
from dealbook.gui.words import mark, plural, tr
from dealbook.language import Language

_HEADS: Final = frozenset({"strong", "warning"})
SHOWN: Final = 12
"""So many deals of a list are named; the others are counted."""


class BackupPreview(Card):
    """The selected backup beside the book as it is, with the button that restores it."""

    unlocked = Signal(object)
    """A `Key` was typed for a backup that is protected."""

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self.title = label(role="heading", wrap=True)
        self.summary = label(role="muted", wrap=True)
        self.passphrase = PassphraseField(tr("Passphrase of this backup"))
        self.passphrase.entered.connect(self._unlock)
        self.passphrase.hide()
        self.restore = button(tr("Restore this backup"), "primary")
        self.kept = label(tr("The book as it is now is kept as a backup first."), "small", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GRID // 2)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID, 0)
        column.addLayout(self._lines)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setWidget(inner)
        for ground in (self._area.viewport(), inner):  # the card's own colour shows through
            ground.setAutoFillBackground(False)
        for part in (self.title, self.summary, self.passphrase):
            self.body.addWidget(part)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.kept)
        self.body.addWidget(self.restore)

    def show_backup(self, stored: Stored) -> None:
        """Show what the backup is; what differs is still looked for."""
        self.title.setText(tr("The book as of {moment}").format(moment=moment(self._words, stored.made)))
        self.restore.setEnabled(stored.contents is not None)
        self.passphrase.clear()
        self.passphrase.setVisible(stored.is_locked)
        if stored.is_locked:
            self.summary.setText(tr("This backup is protected. Its passphrase shows what is in it."))
        elif stored.contents is None:
            self.summary.setText(tr("This backup cannot be read. Choose another one."))
        else:
            self.summary.setText(tr("Comparing it with the book…"))
        self._say(())

    def refuse(self) -> None:
        """Say that what was typed is not the backup's passphrase; it stays, selected."""
        self.passphrase.refuse(tr("That is not the passphrase of this book."))

    def show_contrast(self, found: Contrast | None) -> None:
        """Show how the book differs from the backup; None: there is no book that could be compared."""
        if found is None:
            self.summary.setText(tr("The book itself is damaged or gone, so the two cannot be compared."))
            self._say(())
        elif found.is_none:
            self.summary.setText(tr("The deals, quotes and programs are those of the book as it is now."))
            self._say(())
        else:
            steps = plural("Since then {n} step was made.", "Since then {n} steps were made.", found.steps)
            self.summary.setText(f"{steps} {tr('After restoring:')}")
            self._say(self._differences(found))

    def lines(self) -> list[str]:
        """Return what is said line by line."""
        parts = (self._lines.itemAt(position) for position in range(self._lines.count()))
        return [part.widget().text() for part in parts if part is not None]  # type: ignore[union-attr]

    def _unlock(self) -> None:
        if self.passphrase.text():
            self.unlocked.emit(Key(self.passphrase.text()))

    def _differences(self, found: Contrast) -> Iterable[tuple[str, str]]:
        """Yield (text, role)."""
        if found.quotes:
            told = plural("{n} issued quote would be gone:", "{n} issued quotes would be gone:", len(found.quotes))
            yield told, "warning"
            yield from self._listed(found.quotes)
        for deals, told in (
            (found.added, plural("{n} deal goes:", "{n} deals go:", len(found.added))),
            (found.removed, plural("{n} deal comes back:", "{n} deals come back:", len(found.removed))),
            (found.changed, plural("{n} deal is as it was:", "{n} deals are as they were:", len(found.changed))),
        ):
            if deals:
                yield told, "strong"
                yield from self._listed([_name(deal) for deal in deals])
        if found.others:
            yield tr("Also as it was:"), "strong"
            yield from self._listed(sorted(tr(_OTHERS.get(table, _SOMETHING)) for table in found.others))

    def _listed(self, names: Sequence[str]) -> Iterable[tuple[str, str]]:
        for name in names[:SHOWN]:
            yield name, ""
        if len(names) > SHOWN:
            yield plural("and {n} more", "and {n} more", len(names) - SHOWN), "muted"

    def _say(self, lines: Iterable[tuple[str, str]]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for text, role in lines:
            line = label(text, role, wrap=True)
            line.setIndent(0 if role in _HEADS else 2 * GRID)
            self._lines.addWidget(line)


def _name(deal: DealName) -> str:
    return " · ".join(filter(None, (deal.customer, deal.title)))


_SOMETHING: Final = mark("other records")
_OTHERS: Final = {
    "partner": mark("your company and the assumptions"),
    "enrolment": mark("enrolments and contract values"),
    "exchange_rate": mark("exchange rates"),
    "program": mark("your own programs"),
    "draft": mark("drafts of programs"),
    "quote": mark("the status of quotes"),
}
