"""The pages of the window: what each is called, how it is made, and how it is told what to show.

A page is made when it is first shown. A hidden page is not kept up to date; it catches up when it is shown again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtWidgets import QStackedWidget, QWidget

from dealbook.book.steps import Touched
from dealbook.gui.context import Context


@dataclass(frozen=True, slots=True)
class Place:
    """How a page is made, how it is told what to show, and which entry of the sidebar it belongs to."""

    make: Callable[[Context], Any]
    arrive: Callable[..., object]
    entry: str


def _deals(context: Context) -> QWidget:
    from dealbook.gui.pages.deals import DealsPage

    return DealsPage(context)


def _deal(context: Context) -> QWidget:
    from dealbook.gui.pages.deal import DealPage

    return DealPage(context)


def _forecast(context: Context) -> QWidget:
    from dealbook.gui.pages.forecast import ForecastPage

    return ForecastPage(context)


def _programs(context: Context) -> QWidget:
    from dealbook.gui.pages.programs import ProgramsPage

    return ProgramsPage(context)


def _quotes(context: Context) -> QWidget:
    from dealbook.gui.pages.quotes import QuotesPage

    return QuotesPage(context)


def _settings(context: Context) -> QWidget:
    from dealbook.gui.pages.settings import SettingsPage

    return SettingsPage(context)


def _summary(context: Context) -> QWidget:
    from dealbook.gui.pages.summary import SummaryPage

    return SummaryPage(context)


def _impact(context: Context) -> QWidget:
    from dealbook.gui.pages.impact import ImpactPage

    return ImpactPage(context)


def _editor(context: Context) -> QWidget:
    from dealbook.gui.pages.editor import EditorPage

    return EditorPage(context)


def _history(context: Context) -> QWidget:
    from dealbook.gui.pages.history import HistoryPage

    return HistoryPage(context)


def _import(context: Context) -> QWidget:
    from dealbook.gui.pages.import_deals import ImportPage

    return ImportPage(context)


def _merge(context: Context) -> QWidget:
    from dealbook.gui.pages.merge import MergePage

    return MergePage(context)


def _arrive(page: Any, **args: str) -> None:  # noqa: ANN401  # any page of the table below
    page.arrive(**args)


PLACES: Final[Mapping[str, Place]] = {
    "deals": Place(_deals, _arrive, "deals"),
    "deal": Place(_deal, lambda page, deal_id: page.show_deal(deal_id), "deals"),
    "forecast": Place(_forecast, _arrive, "forecast"),
    "programs": Place(_programs, _arrive, "programs"),
    "editor": Place(_editor, _arrive, "programs"),
    "quotes": Place(_quotes, _arrive, "quotes"),
    "settings": Place(_settings, _arrive, "settings"),
    "history": Place(_history, _arrive, ""),
    "summary": Place(_summary, _arrive, "deals"),
    "import": Place(_import, _arrive, "deals"),
    "merge": Place(_merge, _arrive, "deals"),
    "impact": Place(_impact, _arrive, "programs"),
}


class Pages(QStackedWidget):
    """The pages of one open book."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("pages")
        self._context = context
        self._pages: dict[str, Any] = {}
        self._missed: dict[str, Touched] = {}
        self.name = ""
        self.args: dict[str, str] = {}

    def show_page(self, name: str, **args: str) -> None:
        """Show a page, made or brought up to date as need be."""
        place = PLACES[name]
        if name not in self._pages:
            self._pages[name] = place.make(self._context)
            self.addWidget(self._pages[name])
        self.name, self.args = name, args
        page = self._pages[name]
        if (missed := self._missed.pop(name, None)) is not None:
            page.refresh(missed)
        self.setCurrentWidget(page)
        place.arrive(page, **args)

    def where(self) -> dict[str, str]:
        """Return what leads back to what is shown: what the page itself says, else what it was asked for."""
        where = getattr(self._pages.get(self.name), "where", None)
        return where() if where is not None else self.args

    def subject(self) -> dict[str, str]:
        """Return the record that is shown, as the history page takes it; empty where there is none."""
        where = self.where()
        for kind, name in (("deal", "deal_id"), ("quote", "quote_id"), ("program", "program")):
            if where.get(name):
                return {"kind": kind, "record": where[name]}
        return {"kind": "partner"} if self.name == "settings" else {}

    def page(self, name: str) -> Any:  # noqa: ANN401  # callers know which page they ask for
        """Return a page that has been shown."""
        return self._pages[name]

    def refresh(self, touched: Touched) -> None:
        """Tell the page that is shown; the others hear of it when their turn comes."""
        for name in self._pages:
            if name != self.name:
                before = self._missed.get(name)
                records = touched.records | (before.records if before else frozenset())
                self._missed[name] = Touched(touched.name, records)
        if self.name:
            self._pages[self.name].refresh(touched)
