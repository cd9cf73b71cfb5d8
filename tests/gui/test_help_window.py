"""The guide and the reference, opened by key, with links that lead somewhere."""

import re

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dealbook import paths
from dealbook.gui.help_window import BOOK, GUIDE, REFERENCE, HelpWindow, slug


@pytest.fixture
def shown(qtbot: QtBot) -> HelpWindow:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.show_text(GUIDE)
    return window


def test_guide_is_shown_with_its_tables(shown: HelpWindow) -> None:
    text = shown.text.toPlainText()
    assert text.startswith("Guide")
    assert "|" not in text.split("Keyboard")[-1][:200], "a table that is not read shows its bars"


def test_link_leads_to_the_reference_and_back(shown: HelpWindow) -> None:
    shown.text.anchorClicked.emit(QUrl(REFERENCE))
    assert "reference" in shown.text.toPlainText()[:200].lower()
    shown.text.backward()
    assert shown.text.toPlainText().startswith("Guide")


@pytest.mark.parametrize("name", [GUIDE, REFERENCE, BOOK])
def test_every_link_to_a_heading_finds_one(name: str) -> None:
    def anchors(text: str) -> set[str]:
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        return {slug(heading.replace("`", "")) for heading in re.findall(r"^#+ (.*)$", prose, re.MULTILINE)}

    texts = {one: paths.resource("help", one).read_text(encoding="utf-8") for one in (GUIDE, REFERENCE, BOOK)}
    for target in re.findall(r"\]\(([^)]*#[^)]+)\)", texts[name]):
        file, _, anchor = target.partition("#")
        assert anchor in anchors(texts[file or name]), target


def test_the_page_on_the_book_is_a_button_away(shown: HelpWindow) -> None:
    button = next(one for one in shown.findChildren(QPushButton) if one.text() == "Book for other programs")
    button.click()
    text = shown.text.toPlainText()
    assert text.startswith("The book for other programs")


def test_link_to_a_heading_moves_there(shown: HelpWindow) -> None:
    shown.text.anchorClicked.emit(QUrl("#command-line"))
    assert shown.text.textCursor().block().text() == "Command line"
