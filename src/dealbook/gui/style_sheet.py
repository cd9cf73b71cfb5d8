"""The window's style sheet, with the tokens of `theme` in place of `$names`.

Owns how the roles look that widgets name with `setProperty("role", …)`. What it leaves alone, the platform's own style
paints from the palette.
"""

from string import Template
from typing import Final

SHEET: Final = Template("""
QMainWindow, QWidget#pages, QWidget#page { background: $window; }
QToolTip { background: $card; color: $text; border: 1px solid $hairline; padding: 4px 8px; }

QWidget#sidebar { background: $sidebar; border: none; border-right: 1px solid $hairline; }
QFrame#card { background: $card; border: 1px solid $hairline; border-radius: 8px; }
QFrame#notice { background: $accent_soft; border: none; border-radius: ${radius}px; }
QFrame#notice[tone="warning"] { background: $warning_soft; }
QFrame#notice[tone="error"] { background: $bad_soft; }
QFrame#hairline { background: $hairline; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; }
QLabel[role="brand"] { font-size: $brand; font-weight: 700; }
QLabel[role="title"] { font-size: $title; font-weight: 600; }
QLabel[role="heading"] { font-size: $heading; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: $small; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="bad"] { color: $bad; }
QLabel[role="warning-small"] { color: $warning; font-size: $small; }
QLabel[role="bad-small"] { color: $bad; font-size: $small; }
QLabel[role="good"] { color: $good; }
QLabel[role="tag"] {
    color: $good; font-size: $small; font-weight: 600;
    border: 1px solid $good; border-radius: 4px; padding: 0 6px;
}

QPushButton, QToolButton {
    background: $card; color: $text; border: 1px solid $hairline; border-radius: ${radius}px;
    min-height: ${control}px; padding: 0 12px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked { background: $accent_soft; }
QPushButton:disabled, QToolButton:disabled { color: $faint; }
QPushButton::menu-indicator, QToolButton::menu-indicator {
    image: url($icons/chevron-down.svg); width: 10px; height: 10px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 8px;
}
QPushButton[menu="true"], QToolButton[menu="true"] { padding-right: 24px; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $accent_pale; border-color: $accent_pale; }
QPushButton[role="danger"] { background: $card; color: $bad; border-color: $bad; font-weight: 600; }
QPushButton[role="danger"]:hover, QPushButton[role="danger"]:pressed { background: $bad_soft; }
QPushButton[role="danger"]:focus { border: 2px solid $bad; }
QPushButton[role="link"] {
    background: transparent; border: 1px solid transparent; color: $accent; padding: 0 4px; min-height: 20px;
}
QPushButton[role="link"]:hover { color: $accent_hover; background: $accent_soft; }
QPushButton[role="link"]:focus { border-color: $accent; }
QPushButton[role="link"]:disabled { color: $faint; }
QPushButton[role="quiet"] {
    background: transparent; border: 1px solid transparent; color: $muted; padding: 0 4px; min-height: 20px;
}
QPushButton[role="quiet"]:hover { color: $text; }
QPushButton[role="quiet"]:checked { color: $text; font-weight: 600; }
QPushButton[role="quiet"]:focus { border-color: $accent; }
QPushButton[role="footer"] {
    background: transparent; border: 1px solid transparent; color: $muted; font-size: $small;
    text-align: left; padding: 0; min-height: 20px;
}
QPushButton[role="footer"]:hover { color: $accent; }
QPushButton[role="footer"]:focus { border-color: $accent; }
QPushButton[role="nav"] {
    background: transparent; border: 1px solid transparent; text-align: left; padding: 0 12px; min-height: 33px;
}
QPushButton[role="nav"]:hover { background: $hover; }
QPushButton[role="nav"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QPushButton[role="nav"]:focus { border-color: $accent; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {
    background: $card; color: $text; border: 1px solid $hairline; border-radius: ${radius}px;
    min-height: ${control}px; padding: 0 10px; selection-background-color: $accent_pale; selection-color: $text;
}
QPlainTextEdit {
    background: $card; color: $text; border: 1px solid $hairline; border-radius: ${radius}px; padding: 4px 6px;
    selection-background-color: $accent_pale; selection-color: $text;
}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus {
    border-color: $accent;
}
QLineEdit QToolButton { border: none; background: transparent; min-height: 0; padding: 0; }
QLineEdit:disabled, QComboBox:disabled { color: $faint; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"], QDateEdit[wrong="true"] {
    border-color: $bad;
}
QTableView QLineEdit, QTableView QComboBox, QTableView QSpinBox {
    border: 1px solid $accent; border-radius: 0; min-height: 0; padding: 0 5px;
}
QComboBox { padding-right: 24px; }
QComboBox::drop-down, QDateEdit::drop-down {
    border: none; width: 24px; subcontrol-origin: padding; subcontrol-position: center right;
}
QComboBox::down-arrow, QDateEdit::down-arrow { image: url($icons/chevron-down.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $hairline; outline: none; padding: 4px;
    selection-background-color: $accent_soft; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 18px; }
QSpinBox::up-arrow { image: url($icons/chevron-up.svg); width: 8px; height: 8px; }
QSpinBox::down-arrow { image: url($icons/chevron-down.svg); width: 8px; height: 8px; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator, QTableView::indicator {
    width: 14px; height: 14px; border: 1px solid $scroll; border-radius: 3px; background: $card;
}
QCheckBox::indicator:checked, QTableView::indicator:checked {
    background: $accent; border-color: $accent; image: url($icons/tick.svg);
}
QCheckBox::indicator:focus { border-color: $accent; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 6px 14px; margin: 0 4px 0 0;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
QTabBar:focus { outline: none; }
QTabBar::tab:selected:focus { color: $accent; }
QTabBar QToolButton { border: none; border-radius: 0; padding: 0; min-height: 20px; }

QTableView, QListView, QTreeView {
    background: transparent; border: none; outline: none;
    selection-background-color: $accent_soft; selection-color: $text;
}
QListView#hits { background: $card; color: $text; border: 1px solid $hairline; padding: 4px; }
QListView#hits::item { min-height: 28px; padding: 0 6px; }
QListView#hits::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: transparent; color: $muted; border: none; border-bottom: 1px solid $hairline;
    padding: 0 8px; height: 30px;
}
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow { image: url($icons/chevron-up.svg); width: 8px; height: 8px; }
QHeaderView::down-arrow { image: url($icons/chevron-down.svg); width: 8px; height: 8px; }

QScrollArea, QScrollArea > QWidget > QWidget#page { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $hairline; border: none; border-radius: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }

QSlider::groove:horizontal { background: $hairline; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
}
QSlider::handle:horizontal:focus { border: 2px solid $text; width: 12px; height: 12px; }

QMenuBar { background: transparent; color: $muted; border: none; }
QMenuBar::item { background: transparent; padding: 6px 10px; }
QMenuBar::item:selected { background: $accent_soft; border-radius: 4px; }
QMenu { background: $card; color: $text; border: 1px solid $hairline; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 4px; }
QMenu::indicator:checked { image: url($icons/check.svg); }
QSplitter::handle { background: transparent; }
""")
