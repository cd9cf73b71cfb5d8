"""Program files coming in: chosen, dropped or pasted; what is right is taken in, what is wrong is shown with its lines.

Nothing is refused silently and nothing is lost: a wrong text can be opened as a draft in the editor.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dealbook.book.errors import BookError
from dealbook.desk.program_files import SUFFIX, Arrival, Arrived, Incoming, judged, keep_as_draft, read_file, take_in
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.arrivals import arrivals_text, problem_lines
from dealbook.gui.models.program_words import title_text
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import button, label, set_tip
from dealbook.gui.widgets.program_section import empty_layout
from dealbook.gui.words import plural, tr

_TALLEST: Final = 22 * GRID
_MOST_FILES: Final = 100


class ImportPanel(Card):
    """Takes program files in, and stands on the page while something about them is to be read."""

    imported = Signal(str)
    """A version was taken in; the program's id."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Import"), " ")
        self._context = context
        self.drafts: list[QPushButton] = []
        self.button = self._menu_button()
        self.close_button = button("✕", "quiet", name=tr("Close this message"))
        self.close_button.clicked.connect(self.hide)
        self.tools.addWidget(self.close_button)
        inner = QWidget()
        inner.setObjectName("page")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, GRID, 0)
        self._list.setSpacing(GRID)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(tr("What was imported, and what was not"))
        self._scroll.setWidget(inner)
        for part in (self._scroll.viewport(), inner):
            part.setAutoFillBackground(False)
        self.body.addWidget(self._scroll)
        self.hide()

    # --- ways in

    def import_paths(self, paths: Iterable[Path]) -> None:
        """Take files in; what is no program file, cannot be read or is wrong is shown."""
        incoming, unread = [], []
        for path in [*paths][:_MOST_FILES]:
            if path.suffix.lower() != SUFFIX or not path.is_file():
                unread.append((path.name, tr("This is no program file (*.toml).")))
                continue
            try:
                incoming.append(read_file(path))
            except OSError as error:
                unread.append((path.name, error.strerror or str(error)))
        self._take(incoming, unread)

    def import_text(self, text: str) -> None:
        """Take a text in that was pasted or dropped."""
        if text.strip():
            self._take([judged(tr("pasted text"), text)], [])
        else:
            self._context.notify(tr("The clipboard holds no text of a program."), Tone.WARNING)

    def import_data(self, data: QMimeData) -> None:
        """Take in what was dropped or lies on the clipboard: files before text."""
        paths = local_files(data)
        if paths:
            self.import_paths(paths)
        else:
            self.import_text(data.text())

    def paste(self) -> None:
        """Take in what lies on the clipboard."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        self.import_data(QMimeData() if data is None else data)

    def choose(self) -> None:
        """Let the person choose files."""
        kinds = tr("Program files ({pattern})").format(pattern=f"*{SUFFIX}")
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        names, _ = QFileDialog.getOpenFileNames(self, tr("Import program files"), folder, kinds)
        if names:
            self.import_paths(Path(name) for name in names)

    def _menu_button(self) -> QPushButton:
        made = button(tr("Import"))
        made.setProperty("menu", "true")
        set_tip(made, tr("Import program files; they can be dropped on the page as well"))
        menu = QMenu(made)
        menu.addAction(tr("Program files…"), self.choose)
        menu.addAction(f"{tr('Paste text')}\tCtrl+V", self.paste)
        made.setMenu(menu)
        return made

    # --- what came in

    def _take(self, incoming: Sequence[Incoming], unread: Sequence[tuple[str, str]]) -> None:
        try:
            arrived = take_in(self._context.session, incoming)
        except BookError as error:
            self._context.notify(refusal(error), Tone.ERROR)
            return
        wrong = [one for one in incoming if one.program is None]
        remarked = [one for one in arrived if one.incoming.problems]
        if arrived:
            self._announce(arrived)
        elif wrong or unread:
            self._context.notify("")
        self._show(wrong, unread, remarked)

    def _announce(self, arrived: Sequence[Arrived]) -> None:
        text = arrivals_text(arrived, self._context.words)
        if all(one.arrival is Arrival.SAME for one in arrived):
            self._context.notify(text)
        else:
            self._context.notify(text, action=tr("Undo"), then=self._context.session.undo)
        self.imported.emit(arrived[-1].program.id)

    def _show(self, wrong: Sequence[Incoming], unread: Sequence[tuple[str, str]], remarked: Sequence[Arrived]) -> None:
        """Show what is wrong with files that stayed out, and what was remarked of those that were taken in."""
        empty_layout(self._list)
        self.drafts.clear()
        for one in wrong:
            self._list.addWidget(self._entry(one.name, problem_lines(one, self._context.words), one))
        for name, reason in unread:
            self._list.addWidget(self._entry(name, [reason], None))
        for arrived in remarked:
            name = f"{title_text(arrived.program)} · {arrived.program.version}"
            self._list.addWidget(self._entry(name, problem_lines(arrived.incoming, self._context.words), None))
        self._list.addStretch(1)
        out = len(wrong) + len(unread)
        notes = [plural("{n} file was not imported.", "{n} files were not imported.", out)] if out else []
        if remarked:
            notes.append(plural("{n} was imported, with remarks.", "{n} were imported, with remarks.", len(remarked)))
        self.note.setText(" ".join(notes))
        self.setVisible(bool(notes))
        self._fit()
        for before, after in pairwise([self.close_button, self._scroll, *self.drafts]):
            QWidget.setTabOrder(before, after)  # made just now, they would come after all else on the page
        if out:
            self.close_button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as tall as the words need, up to a limit; more of them scroll."""
        needed = self._list.totalHeightForWidth(self._scroll.viewport().width())
        self._scroll.setFixedHeight(min(_TALLEST, max(needed, self._list.minimumSize().height())))

    def _entry(self, name: str, lines: Sequence[str], draft: Incoming | None) -> QWidget:
        box = QWidget()
        box.setAccessibleName(name)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(name, "strong", wrap=True))
        for line in lines:
            told = label(line, "", wrap=True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(told)
        row.addLayout(column, 1)
        if draft is not None and draft.text:
            row.addWidget(self._draft_button(draft), 0, Qt.AlignmentFlag.AlignTop)
        return box

    def _draft_button(self, incoming: Incoming) -> QPushButton:
        words = tr("Open as a draft")
        made = button(words, name=f"{words}: {incoming.name}")
        self.drafts.append(made)
        set_tip(made, tr("Mend the text in the editor; nothing of it is in force"))
        then: Callable[[], object] = lambda: self._open_draft(incoming)  # noqa: E731 - bound to this text
        made.clicked.connect(then)
        return made

    def _open_draft(self, incoming: Incoming) -> None:
        with said(self._context.notify):
            draft = keep_as_draft(self._context.session, incoming)
            self.hide()
            self._context.go("editor", draft=draft.id)


def local_files(data: QMimeData) -> list[Path]:
    """Return the files of this computer that were dropped or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def can_import(data: QMimeData) -> bool:
    """Say whether what is being dragged can be taken in, or at least be judged."""
    return bool(local_files(data)) or (data.hasText() and not data.hasUrls())
