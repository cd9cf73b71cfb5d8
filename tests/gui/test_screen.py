"""The screen itself: colours, words, preferences, and Python's constants that Qt's binding must not use up."""

import gettext
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, Qt, QTextDocument
from PySide6.QtWidgets import QApplication, QFrame, QTableWidget

from dealbook import paths
from dealbook.book.errors import BUSY, REFUSALS, BookError
from dealbook.gui import theme, words
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Tone
from dealbook.gui.preferences import RECENT, Preferences
from dealbook.gui.theme import DARK, LIGHT, Appearance, Tokens
from dealbook.gui.undo import can_undo
from dealbook.language import LANGUAGES

PLACE = re.compile(r"\{\w+\}")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as the Web's accessibility guidelines define it."""
    ink = QColor(colour)
    channels = (ink.redF(), ink.greenF(), ink.blueF())
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warning", "bad"])
def test_words_stand_out_from_what_they_stand_on(tokens: Tokens, ink: str) -> None:
    for ground in (tokens.card, tokens.window):
        assert contrast(getattr(tokens, ink), ground) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_words_on_colours_stand_out(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.accent, tokens.accent_soft) >= 4.5
    assert contrast(tokens.text, tokens.accent_soft) >= 7


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_nothing_stands_in_the_corner_between_two_scroll_bars(qapp: QApplication, tokens: Tokens) -> None:
    table = QTableWidget(40, 40)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setStyleSheet(theme.style_sheet(tokens, qapp.font()))
    table.resize(300, 200)
    table.show()
    picture = table.grab().toImage()
    ratio = picture.devicePixelRatio()
    corner = {
        picture.pixel(int(x * ratio), int(y * ratio))
        for x in range(table.width() - table.verticalScrollBar().width(), table.width())
        for y in range(table.height() - table.horizontalScrollBar().height(), table.height())
    }
    assert len(corner) == 1
    table.close()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_gaps(qapp: QApplication, tokens: Tokens) -> None:
    sheet = theme.style_sheet(tokens, qapp.font())
    assert "$" not in sheet
    assert all(Path(icon).is_file() for icon in re.findall(r"url\((.+?)\)", sheet))
    assert {field.name for field in fields(LIGHT)} == {field.name for field in fields(DARK)}


def test_digits_are_tabular(qapp: QApplication) -> None:
    tags = [tag.toString() for tag in theme.tabular(QFont()).featureTags()]
    assert [bytes(tag.data()) if hasattr(tag, "data") else tag for tag in tags] in ([b"tnum"], ["tnum"])


def test_appearance_can_be_forced(qapp: QApplication) -> None:
    theme.apply(qapp, Appearance.DARK)
    assert theme.tokens() is DARK
    theme.apply(qapp, Appearance.LIGHT)
    assert theme.tokens() is LIGHT


# --- words


@pytest.mark.parametrize("code", ["de", "fr"])
def test_each_translation_keeps_the_places_of_its_message(code: str) -> None:
    for file in paths.resource("locale", code, "LC_MESSAGES").glob("screen.mo"):
        with file.open("rb") as stream:
            catalog = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
        assert len(catalog) > 150
        for message, translated in catalog.items():
            source = message[0] if isinstance(message, tuple) else message
            if source:
                assert sorted(PLACE.findall(translated)) == sorted(PLACE.findall(source)), source


def test_the_screens_language_is_installed() -> None:
    words.install("de")
    assert words.tr("Settings") == "Einstellungen"
    assert words.plural("{n} deal", "{n} deals", 1) == "1 Geschäft"
    assert words.install("xx").code in ("en", "de", "fr")
    words.install("en")
    assert words.tr("Settings") == "Settings"


@pytest.mark.parametrize("text", ["Weser IT <info@weser.example>", "<b>A</b> & B", "Müller & Söhne", "1 < 2", "&lt;"])
def test_a_tooltip_shows_what_was_typed(qapp: QApplication, text: str) -> None:
    shown = words.literal(text)
    document = QTextDocument()
    if Qt.mightBeRichText(shown):
        document.setHtml(shown)
    else:
        document.setPlainText(shown)
    assert document.toPlainText() == text


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_refusals_have_words_without_gaps(code: str, spoken: str) -> None:
    words.install(spoken)
    facts = {place[1:-1]: f"<{place[1:-1]}>" for place in PLACE.findall(REFUSALS[code])}
    text = refusal(BookError(code, where="offers[0]", **facts))
    words.install("en")
    assert (text == REFUSALS[code].format(**facts)) is (spoken == "en")
    assert all(fact in text for fact in facts.values())
    assert not PLACE.search(text)
    assert "offers[0]" not in text


def test_a_refusal_names_the_step_and_the_reason_in_the_screens_language() -> None:
    words.install("de")
    text = refusal(BookError("not-saved", name="Change stage", reason=BUSY))
    assert "Change stage" not in text
    assert BUSY not in text
    words.install("en")


def test_what_is_refused_is_said_and_not_raised() -> None:
    told: list[tuple[str, Tone]] = []

    def notify(
        text: str, tone: Tone = Tone.NEWS, *, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        told.append((text, tone))

    def fail(error: Exception) -> None:
        raise error

    with said(notify):
        fail(BookError("folder", path="here"))
    with said(notify, Tone.WARNING):
        fail(PermissionError(13, "Permission denied"))
    with pytest.raises(KeyError), said(notify):
        fail(KeyError())
    assert [tone for _, tone in told] == [Tone.ERROR, Tone.WARNING]
    assert "here" in told[0][0]
    assert "Permission denied" in told[1][0]


# --- preferences


def test_preferences_are_kept(tmp_path: Path) -> None:
    first = Preferences(tmp_path / "screen.ini")
    assert (first.language, first.appearance, first.recent) == ("", Appearance.SYSTEM, ())
    first.language, first.appearance = "fr", Appearance.DARK
    again = Preferences(tmp_path / "screen.ini")
    assert (again.language, again.appearance) == ("fr", Appearance.DARK)


def test_recent_books_latest_first_without_the_lost(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "screen.ini")
    books = [tmp_path / f"{number}.dealbook" for number in range(RECENT + 2)]
    for book in books:
        book.touch()
        preferences.remember(book)
    preferences.remember(books[5])
    assert preferences.recent[:2] == (books[5], books[-1])
    assert len(preferences.recent) == RECENT
    books[5].unlink()
    assert books[5] not in preferences.recent


def test_a_spoilt_appearance_is_the_systems(tmp_path: Path) -> None:
    (tmp_path / "screen.ini").write_text("[General]\nappearance=purple\nrecent=\n", encoding="utf-8")
    preferences = Preferences(tmp_path / "screen.ini")
    assert preferences.appearance is Appearance.SYSTEM
    assert preferences.recent == ()


def test_what_is_no_field_has_nothing_to_undo() -> None:
    assert can_undo(None) == (False, False)


# --- the binding


def test_many_calls_into_qt_use_up_no_constant() -> None:
    code = """
import dealbook.gui
from PySide6.QtCore import QObject, Signal
class Sender(QObject):
    sent = Signal(bool)
sender = Sender()
for number in range(20_000):
    sender.setObjectName("x")
    sender.sent.emit(number % 2 == 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
