"""Pictures of the pages: every page, through the real window."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from dealbook.gui import shots
from dealbook.gui.theme import LIGHT, Appearance


def test_a_picture_of_every_page(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shots, "LANGUAGES", ("de",))
    monkeypatch.setattr(shots, "APPEARANCES", (Appearance.LIGHT,))
    files = shots.take_shots(tmp_path / "pictures")
    names = [file.name for file in files]
    assert names == [
        f"{page}-de-light.png"
        for page in (
            "start",
            "deals",
            "deal",
            "why",
            "people",
            "events",
            "stage",
            "forecast",
            "forecast-table",
            "forecast-people",
            "programs",
            "programs-table",
            "programs-standing",
            "programs-plans",
            "programs-versions",
            "editor",
            "editor-problems",
            "editor-new",
            "quotes",
            "settings",
            "settings-money",
            "history",
            "history-purge",
            "summary",
            "import",
            "merge",
            "impact",
            "backups",
            "protect",
            "unlock",
            "protected",
        )
    ]
    for file in files:
        picture = QImage(str(file))
        assert (picture.width(), picture.height()) == shots.SIZE
        assert picture.pixelColor(900, 6).name() == LIGHT.window
