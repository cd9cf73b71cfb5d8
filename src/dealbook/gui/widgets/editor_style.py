"""What the editor adds to the window's style: smaller controls, for a form and a text have to share the screen."""

from dataclasses import asdict
from string import Template
from typing import Final

from dealbook.gui.theme import Tokens

_SHEET: Final = Template("""
QLineEdit, QComboBox { min-height: 24px; max-height: 24px; padding: 0 8px; }
QComboBox { padding-right: 22px; }
QTableView QLineEdit, QTableView QComboBox { min-height: 0; padding: 0 4px; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border: 1px solid $bad; }
QPushButton[role="quiet"] { min-height: 14px; }
QPushButton[role="quiet"]:checked { color: $accent; background: transparent; font-weight: 600; }
QPushButton[role="quiet"]::menu-indicator { right: 2px; width: 8px; }
QPushButton[role="quiet"][menu="true"] { padding-right: 16px; }
QCheckBox { color: $muted; }
QCheckBox:focus { color: $text; }
QPlainTextEdit#source { border: none; border-radius: 0; padding: 0; }
QTableView#hits { background: $card; border: 1px solid $scroll; }
""")


def editor_style(colours: Tokens) -> str:
    """Return the page's style sheet for these colours."""
    return _SHEET.substitute(asdict(colours))
