"""The words of the screen: `tr` and `plural` in the language that the window speaks.

The language is installed once before the window is built, and again when the person picks another; the window then
builds itself anew. Documents never ask here: they are written in the customer's language and get a `Language` handed.
"""

from html import escape
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import Qt

from dealbook.language import LANGUAGES, Language, language

SYSTEM: Final = ""
"""The setting that says: speak the computer's language."""
LANGUAGE_NAMES: Final = {"en": "English", "fr": "Français", "de": "Deutsch"}
"""What each language calls itself."""


class _Screen:
    """Holds the screen's language; one for the process, as there is one window."""

    language: Language = language("en")
    translator = QTranslator()


def install(code: str) -> Language:
    """Make `code` the language of the screen and return it; `SYSTEM` takes the computer's, as far as it is known.

    Qt's own words follow: the menus of its fields, the names of keys.
    """
    _Screen.language = language(code if code in LANGUAGES else system_code())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    QCoreApplication.removeTranslator(_Screen.translator)
    if _Screen.translator.load(f"qtbase_{_Screen.language.code}", folder):
        QCoreApplication.installTranslator(_Screen.translator)
    return _Screen.language


def current() -> Language:
    """Return the language of the screen."""
    return _Screen.language


def system_code() -> str:
    """Return the code of the computer's language; English where Dealbook does not speak it."""
    code = QLocale.system().name().partition("_")[0]
    return code if code in LANGUAGES else "en"


def tr(message: str) -> str:
    """Return an English message in the screen's language."""
    return _Screen.language.text(message)


def plural(one: str, many: str, number: int) -> str:
    """Return the message that fits `number`, in the screen's language; `{n}` becomes the number."""
    return _Screen.language.plural(one, many, number)


def mark(message: str) -> str:
    """Mark a message for translation without translating it: names of steps are kept in the book in English."""
    return message


def literal(text: str) -> str:
    """Return `text` so that a tooltip shows it as it is: in "Weser IT <info@weser.example>" Qt would read markup."""
    return f"<span>{escape(text)}</span>" if Qt.mightBeRichText(text) else text
