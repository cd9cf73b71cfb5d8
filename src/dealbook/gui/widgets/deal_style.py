"""What the deal page adds to the window's style: fields that look like text until they are wanted, smaller controls.

Colours come from the theme's tokens; the page puts the sheet on itself, and again when light and dark change.
"""

from dataclasses import asdict
from string import Template
from typing import Final

from dealbook import paths
from dealbook.gui.theme import Tokens

_SHEET: Final = Template("""
QLineEdit[look="flat"], QComboBox[look="flat"], QDateEdit[look="flat"] {
    background: transparent; border: 1px solid transparent; min-height: 22px; padding: 0 2px; color: $muted;
}
QLineEdit[look="flat"]:hover, QComboBox[look="flat"]:hover, QDateEdit[look="flat"]:hover { border-color: $hairline; }
QLineEdit[look="flat"]:focus, QComboBox[look="flat"]:focus, QDateEdit[look="flat"]:focus {
    border-color: $accent; background: $card; color: $text;
}
QComboBox[look="flat"] { padding-right: 18px; }
QComboBox[look="flat"]::drop-down, QDateEdit[look="flat"]::drop-down { width: 18px; }
QLineEdit[look="customer"] {
    background: transparent; border: 1px solid transparent; min-height: 32px; padding: 0;
    font-size: ${title}pt; font-weight: 600;
}
QLineEdit[look="customer"]:hover { border-color: $hairline; }
QLineEdit[look="customer"]:focus { border-color: $accent; background: $card; }
QLineEdit[look="small"], QComboBox[look="small"] { min-height: 26px; max-height: 26px; padding: 0 8px; }
QDateEdit[look="small"] { min-height: 26px; max-height: 26px; padding: 0 0 0 8px; }
QComboBox[look="small"] { padding-right: 24px; }
QTableView QLineEdit[look="small"] {
    border: 1px solid $scroll; border-radius: 6px; min-height: 26px; padding: 0 8px;
}
QTableView QLineEdit[look="small"]:focus { border-color: $accent; }
QTableView QLineEdit[look="small"][wrong="true"] { border-color: $bad; }
QLineEdit[wrong="true"] { border: 1px solid $bad; background: $bad_soft; color: $bad; }
QPushButton[look="small"] { min-height: 26px; }
QPushButton[role="quiet"]:checked { color: $accent; background: transparent; font-weight: 600; }
QPushButton#adder { padding: 0 2px; }
QPushButton#adder::menu-indicator { image: none; width: 0; }
QFrame#strip { background: $card; border: 1px solid $hairline; border-radius: 8px; }
QTabBar#offers::tab { padding: 6px 12px; }
QTabBar#offers QToolButton { background: $card; border: none; border-radius: 0; padding: 0; min-height: 20px; }
QTabBar#offers QToolButton::left-arrow { image: url($icons/chevron-left.svg); width: 10px; height: 10px; }
QTabBar#offers QToolButton::right-arrow { image: url($icons/chevron-right.svg); width: 10px; height: 10px; }
QTabBar#offers QLineEdit { min-height: 22px; padding: 0 4px; }
QLabel[look="figure"] { font-weight: 600; }
QTableView#lines QHeaderView::section { padding: 0 5px; }
QFrame#next-steps { background: $accent_soft; border: none; border-radius: 6px; }
QFrame#next-steps QPushButton { min-height: 20px; padding: 0 4px; }
QFrame#reach { background: transparent; border: none; }
QFrame#reach QPushButton { min-height: 20px; padding: 0; text-align: left; color: $good; }
QTableView#steps { background: transparent; border: none; }
QCheckBox { color: $muted; }
""")


def deal_style(colours: Tokens, point_size: float) -> str:
    """Return the page's style sheet for these colours and the platform's type size."""
    measures = {"title": f"{point_size * 1.5:.1f}", "icons": paths.resource("icons").as_posix()}
    return _SHEET.substitute(asdict(colours) | measures)
