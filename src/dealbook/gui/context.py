"""What a page is given to work with, and what a page is.

A page knows its book through the session and the rest of the window only through these few calls, so that it can be
built and tested alone. One context lives as long as its book is open and the screen keeps its language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dealbook.book.connection import Touched
from dealbook.desk.session import Session
from dealbook.gui.preferences import Preferences
from dealbook.gui.theme import Appearance
from dealbook.language import Language


class Tone(StrEnum):
    """How a notice is meant: as news, as something to mind, or as something that went wrong."""

    NEWS = "news"
    WARNING = "warning"
    ERROR = "error"


class Notify(Protocol):
    """Shows a notice in the window's bar; with `action`, a button that calls it."""

    def __call__(
        self, text: str, tone: Tone = Tone.NEWS, *, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Show `text`; `action` is the label of the button that calls `then`. An empty text takes the notice away."""


class Go(Protocol):
    """Shows a page of the window."""

    def __call__(self, page: str, **args: str) -> None:
        """Show the page named `page` ("deals", "deal", "forecast", "programs", "quotes" …) and hand it `args`."""


class Screen(Protocol):
    """What can be set about the screen itself; it belongs to the computer and not to the book."""

    preferences: Preferences

    def speak(self, code: str) -> None:
        """Speak another language; the window builds itself anew."""

    def appear(self, appearance: Appearance) -> None:
        """Be light, dark, or as the system is."""


@dataclass(frozen=True, slots=True)
class Context:
    """The open book, the screen's language, and what a page may ask of the window.

    Without a `screen`, as in a page's own tests, nothing about the screen can be set.
    """

    session: Session
    words: Language
    go: Go
    notify: Notify
    screen: Screen | None = None


class Page(Protocol):
    """A page of the window: a widget that can be shown, and that follows what the book announces."""

    title: str
    """What the page is called, in the screen's language."""

    def arrive(self, **args: str) -> None:
        """The page is about to be shown; `args` are those of `go`. Put the focus where work starts."""

    def refresh(self, touched: Touched) -> None:
        """The book changed, by this page or by another, by a step or by undo."""
