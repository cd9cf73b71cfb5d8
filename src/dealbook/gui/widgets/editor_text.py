"""The text of a program: line numbers, marks in the margin, underlines where something is wrong, and what Tab does.

The text is the truth of the editor; the form beside it only writes into it. Findings are shown as they are handed over;
while one types on, they move with their words.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from dealbook.desk.text_check import Finding
from dealbook.domain.problem import Severity
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.editor_highlight import TomlHighlighter
from dealbook.gui.widgets.editor_plain import Plain, common, is_flat
from dealbook.gui.words import literal, tr

_INDENT: Final = "  "
_LONG: Final = 100_000
_STEPS: Final = 60
"""So many steps of its own undo are tried to find a text that the book has brought back."""
_MARK: Final = 6
"""How wide a mark in the margin is."""


class ProgramText(QPlainTextEdit):
    """A text of TOML with its findings. Tab indents; F6 leaves, and the page says so."""

    completion_wanted = Signal()

    def __init__(self, says: Callable[[Finding], str]) -> None:
        """Make an empty text; `says` puts a finding into words, for its tooltip."""
        super().__init__()
        self._says = says
        self.setAccessibleName(tr("Program text"))
        self.setAccessibleDescription(tr("Ctrl+Space completes, F8 goes to the next problem, F6 leaves the text."))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(fixed_font(self.font()))
        self.setTabStopDistance(2 * self.fontMetrics().horizontalAdvance(" "))
        self._marks: dict[int, bool] = {}
        self._findings: Sequence[Finding] = ()
        self._found: list[QTextEdit.ExtraSelection] = []
        self._plain: Plain | None = None
        self._highlighter = TomlHighlighter(self.document())
        self._margin = _Margin(self)
        self.blockCountChanged.connect(self._fit_margin)
        self.updateRequest.connect(self._scroll_margin)
        self.cursorPositionChanged.connect(self._show_selections)
        self._fit_margin()

    # --- text

    @property
    def plain(self) -> Plain:
        """The text as it stands, made once for each state of it."""
        revision = self.document().revision()
        if self._plain is None or self._plain.revision != revision:
            text = self.toPlainText()
            self._plain = Plain(revision, text, is_flat=is_flat(text))
        return self._plain

    def show_text(self, text: str) -> None:
        """Show another text; there is nothing to undo then."""
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def replace_text(self, text: str) -> None:
        """Change the text to another one where the two differ, as one change that can be undone."""
        plain = self.plain
        old = plain.text
        if old == text:
            return
        first = common(old, text)
        last = common(old[first:][::-1], text[first:][::-1])
        cursor = self.textCursor()
        place = cursor.position()
        change = QTextCursor(self.document())
        change.setPosition(plain.utf16(first))
        change.setPosition(plain.utf16(len(old) - last), QTextCursor.MoveMode.KeepAnchor)
        change.insertText(text[first : len(text) - last])
        if place <= first:
            cursor.setPosition(min(place, len(text)))
            self.setTextCursor(cursor)

    def end_step(self) -> None:
        """Let what is typed next be undone apart from what was typed up to now."""
        self.document().setModified(False)  # Qt joins typing to what stands before it only while that is not "saved"

    def bring_back(self, text: str) -> None:
        """Show a text that undo brought back: by the text's own undo or redo where that has it, so that both agree."""
        document = self.document()
        if document.characterCount() > _LONG:
            self.replace_text(text)
            return
        for there, back, is_open in (
            (document.undo, document.redo, document.isUndoAvailable),
            (document.redo, document.undo, document.isRedoAvailable),
        ):
            steps = 0
            while self.toPlainText() != text and is_open() and steps < _STEPS:
                there()
                steps += 1
            if self.toPlainText() == text:
                return
            for _ in range(steps):
                back()
        self.replace_text(text)

    def position(self) -> int:
        """Return how many characters stand before the cursor."""
        return self.plain.characters(self.textCursor().position())

    def go_to(self, start: int, end: int | None = None) -> None:
        """Put the cursor at a character and show its line; with `end`, select what is between."""
        plain = self.plain
        cursor = self.textCursor()
        cursor.setPosition(plain.utf16(start if end is None else end))
        cursor.setPosition(plain.utf16(start), QTextCursor.MoveMode.KeepAnchor)
        if end is None:
            cursor.clearSelection()
        self.setTextCursor(cursor)
        self.centerCursor()

    # --- findings

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Underline the words of the findings and mark their lines; an error outdoes a warning."""
        self._findings = findings
        self._marks = {}
        for finding in findings:
            self._marks[finding.line] = self._marks.get(finding.line, False) or finding.is_error
        plain = self.plain
        self._found = [self._underlined(plain, finding) for finding in findings]
        self._show_selections()
        self._margin.update()

    def finding_at(self, position: int) -> Finding | None:
        """Return the finding with the fewest words around a character, else the first one of its line."""
        around = (f for f in self._findings if f.span.start <= position <= f.span.end)
        hit = min(around, key=lambda finding: finding.span.end - finding.span.start, default=None)
        if hit is not None:
            return hit
        line = self.document().findBlock(self.plain.utf16(position)).blockNumber() + 1
        return next((finding for finding in self._findings if finding.line == line), None)

    def step(self, forward: bool) -> Finding | None:
        """Go to the next finding, or to the one before, around the end; None where there is none."""
        if not self._findings:
            return None
        here = self.position()
        if forward:
            after = [finding for finding in self._findings if finding.span.start > here]
            found = after[0] if after else self._findings[0]
        else:
            before = [finding for finding in self._findings if finding.span.start < here]
            found = before[-1] if before else self._findings[-1]
        self.go_to(found.span.start)
        return found

    def _underlined(self, plain: Plain, finding: Finding) -> QTextEdit.ExtraSelection:
        colours = tokens()
        made = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(QColor(_colour(finding.problem.severity)))
        form.setBackground(QColor(colours.bad_soft if finding.is_error else colours.warning_soft))
        cursor = QTextCursor(self.document())
        cursor.setPosition(plain.utf16(finding.span.start))
        cursor.setPosition(plain.utf16(finding.span.end), QTextCursor.MoveMode.KeepAnchor)
        _set(made, form, cursor)
        return made

    def _show_selections(self) -> None:
        line = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(QColor(tokens().hover))
        form.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        cursor = self.textCursor()
        cursor.clearSelection()
        _set(line, form, cursor)
        self.setExtraSelections([line, *self._found])

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Space and control:
            self.completion_wanted.emit()
        elif event.key() == Qt.Key.Key_Tab and not control:
            self.textCursor().insertText(_INDENT)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            line = self.textCursor().block().text()
            self.textCursor().insertText("\n" + line[: len(line) - len(line.lstrip())])
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.cursorForPosition(self.viewport().mapFrom(self, event.pos())).position()
            finding = self.finding_at(self.plain.characters(place))
            QToolTip.showText(event.globalPos(), literal(self._says(finding)) if finding else "", self)
            return True
        return super().event(event)

    # --- looks

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._highlighter.dress()
            self.show_findings(self._findings)
        if event.type() is QEvent.Type.FontChange:
            self._fit_margin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._margin.setGeometry(QRect(inner.left(), inner.top(), self.margin_width(), inner.height()))

    def margin_width(self) -> int:
        """Return how wide the margin is: the widest line number and a mark."""
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 2 * GRID + _MARK

    def _fit_margin(self) -> None:
        self.setViewportMargins(self.margin_width(), 0, 0, 0)

    def _scroll_margin(self, area: QRect, by: int) -> None:
        if by:
            self._margin.scroll(0, by)
        else:
            self._margin.update(0, area.y(), self._margin.width(), area.height())

    def paint_margin(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines in sight, and a mark where something was found."""
        colours = tokens()
        painter = QPainter(self._margin)
        painter.fillRect(event.rect(), QColor(colours.window))
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        current = self.textCursor().blockNumber()
        width, height = self._margin.width() - GRID, self.fontMetrics().height()
        while block.isValid() and top <= event.rect().bottom():
            number = block.blockNumber() + 1
            painter.setPen(QColor(colours.text if number - 1 == current else colours.faint))
            painter.drawText(_MARK, round(top), width - _MARK, height, Qt.AlignmentFlag.AlignRight, str(number))
            if number in self._marks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.bad if self._marks[number] else colours.warning))
                middle = round(top) + height // 2 - _MARK // 2
                (painter.drawEllipse if self._marks[number] else painter.drawRect)(4, middle, _MARK, _MARK)
            top += self.blockBoundingRect(block).height()
            block = block.next()

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the start of a line, counted from 1."""
        cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        self.setTextCursor(cursor)


class _Margin(QWidget):
    """The margin beside the text; a click goes to the line."""

    def __init__(self, text: ProgramText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(self._text.margin_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._text.paint_margin(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cursor = self._text.cursorForPosition(event.position().toPoint())
        self._text.go_to_line(cursor.blockNumber() + 1)
        self._text.setFocus()


def fixed_font(like: QFont) -> QFont:
    """Return the platform's font with letters of one width, as large as another one."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(like.pointSizeF())
    return font


def _colour(severity: Severity) -> str:
    colours = tokens()
    return colours.bad if severity is Severity.ERROR else colours.warning


def _set(selection: QTextEdit.ExtraSelection, form: QTextCharFormat, cursor: QTextCursor) -> None:
    """Fill a selection."""
    selection.format = form
    selection.cursor = cursor
