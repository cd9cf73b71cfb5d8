"""The partner's logo: shown small, chosen from a file, taken away again; each a step that can be undone."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QWidget

from dealbook.gui.book_words import said
from dealbook.gui.context import Context
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import mark, tr

CHANGE: Final = mark("Change logo")
REMOVE: Final = mark("Remove logo")
LARGEST: Final = 2_000_000
"""Bytes that a logo may have: every quote carries it."""
FORMATS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How the files begin that a PDF can take: PNG and JPEG."""


class Logo(QWidget):
    """Shows the logo and lets the person choose another one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._picture = QLabel()
        self._picture.setAccessibleName(tr("Logo"))
        self._picture.setFixedHeight(6 * GRID)
        self.choose = button(tr("Choose a logo…"))
        self.choose.clicked.connect(self._choose)
        self.remove = button(tr("Remove"), "quiet", name=tr("Remove the logo"))
        self.remove.clicked.connect(lambda: self._save(b"", REMOVE))
        self.problem = label(role="bad-small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID // 2, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._picture)
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        row.addWidget(self.problem, 1)

    def show_logo(self, logo: bytes) -> None:
        """Show this logo; empty bytes: there is none."""
        picture = QPixmap()
        picture.loadFromData(logo)
        size = self._picture.maximumHeight()
        smooth = Qt.TransformationMode.SmoothTransformation
        keep = Qt.AspectRatioMode.KeepAspectRatio
        self._picture.setPixmap(picture.scaled(4 * size, size, keep, smooth) if logo else QPixmap())
        self._picture.setVisible(bool(logo))
        self.remove.setVisible(bool(logo))
        self.problem.clear()

    def take(self, file: Path) -> None:
        """Take the logo from a file; what cannot be used is said beside the button, and the old logo stays."""
        try:
            logo = file.read_bytes() if file.stat().st_size <= LARGEST else b""
        except OSError as error:
            self.problem.setText(tr("{path} cannot be read: {reason}.").format(path=file.name, reason=error.strerror))
            return
        if not logo.startswith(FORMATS) or QImage.fromData(logo).isNull():
            self.problem.setText(tr("{path} is no PNG or JPEG picture of at most 2 MB.").format(path=file.name))
            return
        self._save(logo, CHANGE)

    def _choose(self) -> None:
        kinds = tr("Pictures ({pattern})").format(pattern="*.png *.jpg *.jpeg")
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a logo"), "", kinds)
        if name:
            self.take(Path(name))

    def _save(self, logo: bytes, step: str) -> None:
        session = self._context.session
        with said(self._context.notify), session.step(step):
            session.book.partner.save(replace(session.partner, logo=logo))
