"""The menus as data: what each entry is called, its keys, and the name of what it does.

The window gives every name its handler. Nothing else makes a menu entry, so that every command has one name, one
shortcut and one place; tooltips elsewhere take their shortcut from here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from dealbook.gui.theme import Appearance
from dealbook.gui.words import LANGUAGE_NAMES, SYSTEM, tr


class Group(StrEnum):
    """Entries of a group exclude one another; the one in force is ticked."""

    LANGUAGE = "language"
    APPEARANCE = "appearance"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `name` is what it does, `text` is shown; it is off while there is no book where `needs_book`."""

    name: str
    text: str
    keys: str = ""
    needs_book: bool = False
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu or, inside another one, a submenu; None between entries is a line."""

    name: str
    text: str
    entries: tuple["Entry | Menu | None", ...] = ()


def menus() -> tuple[Menu, ...]:
    """Return the menu bar in the screen's language."""
    return (
        Menu("file", tr("&File"), _file()),
        Menu("edit", tr("&Edit"), _edit()),
        Menu("go", tr("&Go"), _go()),
        Menu("view", tr("&View"), (_languages(), _appearances())),
        Menu("help", tr("&Help"), _help()),
    )


def _file() -> tuple[Entry | Menu | None, ...]:
    return (
        Entry("new-book", tr("&New book…"), "Ctrl+Shift+N"),
        Entry("open-book", tr("&Open a book…"), "Ctrl+O"),
        Menu("recent", tr("&Recent books")),
        Entry("sample", tr("Open the &sample book")),
        None,
        Entry("summary", tr("&Commission summary…"), "Ctrl+Shift+S", needs_book=True),
        Entry("import", tr("&Import deals…"), "Ctrl+I", needs_book=True),
        Entry("merge", tr("&Merge another book…"), needs_book=True),
        Menu(
            "export",
            tr("&Export"),
            (
                Entry("export-deals", tr("&Deals…"), needs_book=True),
                Entry("export-payments", tr("&Payments…"), needs_book=True),
                Entry("export-forecast", tr("&Forecast…"), needs_book=True),
                Entry("export-events", tr("&Events…"), needs_book=True),
                Entry("export-standing", tr("&Standing…"), needs_book=True),
            ),
        ),
        None,
        Entry("restore", tr("Restore a &backup…")),
        Entry("protect", tr("&Protect the book…"), needs_book=True),
        Entry("close-book", tr("&Close the book"), "Ctrl+W", needs_book=True),
        Entry("quit", tr("&Quit"), "Ctrl+Q"),
    )


def _edit() -> tuple[Entry | Menu | None, ...]:
    return (
        Entry("undo", tr("&Undo"), "Ctrl+Z", needs_book=True),
        Entry("redo", tr("&Redo"), "Ctrl+Shift+Z", needs_book=True),
        None,
        Entry("new-deal", tr("New &deal…"), "Ctrl+N", needs_book=True),
    )


def _go() -> tuple[Entry | Menu | None, ...]:
    return (
        Entry("search", tr("&Search"), "Ctrl+K", needs_book=True),
        Entry("back", tr("&Back"), "Alt+Left", needs_book=True),
        None,
        Entry("deals", tr("&Deals"), "Alt+1", needs_book=True),
        Entry("forecast", tr("&Forecast"), "Alt+2", needs_book=True),
        Entry("programs", tr("&Programs"), "Alt+3", needs_book=True),
        Entry("quotes", tr("&Quotes"), "Alt+4", needs_book=True),
        Entry("settings", tr("Se&ttings"), "Alt+5", needs_book=True),
        None,
        Entry("history", tr("&History of the book"), "Ctrl+H", needs_book=True),
        Entry("record-history", tr("History of what is &shown"), "Ctrl+Shift+H", needs_book=True),
    )


def _help() -> tuple[Entry | Menu | None, ...]:
    return (
        Entry("guide", tr("&Guide"), "F1"),
        Entry("reference", tr("&Program files")),
        Entry("book-help", tr("&Book for other programs")),
        None,
        Entry("about", tr("&About Dealbook")),
    )


def _languages() -> Menu:
    system = Entry(f"language:{SYSTEM}", tr("As the &computer"), group=Group.LANGUAGE)
    each = (Entry(f"language:{code}", name, group=Group.LANGUAGE) for code, name in LANGUAGE_NAMES.items())
    return Menu("language", tr("&Language"), (system, None, *each))


def _appearances() -> Menu:
    names = {
        Appearance.SYSTEM: tr("As the &system"),
        Appearance.LIGHT: tr("&Light"),
        Appearance.DARK: tr("&Dark"),
    }
    entries = tuple(Entry(f"appearance:{which}", text, group=Group.APPEARANCE) for which, text in names.items())
    return Menu("appearance", tr("&Appearance"), entries)


class Actions:
    """The actions made from the menus, by name."""

    def __init__(self, bar: QMenuBar, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Fill `bar`, which owns them; each entry's name finds its handler, and one without is a mistake (KeyError)."""
        self._bar = bar
        self._handlers = handlers
        self._groups: dict[Group, QActionGroup] = {}
        self._entries: dict[str, Entry] = {}
        self._actions: dict[str, QAction] = {}
        self.submenus: dict[str, QMenu] = {}
        for menu in menus():
            self._fill(bar.addMenu(menu.text), menu)

    def __getitem__(self, name: str) -> QAction:
        """Return the action of that name."""
        return self._actions[name]

    def all(self) -> Sequence[QAction]:
        """Return all actions, in the order of the menus."""
        return tuple(self._actions.values())

    def keys(self, name: str) -> str:
        """Return the shortcut of an action, for tooltips."""
        return self._entries[name].keys

    def book_is_open(self, is_open: bool) -> None:
        """Switch on or off what needs a book."""
        for name, entry in self._entries.items():
            if entry.needs_book:
                self._actions[name].setEnabled(is_open)

    def tick(self, group: Group, value: str) -> None:
        """Tick the entry of a group that is in force."""
        self._actions[f"{group}:{value}"].setChecked(True)

    def set_entries(self, submenu: str, entries: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Fill a submenu that changes while the window is open; an empty one is switched off."""
        menu = self.submenus[submenu]
        menu.clear()
        menu.setEnabled(bool(entries))
        for text, handler in entries:
            menu.addAction(text).triggered.connect(lambda _=False, do=handler: do())

    def _fill(self, menu: QMenu, data: Menu) -> None:
        self.submenus[data.name] = menu
        for entry in data.entries:
            match entry:
                case None:
                    menu.addSeparator()
                case Menu():
                    self._fill(menu.addMenu(entry.text), entry)
                case Entry():
                    menu.addAction(self._action(entry))

    def _action(self, entry: Entry) -> QAction:
        action = QAction(entry.text, self._bar)
        if entry.keys:
            action.setShortcut(QKeySequence(entry.keys))
        if entry.group is not None:
            action.setCheckable(True)
            self._group(entry.group).addAction(action)
        handler = self._handlers[entry.name]
        action.triggered.connect(lambda _=False: handler())
        self._entries[entry.name] = entry
        self._actions[entry.name] = action
        return action

    def _group(self, group: Group) -> QActionGroup:
        return self._groups.setdefault(group, QActionGroup(self._bar))
