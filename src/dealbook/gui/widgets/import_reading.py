"""How a file is read, where what was found out is wrong: its encoding, its separator, the row that is its header."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QWidget

from dealbook.desk.forms import fill
from dealbook.desk.table_layout import header_of
from dealbook.gui.context import Notify, Tone
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import label
from dealbook.gui.words import tr
from dealbook.tables.delimited import DELIMITERS, ENCODINGS
from dealbook.tables.errors import SENTENCES, TableError
from dealbook.tables.grid import Form, Sheet
from dealbook.tables.reading import read_tables

_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Latin-1)",
    "cp850": "DOS (CP 850)",
    "mac-roman": "Mac Roman",
}
_ROWS: Final = 20
"""So many rows at the beginning of a file can be its header."""
_SHOWN: Final = 3
_FOUND: Final = ""
"""The choice that leaves it to what is found out."""


class ReadingChoice(QWidget):
    """Three choices; each begins with what was found out."""

    form_changed = Signal()
    """The file must be read anew, as `form` says."""
    head_changed = Signal()
    """Another row is the header: that which `head` says."""

    def __init__(self) -> None:
        super().__init__()
        self.encoding = _combo(tr("Encoding"))
        self.delimiter = _combo(tr("Separator"))
        self.header = _combo(tr("Header"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for box in (self.encoding, self.delimiter, self.header):
            row.addWidget(label(box.accessibleName(), "muted"))
            row.addWidget(box)
        row.addStretch(1)
        self.encoding.activated.connect(self.form_changed)
        self.delimiter.activated.connect(self.form_changed)
        self.header.activated.connect(self.head_changed)

    @property
    def form(self) -> Form:
        """What somebody chose about the file; empty is found out."""
        return Form(self.encoding.currentData() or "", self.delimiter.currentData() or "")

    @property
    def has_focus(self) -> bool:
        """Whether somebody is at one of the choices."""
        return any(box.hasFocus() for box in (self.encoding, self.delimiter, self.header))

    @property
    def head(self) -> int | None:
        """Which of the rows is the header; None: it is found out, -1: none is."""
        chosen = self.header.currentData()
        return None if chosen == _FOUND else int(chosen)

    def show_file(self, sheet: Sheet, asked: Form) -> None:
        """Show how a file was read; `asked` is what somebody had chosen about it."""
        form = sheet.form
        for box in (self.encoding, self.delimiter):
            box.setEnabled(form is not None)  # a workbook knows both itself
        names = [(_NAMES[code], code) for code in ENCODINGS]
        separators = [(_separator(sign), sign) for sign in DELIMITERS]
        _fill(self.encoding, names, form.encoding if form else "", asked.encoding)
        _fill(self.delimiter, separators, form.delimiter if form else "", asked.delimiter)
        self.show_rows(sheet)

    def show_rows(self, sheet: Sheet) -> None:
        """Show the rows that can be the header; which one is, is found out."""
        found = header_of(sheet)
        rows = [(_row(sheet, place), str(place)) for place in range(min(len(sheet.rows), _ROWS))]
        rows.append((tr("No row is a header"), "-1"))
        _fill(self.header, rows, str(found), _FOUND)


def read_or_say(path: Path, form: Form, notify: Notify) -> tuple[Sheet, ...]:
    """Return the tables of a file; empty where it cannot be read, and then it is said why."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        sheets = read_tables(path, form)
    except TableError as error:
        notify(fill(tr(SENTENCES[error.code]), error.facts), Tone.ERROR)
        return ()
    except OSError as error:
        text = tr("The file could not be used: {reason}. Nothing was changed.")
        notify(text.format(reason=error.strerror or error), Tone.ERROR)
        return ()
    finally:
        QApplication.restoreOverrideCursor()
    notify("")
    return sheets


def _fill(box: QComboBox, choices: list[tuple[str, str]], found: str, asked: str) -> None:
    """Fill a box: what was found out in front, unless something else was asked for."""
    box.clear()
    name = next((name for name, value in choices if value == found), found)
    is_found = asked == _FOUND
    box.addItem(tr("found out: {name}").format(name=name) if is_found and name else tr("to be found out"), _FOUND)
    for text, value in choices:
        box.addItem(text, value)
    box.setCurrentIndex(box.findData(asked))


def _separator(sign: str) -> str:
    return {
        ";": tr("Semicolon ;"),
        "\t": tr("Tab"),
        ",": tr("Comma ,"),
        "|": tr("Bar |"),
    }[sign]


def _row(sheet: Sheet, place: int) -> str:
    row = sheet.rows[place]
    cells = [str(cell) for cell in row.cells if cell not in (None, "")][:_SHOWN]
    return tr("row {n}: {cells}").format(n=row.number, cells=" · ".join(cells))


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaximumWidth(36 * GRID)
    return box
