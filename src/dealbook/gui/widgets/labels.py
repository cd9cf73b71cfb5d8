"""Labels and buttons by their role; how a role looks stands in the style sheet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from dealbook.gui.words import literal

_QUIET_EDGES = 20
"""What padding and frame of a quiet button take."""


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label; roles: brand, title, heading, strong, muted, small, warning, bad, bad-small, good, tag."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if role == "tag":
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def button(text: str, role: str = "", *, name: str = "") -> QPushButton:
    """Return a button; roles: primary, danger, link, quiet, nav. `name` is said where `text` is only a sign."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    if name:
        made.setAccessibleName(name)
    return made


def hairline() -> QFrame:
    """Return a horizontal line one pixel thick."""
    line = QFrame()
    line.setObjectName("hairline")
    return line


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role and repaint it so."""
    set_look(widget, "role", role)


def set_look(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for, and repaint the widget by it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_tip(control: QAbstractButton, tip: str, shortcut: str = "") -> None:
    """Give a control a tooltip that ends with its shortcut as the platform writes it."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""
    control.setToolTip(f"{tip} ({keys})" if keys else tip)


def keep_room_for_bold(toggle: QAbstractButton) -> None:
    """Let a quiet button be as wide as its text in bold, as the style has it while it is checked."""
    bold = toggle.font()
    bold.setWeight(QFont.Weight.DemiBold)
    toggle.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(toggle.text()) + _QUIET_EDGES)


class Elided(QLabel):
    """A label of one line that gives way: what does not fit is cut with an ellipsis and stands in the tooltip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self._whole = text
        self._cut()

    def setText(self, text: str) -> None:
        """Show `text`, as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        super().setText(shown)
        self.setToolTip("" if shown == self._whole else literal(self._whole))


class ElidedButton(QPushButton):
    """A button of one line that gives way; its tooltip has all its words and its shortcut."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def set_words(self, words: str, shortcut: str) -> None:
        """Show `words`, as much of them as fits."""
        self._whole = words
        self.setAccessibleName(words)
        set_tip(self, words, shortcut)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 1)))
