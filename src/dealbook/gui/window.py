"""The window: menus, sidebar, search, notices and pages around one open book.

Knows which book is open and passes on what the book announces. What is on a page, the page knows; what a book refuses,
the window says in its notice bar.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenuBar, QWidget

from dealbook import __version__
from dealbook.book.cipher import Key
from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.export_names import TABLES
from dealbook.desk.session import Session
from dealbook.gui import theme, words
from dealbook.gui.actions import Actions, Group
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.dropping import dropped_book
from dealbook.gui.exports import Exports
from dealbook.gui.figure_keeper import FigureKeeper
from dealbook.gui.frame import Frame
from dealbook.gui.help_window import HelpWindow
from dealbook.gui.library import SUFFIX, Library
from dealbook.gui.pages.start import StartPage, Ways
from dealbook.gui.places import PLACES, Pages
from dealbook.gui.preferences import Preferences
from dealbook.gui.safekeeping import Safekeeping
from dealbook.gui.theme import Appearance
from dealbook.gui.vault import Vault
from dealbook.gui.words import LANGUAGE_NAMES, SYSTEM, tr


class Window(QMainWindow):
    """One window, one book at a time."""

    def __init__(self, preferences: Preferences) -> None:
        """Build the window without a book, in the language of `preferences`."""
        super().__init__()
        self.preferences = preferences
        self._library = Library(preferences)
        self._way_back: list[tuple[str, dict[str, str]]] = []
        self._has_icons = False
        self._help_window: HelpWindow | None = None
        self.session: Session | None = None
        self.pages: Pages | None = None
        self.safekeeping = Safekeeping(self, self)
        self.figures = FigureKeeper(self)
        self.exports = Exports(self._notify, self)
        self.vault = Vault(self, self)
        self.resize(1280, 800)
        self.setMinimumSize(960, 600)
        self.setAcceptDrops(True)
        self.restoreGeometry(preferences.geometry)
        self._build()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._dress)

    # --- building

    def _build(self) -> None:
        """Build all that has words; done again when the language changes."""
        words.install(self.preferences.language)
        if self._help_window is not None:
            self._help_window.close()
            self._help_window = None
        self.safekeeping.drop_page()
        self.vault.drop_page()
        bar = QMenuBar()  # beside the search field: a line of its own would be one row less for figures
        self.actions_by_name = Actions(bar, self._handlers())
        self.frame = Frame(bar, self.actions_by_name)
        self.frame.sidebar.chosen.connect(self.go)
        self.frame.sidebar.undo_wanted.connect(self.undo)
        self.frame.sidebar.redo_wanted.connect(self.redo)
        self.frame.sidebar.history_wanted.connect(partial(self.go, "history"))
        self.frame.search.jump.connect(self._jump)
        self.frame.sidebar.lock_wanted.connect(self.vault.show)
        self.start = StartPage(
            Ways(self.open_sample, self.choose_book, self.choose_new, self.open_book, self.open_book, self.show_book)
        )
        self.pages = None
        self.setCentralWidget(self.frame)
        self.frame.show()  # at once: Qt would wait for the next turn of its loop
        self.actions_by_name.tick(Group.LANGUAGE, self.preferences.language)
        self.actions_by_name.tick(Group.APPEARANCE, self.preferences.appearance)
        if self._has_icons:
            self.frame.sidebar.load_icons()
        self._show_session()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """Give every entry of the menus what it does."""
        handlers: dict[str, Callable[[], object]] = {
            "new-book": self.new_book,
            "open-book": self.choose_book,
            "sample": self.open_sample,
            "restore": self.safekeeping.show,
            "protect": self.vault.show,
            "close-book": self.close_book,
            "quit": self.close,
            "undo": self.undo,
            "redo": self.redo,
            "back": self.back,
            "search": self._focus_search,
            "record-history": self._show_record_history,
            "new-deal": partial(self.go, "deals", new="yes"),
            "guide": partial(self._help, "guide.md"),
            "reference": partial(self._help, "reference.md"),
            "book-help": partial(self._help, "book.md"),
            "about": self._about,
        }
        shown = ("deals", "forecast", "programs", "quotes", "settings", "history", "summary", "import", "merge")
        pages = {name: partial(self.go, name) for name in shown}
        languages = {f"language:{code}": partial(self.speak, code) for code in (SYSTEM, *LANGUAGE_NAMES)}
        appearances = {f"appearance:{which}": partial(self.appear, which) for which in Appearance}
        exports = {f"export-{what}": partial(self._export, what) for what in TABLES}
        return handlers | pages | languages | appearances | exports

    def load_icons(self) -> None:
        """Load what the first paint did not wait for."""
        self._has_icons = True
        self.frame.sidebar.load_icons()

    # --- books

    def open_book(self, path: Path, key: Key | None = None) -> None:
        """Open a book in place of the one that is open, a protected one with its key, for which it asks otherwise.

        A refusal leaves everything as it is.
        """
        if self.session is not None and self.session.book.path == path.resolve():
            self.go("deals")
            return
        with self._said():
            try:
                self._take(self._library.open(path, key))
            except BookError as error:
                if not self.vault.settles(path, error) and not self.safekeeping.offer(path, error):
                    raise

    def open_sample(self) -> None:
        """Open the sample book."""
        with self._said():
            self.open_book(self._library.sample())

    def create_book(self, path: Path, partner: str, currency: str) -> None:
        """Make a new book and open it."""
        with self._said():
            self._take(self._library.create(path, partner, currency))

    def new_book(self) -> None:
        """Ask for a new book's partner on the start page; a book that is open stays open until the new one is there."""
        self.frame.show_content(self.start)
        self.frame.sidebar.show_page("")
        self.start.ask_new()

    def choose_book(self) -> None:
        """Let the person choose a book."""
        kinds = tr("Books ({pattern})").format(pattern=f"*{SUFFIX}")
        name, _ = QFileDialog.getOpenFileName(self, tr("Open a book"), _documents(), kinds)
        if name:
            self.open_book(Path(name))

    def choose_new(self, partner: str, currency: str) -> None:
        """Let the person choose where a new book shall lie, and make it."""
        kinds = tr("Books ({pattern})").format(pattern=f"*{SUFFIX}")
        proposed = str(Path(_documents()) / f"{partner}{SUFFIX}")
        options = QFileDialog.Option.DontConfirmOverwrite  # the book itself refuses to take a file's place
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the new book"), proposed, kinds, options=options)
        if name:
            self.create_book(Path(name), partner, currency)

    def close_book(self) -> None:
        """Close the book; everything in it is saved already."""
        self._take(None)

    def show_beside(self, content: QWidget) -> None:
        """Show what is no page of the open book in place of its pages."""
        self.frame.show_content(content)
        self.frame.sidebar.show_page("")

    def show_book(self) -> None:
        """Show the page of the open book that was shown last, or the start page."""
        if self.pages is None:
            self.frame.show_content(self.start)
        else:
            self.frame.show_content(self.pages)
            self.frame.sidebar.show_page(PLACES[self.pages.name].entry)

    def _take(self, session: Session | None) -> None:
        self._drop_pages()  # before the book is closed: pages go on working until they are hidden
        self.safekeeping.end()
        self.figures.end()
        self.exports.end()
        self.vault.drop_page()
        if self.session is not None:
            self.session.close()
        self.session = session
        if session is not None:
            session.subscribe(self._follow)
            self.start.forget_new()
            self.vault.forget()
            self.safekeeping.begin(session)
            self.figures.begin(session)
        self._show_session()

    def _show_session(self) -> None:
        """Show the book that is open, from its deals on; without one, the start page."""
        self._drop_pages()
        self._way_back.clear()
        self.frame.notices.withdraw_offer()
        self.frame.notices.hide()
        self.frame.search.set_session(self.session)
        self.actions_by_name.book_is_open(self.session is not None)
        self._show_recent()
        self._show_state()
        if self.session is None:
            self.frame.show_content(self.start)
            return
        self.pages = Pages(Context(self.session, words.current(), self.go, self.frame.notices.notify, self))
        self.go("deals")

    def _drop_pages(self) -> None:
        if self.pages is not None:
            self.frame.drop_content(self.pages)
            self.pages = None

    def _show_recent(self) -> None:
        recent = self.preferences.recent
        self.start.show_recent(recent)
        self.actions_by_name.set_entries("recent", [(path.stem, partial(self.open_book, path)) for path in recent])

    # --- pages

    def go(self, page: str, **args: str) -> None:
        """Show a page; `args` say what on it."""
        if self.pages is None:
            return
        self.frame.show_content(self.pages)
        if self.pages.name and (self.pages.name, self.pages.args) != (page, args):
            self._way_back.append((self.pages.name, self.pages.where()))
        self.pages.show_page(page, **args)
        self.frame.sidebar.show_page(PLACES[page].entry)

    def back(self) -> None:
        """Show the page before."""
        if self._way_back and self.pages is not None:
            page, args = self._way_back.pop()
            self.frame.show_content(self.pages)
            self.pages.show_page(page, **args)
            self.frame.sidebar.show_page(PLACES[page].entry)

    def _jump(self, page: str, key: str) -> None:
        self.go(page, **{"deal": {"deal_id": key}, "quotes": {"quote_id": key}}[page])

    def _show_record_history(self) -> None:
        """Show the history of the record that the page is about, else of the whole book."""
        if self.pages is not None and self.pages.name != "history":
            self.go("history", **self.pages.subject())

    def _focus_search(self) -> None:
        self.frame.search.setFocus()
        self.frame.search.selectAll()

    def _export(self, what: str) -> None:
        if self.session is not None:
            self.exports.choose(self.session, what)

    # --- what the book announces, and undo

    def undo(self) -> None:
        """Take back the last step of the book."""
        if self.session is not None:
            with self._said():
                self.session.undo()

    def redo(self) -> None:
        """Bring back the step that was undone last."""
        if self.session is not None:
            with self._said():
                self.session.redo()

    def _follow(self, touched: Touched) -> None:
        self._show_state()
        if self.session is None or self.pages is None:
            return
        self.frame.notices.withdraw_offer()
        shown = self.pages.args.get("deal_id")
        if shown is not None and shown not in self.session.rows:
            self.go("deals")
        self.pages.refresh(touched)

    def _show_state(self) -> None:
        session = self.session
        self.frame.show_state(session)
        self.setWindowTitle(f"{_name(session)} \N{EN DASH} Dealbook" if session else "Dealbook")
        if session is not None:
            self.actions_by_name["undo"].setEnabled(session.book.undo_name is not None)
            self.actions_by_name["redo"].setEnabled(session.book.redo_name is not None)

    def tell(self, error: BookError) -> None:
        """Say a refusal that nobody expected where it came up: the disk or the network let the book down."""
        self.frame.notices.notify(refusal(error), Tone.ERROR)

    def _notify(
        self, text: str, tone: Tone = Tone.NEWS, *, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Show a notice in the bar of the present frame: another language makes another one."""
        self.frame.notices.notify(text, tone, action=action, then=then)

    def _said(self) -> AbstractContextManager[None]:
        return said(self.frame.notices.notify)

    # --- the screen

    def speak(self, code: str) -> None:
        """Speak another language from now on."""
        self.preferences.language = code
        page, args = (self.pages.name, self.pages.where()) if self.pages is not None else ("", {})
        asked = self.start.unlock.book
        self._build()
        if page:
            self.go(page, **args)
        if asked is not None:
            self.vault.ask(asked)

    def appear(self, appearance: Appearance) -> None:
        """Be light or dark from now on."""
        self.preferences.appearance = appearance
        self.actions_by_name.tick(Group.APPEARANCE, appearance)
        self._dress()

    def _dress(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, self.preferences.appearance)

    def _help(self, name: str) -> None:
        if self._help_window is None:
            self._help_window = HelpWindow(self)
        self._help_window.show_text(name)

    def _about(self) -> None:
        text = tr("Dealbook {version}: what each deal earns under every vendor program that is open to you.")
        self.frame.notices.notify(text.format(version=__version__))

    # --- a book that is dropped on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_book(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_book(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        if self.session is None or self.session.book.path == path.resolve():
            self.open_book(path)
            return
        text = tr("{name} is another book. It can be merged into this one; what differs is shown first.")
        self.frame.notices.notify(
            text.format(name=path.name),
            Tone.WARNING,
            action=tr("Look at it"),
            then=partial(self.go, "merge", file=str(path)),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self.preferences.geometry = self.saveGeometry()
        self.vault.end()
        self._take(None)
        super().closeEvent(event)


def _name(session: Session) -> str:
    name = session.book.path.stem
    return name if session.book.key is None else tr("{book} (protected)").format(book=name)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
