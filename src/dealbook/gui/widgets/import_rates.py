"""Exchange rates from a file: read at once, imported as one step, or not at all with the reason in the notice bar."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from dealbook.desk.forms import fill
from dealbook.desk.import_rates import import_rates, read_rates
from dealbook.gui.book_words import said
from dealbook.gui.context import Context, Tone
from dealbook.gui.words import plural, tr
from dealbook.tables.errors import SENTENCES, TableError
from dealbook.tables.reading import SUFFIXES, read_tables

_MOST_TOLD: Final = 3


def choose_rates(parent: QWidget, context: Context) -> None:
    """Let the person choose a file of rates, and import it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    kinds = tr("Tables ({pattern})").format(pattern=" ".join(f"*{suffix}" for suffix in SUFFIXES))
    name, _ = QFileDialog.getOpenFileName(parent, tr("Import exchange rates"), folder, kinds)
    if name:
        import_file(context, Path(name))


def import_file(context: Context, path: Path) -> None:
    """Import the rates of a file; where one is wrong none is, and the first mistakes are said with their places."""
    with said(context.notify):
        try:
            sheet = read_tables(path)[0]
        except TableError as error:
            context.notify(fill(tr(SENTENCES[error.code]), error.facts), Tone.ERROR)
            return
        found = read_rates(context.session, sheet, context.words)
        if not found.is_table:
            context.notify(tr("The file has no columns for day, two currencies and rate."), Tone.ERROR)
        elif found.faults:
            first = found.faults[:_MOST_TOLD]
            told = "\n".join(f"{sheet.place(one.row, one.column)}: {one.text(context.words)}" for one in first)
            text = tr("Nothing was imported: {problem}").format(problem=told)
            context.notify(text, Tone.ERROR)
        elif not found.rates:
            context.notify(tr("All rates of the file are in the book already."))
        else:
            import_rates(context.session, found.rates)
            text = plural("{n} exchange rate was imported.", "{n} exchange rates were imported.", len(found.rates))
            context.notify(text, action=tr("Undo"), then=context.session.undo)
