"""Pictures of every page, through the real window on the real sample book; nobody has to look on.

Light and dark, English and German, at the size of a small laptop. The pictures shall look the same wherever they are
made, so they are set in the Open Sans that also prints the documents.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from dealbook.domain.deal import Stage
from dealbook.gui import theme
from dealbook.gui.preferences import Preferences
from dealbook.gui.run import application, open_window
from dealbook.gui.theme import Appearance
from dealbook.gui.window import Window
from dealbook.paths import HOME_VARIABLE

if TYPE_CHECKING:  # loaded when the pictures are made
    from dealbook.desk.session import Session
    from dealbook.domain.deal import Deal

LANGUAGES: Final = ("en", "de")
APPEARANCES: Final = (Appearance.LIGHT, Appearance.DARK)
SIZE: Final = (1280, 800)
FONT_SIZE: Final = 10
QUOTES: Final = 4
PASSPHRASE: Final = "four words and more"  # noqa: S105 - of a book that is made for the picture
PATIENCE: Final = 20_000
"""Milliseconds that a page may take until it stands still."""
STILL: Final = 120
"""Milliseconds without a change after which a page counts as finished."""
PASSES: Final = 6
"""Rounds of events without a change that it takes as well: on a busy machine one round lasts longer than `STILL`."""


def take_shots(folder: Path) -> tuple[Path, ...]:
    """Write `PAGE-LANGUAGE-APPEARANCE.png` for each page into `folder` and return the files.

    Qt draws on whatever platform it was told to; the caller says `offscreen` where nobody looks on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = application()
    before = app.font()
    app.setFont(_font())
    try:
        with TemporaryDirectory(prefix="dealbook-shots-") as scratch, _home_in(Path(scratch)):
            return tuple(_all(app, folder, Path(scratch)))
    finally:
        app.setFont(before)


@contextmanager
def _home_in(scratch: Path) -> Iterator[None]:
    """Keep the backups of the book that is photographed out of the folder of whoever has the pictures made."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(scratch / "home")
    try:
        yield
    finally:
        if before is None:
            del os.environ[HOME_VARIABLE]
        else:
            os.environ[HOME_VARIABLE] = before


def _all(app: QApplication, folder: Path, scratch: Path) -> Iterator[Path]:
    book = _sample(scratch)
    for language in LANGUAGES:
        for appearance in APPEARANCES:
            preferences = Preferences(scratch / f"{language}-{appearance}.ini")
            preferences.language, preferences.appearance = language, appearance
            window = open_window(app, preferences)
            window.resize(*SIZE)
            window.load_icons()
            window.show()
            for page, show in _pages(window, book):
                show()
                _settle(window)
                file = folder / f"{page}-{language}-{appearance}.png"
                window.grab().save(str(file))
                yield file
            window.close()
            window.deleteLater()


def _sample(scratch: Path) -> Path:
    """Make the sample book, with a backup and a few quotes issued since."""
    from dealbook.book.connection import open_book
    from dealbook.desk.quotes import issue_quote, quote_content, set_status
    from dealbook.desk.safety import look_after
    from dealbook.desk.sample import make_sample_book
    from dealbook.desk.session import Session
    from dealbook.domain.quote import QuoteStatus

    book = scratch / "Sample.dealbook"
    make_sample_book(book)
    look_after(book, lambda: False)
    _carry_away(book, scratch / "away" / "Laptop.dealbook")
    session = Session(open_book(book))
    for deal in tuple(session.deals.values())[-QUOTES:]:
        content = quote_content(session, deal, [deal.offers[0].id], deal.signed)
        set_status(session, issue_quote(session, deal, content).id, QuoteStatus.SENT)
    _remove_again(session)
    session.close()
    return book


def _remove_again(session: "Session") -> None:
    """Give the history something to tell, and leave the deals as they are: a copy is changed and removed."""
    from dealbook.desk.deals import duplicate_deal, remove_deal, save_deal

    deal = _fullest(session)
    copy = duplicate_deal(session, deal.id)
    first, *others = copy.offers[0].lines
    offer = replace(copy.offers[0], lines=(*others, replace(first, quantity=first.quantity + 2)), term=48)
    save_deal(session, replace(copy, offers=(offer, *copy.offers[1:])), "Apply what was tried")
    remove_deal(session, copy.id)
    save_deal(session, replace(deal, note=f"{deal.note} "), "Change customer details")


def _carry_away(book: Path, away: Path) -> None:
    """Copy the book, and change both so that they differ in a few things."""
    from dealbook.book.connection import open_book
    from dealbook.desk.deals import new_deal, remove_deal, save_deal
    from dealbook.desk.quotes import issue_quote, quote_content
    from dealbook.desk.session import Session

    away.parent.mkdir()
    shutil.copyfile(book, away)
    session = Session(open_book(away))
    deals = tuple(session.deals.values())
    line = replace(deals[0].offers[0].lines[0], quantity=deals[0].offers[0].lines[0].quantity + 8)
    offer = replace(deals[0].offers[0], term=48, lines=(line, *deals[0].offers[0].lines[1:]))
    save_deal(session, replace(deals[0], contact="Frau Petersen", offers=(offer, *deals[0].offers[1:])), "Change offer")
    save_deal(session, replace(deals[1], note="Calls back in May."), "Change note")
    remove_deal(session, deals[4].id)
    new = new_deal(session, "Hafenkontor Wittmann KG", today=deals[-1].signed)
    new = save_deal(
        session,
        replace(new, title="Cloud-Telefonie", offers=(replace(new.offers[0], lines=(replace(line, id=""),)),)),
        "New",
    )
    issue_quote(session, new, quote_content(session, new, [new.offers[0].id], deals[-1].signed))
    session.close()
    session = Session(open_book(book))
    changed = replace(deals[0], contact="Herr Petersen", note="Decides before the summer.")
    save_deal(session, changed, "Change customer details")
    session.close()


def _pages(window: Window, book: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "start", lambda: None
    yield "deals", lambda: _open(window, book)
    yield "deal", lambda: window.go("deal", deal_id=_first_deal(window))
    yield "why", lambda: _why(window)
    yield "people", lambda: _people(window)
    yield "events", lambda: _events(window)
    yield "stage", lambda: _stage(window)
    yield "forecast", lambda: _forecast(window, view=0)
    yield "forecast-table", lambda: _forecast(window, view=1)
    yield "forecast-people", lambda: _after_people(window)
    yield "programs", lambda: window.go("programs", program="nec-univerge-blue")
    yield "programs-table", lambda: _program(window, "avaya-cloud-fr", "values")
    yield "programs-standing", lambda: _program(window, "nfon-ngage", "standing")
    yield "programs-plans", lambda: _program(window, "nec-univerge-blue", "plans")
    yield "programs-versions", lambda: _program(window, "foerdenetz", "versions")
    yield "editor", lambda: _edit(window)
    yield "editor-problems", lambda: _edit_wrong(window)
    yield "editor-new", lambda: window.go("editor")
    yield "quotes", lambda: window.go("quotes")
    yield "settings", lambda: window.go("settings")
    yield "settings-money", lambda: window.go("settings", part="work")
    yield "history", lambda: _history(window)
    yield "history-purge", lambda: _purge(window)
    yield "summary", lambda: window.go("summary")
    yield "import", lambda: _import(window, book.parent)
    yield "merge", lambda: _merge(window, book.parent)
    yield "impact", lambda: window.go("impact", program="foerdenetz")
    yield "backups", window.safekeeping.show
    yield "protect", window.vault.show
    yield "unlock", lambda: _ask(window, book)
    yield "protected", lambda: _open_protected(window)


def _ask(window: Window, book: Path) -> None:
    """Have the passphrase of a protected book asked for, while no other book is open."""
    window.close_book()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # its pages go now: here no loop sees to that
    window.open_book(_protected(book))


def _protected(book: Path) -> Path:
    """Return a copy of the book that is protected, made on its first use."""
    from dealbook.desk.passphrases import Change, Key, carry_out

    copy = book.with_name("Protected.dealbook")
    if not copy.exists():
        shutil.copyfile(book, copy)
        carry_out(Change(copy, None, Key(PASSPHRASE)), lambda: False)
    return copy


def _open_protected(window: Window) -> None:
    """Open the protected book as a person does, and show where its passphrase is changed and removed."""
    window.start.unlock.field.line.setText(PASSPHRASE)
    window.start.unlock.open.click()
    window.safekeeping.keeper.end()
    window.vault.show()


def _open(window: Window, book: Path) -> None:
    """Open the book, and make no backup meanwhile: the list of them shall be the same in every picture."""
    window.open_book(book)
    window.safekeeping.keeper.end()


def _history(window: Window) -> None:
    """Take a step back, and show what the history says of one before it."""
    session = window.session
    if session is None or window.pages is None:
        return
    if session.book.redo_name is None:
        session.undo()
    window.go("history")
    window.pages.page("history").table.selectRow(3)


def _purge(window: Window) -> None:
    """Ask what of the history is to be deleted for good."""
    if window.pages is not None:
        page = window.pages.page("history")
        page.table.selectRow(2)
        page.purge_button.click()


def _why(window: Window) -> None:
    """Open the arithmetic of the plan that is current on the deal page."""
    from dealbook.gui.widgets.deal_figures import View

    if window.pages is not None:
        window.pages.page("deal").figures.show_view(View.WHY)


def _events(window: Window) -> None:
    """Show the deal to which most has happened."""
    deals = window.session.deals.values() if window.session else ()
    most = max(deals, key=lambda deal: sum(len(offer.events) for offer in deal.offers))
    window.go("deal", deal_id=most.id)


def _stage(window: Window) -> None:
    """Show a deal that reaches something, and what is asked when it is won."""
    deals = window.session.deals.values() if window.session else ()
    deal = next(one for one in deals if one.customer.startswith("Backhaus"))
    window.go("deal", deal_id=deal.id)
    if window.pages is not None:
        page = window.pages.page("deal")
        page.stage.ask(Stage.WON, deal.signed)
        page.reach.search.finish()


def _people(window: Window) -> None:
    """Show what it takes to pay the salespeople, and the plans ranked by what the work leaves."""
    from dealbook.desk.compare import Objective
    from dealbook.gui.widgets.deal_figures import View

    if window.pages is not None:
        page = window.pages.page("deal")
        page.open_deal.set_objective(Objective.NET)
        page.figures.show_view(View.PEOPLE)


def _forecast(window: Window, view: int) -> None:
    """Show the forecast as a chart or as a table."""
    window.go("forecast")
    if window.pages is not None:
        page = window.pages.page("forecast")
        page.worker.finish()
        page.show_view(view)


def _after_people(window: Window) -> None:
    """Show the forecast after paying the salespeople."""
    _forecast(window, view=0)
    if window.pages is not None:
        page = window.pages.page("forecast")
        page.stack.setCurrentIndex(page.stack.count() - 1)


def _program(window: Window, program: str, section: str) -> None:
    """Show a section of a program."""
    window.go("programs", program=program)
    if window.pages is not None:
        details = window.pages.page("programs").details
        details.show_section(getattr(details, section))


def _merge(window: Window, folder: Path) -> None:
    """Show what the book of a laptop has that this one has not, and the other way round."""
    window.go("merge", file=str(folder / "away" / "Laptop.dealbook"))


def _import(window: Window, folder: Path) -> None:
    """Show a table that is to be imported, with a row that is wrong and a deal that is there already."""
    from dealbook.desk.export_names import DEALS
    from dealbook.desk.exporting import write_table
    from dealbook.desk.exporting_deals import deal_rows
    from dealbook.desk.table_fields import DEAL_FIELDS, Field
    from dealbook.language import language

    if window.session is None or window.pages is None:
        return
    words = language("de")
    rows = deal_rows([*window.session.deals.values()][:12], words)
    first = rows[1][1]
    for row in rows[1:]:
        row[1] = first if row[1] == first else f"{row[1]} & Co."
    rows[5][DEAL_FIELDS.index(Field.QUANTITY)] = "viele"
    path = folder / "CRM Export.csv"
    write_table(path, DEALS, rows, words)
    window.go("import", file=str(path))


def _edit(window: Window) -> None:
    """Open the text of a program at one of its components, tried out on the deal with the most to show."""
    window.go("editor", program="nec-univerge-blue", day="2021-01-01")
    if window.pages is not None:
        page = window.pages.page("editor")
        page.trial.choose(_first_deal(window))
        place = page.text.toPlainText().index("[[plan.pays]]")
        page.text.go_to(place)


def _edit_wrong(window: Window) -> None:
    """Open the text of a program and write a key of it wrong."""
    window.go("editor", program="nfon-ngage", day="2022-01-01")
    if window.pages is not None:
        page = window.pages.page("editor")
        text = page.text.toPlainText()
        page.text.replace_text(text.replace("every =", "evry =", 1).replace("months =", "month =", 1))
        page.checker.check(page.text.toPlainText())
        page.text.step(True)


def _first_deal(window: Window) -> str:
    """Return the deal with the most to show."""
    return _fullest(window.session).id if window.session else ""


def _fullest(session: "Session") -> "Deal":
    """Return the deal with the most offers and lines."""
    deals = session.deals.values()
    return max(deals, key=lambda deal: (len(deal.offers), sum(len(offer.lines) for offer in deal.offers)))


def _settle(window: Window) -> None:
    """Let the page do its work until its picture no longer changes, or patience ends."""
    patience, still = QDeadlineTimer(PATIENCE), QDeadlineTimer(STILL)
    picture, same = None, 0
    while (same < PASSES or not still.hasExpired()) and not patience.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        now = window.grab().toImage()
        same += 1
        if now != picture:
            picture, same, still = now, 0, QDeadlineTimer(STILL)


def _font() -> QFont:
    import ttf_opensans

    for file in sorted(Path(ttf_opensans.ROOT).rglob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    return theme.tabular(QFont("Open Sans", FONT_SIZE))
