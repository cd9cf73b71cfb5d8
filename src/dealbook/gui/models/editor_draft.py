"""The draft that the editor shows: kept in the book after each pause in typing, and in step with undo.

The text has an undo of its own, and the book has one. To the person they are one: where the text is taken back to what
the book held before its last step, that step is undone, and no new one is made.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from dealbook.book.drafts import Draft
from dealbook.desk import editing
from dealbook.desk.editing import MOST, Opened
from dealbook.desk.session import Session
from dealbook.programs.model import Program

_PAUSE: Final = 800
_LONG_PAUSE: Final = 3000
_LONG: Final = 200_000
"""From so many characters on, a draft is kept after a longer pause."""


class _Kept(NamedTuple):
    """A step that kept the text: the text before it, and how many steps the book held with it."""

    before: str
    steps: int


class OpenDraft(QObject):
    """Holds the text that is edited, and what it began as."""

    opened = Signal(str)
    """Another text is to be shown."""
    brought_back = Signal(str)
    """Undo or redo brought back another state of the text that is shown."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._draft = Draft(program="", base="", text="")
        self._id = ""
        self._steps: list[_Kept] = []
        self.began = ""
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)

    # --- what is shown

    @property
    def draft(self) -> Draft:
        """The draft as it was kept last; without an id it is not in the book."""
        return self._draft

    @property
    def is_kept(self) -> bool:
        """Whether the book holds a draft of this text."""
        return bool(self._draft.id)

    @property
    def drafts(self) -> Sequence[Draft]:
        """All drafts of the book."""
        return self._session.book.drafts.all()

    def open_version(self, program_id: str, day: date) -> None:
        """Show a version, or its newest draft. Raises KeyError where there is no such version."""
        self._show(editing.open_text(self._session, program_id, day))

    def open_draft(self, draft: Draft) -> None:
        """Show a draft."""
        self._show(Opened(draft, editing.base_text(self._session, draft)))

    def open_new(self, today: date) -> None:
        """Show the frame of a new program; it is kept once something is written into it."""
        text = editing.new_text(today, self._session.partner.currency)
        self._show(Opened(Draft(program="", base="", text=text), text))

    def start(self, text: str, *, program_id: str = "", base: str = "") -> None:
        """Keep a text as a new draft and show it. Raises BookError."""
        self.open_draft(editing.start(self._session, text, program_id=program_id, base=base))

    def _show(self, opened: Opened) -> None:
        self.pause.stop()
        self._draft, self.began = opened.draft, opened.base_text
        self._id = opened.draft.id
        self._steps = []
        self.opened.emit(self._draft.text)

    # --- keeping

    def wait(self, length: int) -> None:
        """Begin the pause after which the text is kept."""
        self.pause.start(_PAUSE if length <= _LONG else _LONG_PAUSE)

    def keep(self, text: str) -> None:
        """Keep what was typed as one step; what was taken back, by undo. Raises BookError."""
        self.pause.stop()
        if text == self._draft.text or len(text) > MOST:
            return
        book = self._session.book
        if self._steps and self._steps[-1] == _Kept(text, book.step_count):
            self._steps.pop()
            self._session.undo()
            return
        before = self._draft.text
        self._draft = editing.keep(self._session, self._draft, text, self.began)
        self._id = self._draft.id or self._id
        self._steps.append(_Kept(before, book.step_count))

    def follow(self) -> bool:
        """Follow a change of the book; say whether the draft, or the version it is of, is still there."""
        found = next((draft for draft in self.drafts if self._id and draft.id == self._id), None)
        if found is None and self._draft.base and not editing.base_text(self._session, self._draft):
            return False
        before = self._draft.text
        self._draft = found or replace(self._draft, id="", text=self.began)
        if self._draft.text != before:
            self._steps = [one for one in self._steps if one.steps <= self._session.book.step_count]
            self.brought_back.emit(self._draft.text)
        return True

    # --- what becomes of it

    def put_in_force(self) -> Program:
        """Put the kept text in force. Raises ProblemsError for one with errors, BookError as the book."""
        return editing.put_in_force(self._session, self._draft)

    def discard(self) -> None:
        """Take the draft away; what it began from is shown. Raises BookError."""
        self.pause.stop()
        editing.discard(self._session, self._draft)
