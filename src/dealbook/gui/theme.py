"""How the window looks: colours, spacings, type sizes, and the style sheet made of them.

Owns every colour and distance; widgets take theirs from `tokens` when they paint, or name a role that the style sheet
knows. Light and dark follow the system unless the person (or a picture) asks for one of them.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dealbook import paths
from dealbook.gui.style_sheet import SHEET

GRID: Final = 8
"""Every distance is a multiple of this many pixels, or half of it."""
ROW: Final = 30
"""The height of a table's row."""
FIELD: Final = 32
"""The height of a field or button."""
RADIUS: Final = 6


class Appearance(StrEnum):
    """What the person chose: light, dark, or whatever the system has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one appearance. `accent_soft` lies under what is selected, `accent_pale` is what comes later.

    `series` are the colours of lines in a chart, told apart by the colour-blind as well.
    """

    window: str
    sidebar: str
    card: str
    hairline: str
    hover: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_soft: str
    accent_pale: str
    good: str
    warning: str
    warning_soft: str
    bad: str
    bad_soft: str
    scroll: str
    series: tuple[str, ...]


LIGHT: Final = Tokens(
    window="#f5f6f8",
    sidebar="#eceef2",
    card="#ffffff",
    hairline="#e3e6eb",
    hover="#f0f2f5",
    text="#1a202b",
    muted="#646c79",
    faint="#6f7783",
    accent="#1f5fd0",
    on_accent="#ffffff",
    accent_hover="#1a52b5",
    accent_soft="#e6eefc",
    accent_pale="#c9d8f4",
    good="#16794c",
    warning="#9a5b00",
    warning_soft="#fdf3e0",
    bad="#b3261e",
    bad_soft="#fdeceb",
    scroll="#c6cbd3",
    series=("#1f5fd0", "#d97706", "#0f9183", "#9333b8", "#c0265f", "#64748b"),
)
DARK: Final = Tokens(
    window="#14181f",
    sidebar="#10141a",
    card="#1c222b",
    hairline="#2b3440",
    hover="#232b36",
    text="#dbdfe5",
    muted="#98a1ae",
    faint="#858e9b",
    accent="#6ea8fe",
    on_accent="#0d1624",
    accent_hover="#8dbbff",
    accent_soft="#22303f",
    accent_pale="#31445e",
    good="#5cc894",
    warning="#e0a13a",
    warning_soft="#33291a",
    bad="#ff8a80",
    bad_soft="#3a2122",
    scroll="#3b4552",
    series=("#6ea8fe", "#f0a04b", "#3fbfae", "#c583e6", "#f2789f", "#94a3b8"),
)


def tokens() -> Tokens:
    """Return the colours that hold now; ask when painting, and again on a PaletteChange event."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT  # noqa: PLR2004


def tokens_for(appearance: Appearance) -> Tokens:
    """Return the colours of an appearance; SYSTEM asks the system, and light is what an unknown system gets."""
    if appearance is Appearance.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if appearance is Appearance.DARK else LIGHT


def apply(app: QApplication, appearance: Appearance) -> None:
    """Dress the whole application; call it again when the system's colour scheme or the person's wish changes."""
    chosen = tokens_for(appearance)
    app.setPalette(palette(chosen))
    app.setStyleSheet(style_sheet(chosen, app.font()))


def tabular(font: QFont) -> QFont:
    """Return the font with digits of equal width, so that figures stand in columns."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def palette(colours: Tokens) -> QPalette:
    """Return the palette for what the platform's style paints itself."""
    role = QPalette.ColorRole
    by_role = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.card,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.card,
        role.ButtonText: colours.text,
        role.BrightText: colours.on_accent,
        role.ToolTipBase: colours.card,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.faint,
        role.Highlight: colours.accent_soft,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.Accent: colours.accent,
        role.Mid: colours.hairline,
        role.Midlight: colours.hairline,
        role.Dark: colours.hairline,
        role.Light: colours.card,
        role.Shadow: colours.hairline,
    }
    made = QPalette()
    for which, colour in by_role.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.faint))
    return made


def style_sheet(colours: Tokens, font: QFont) -> str:
    """Return the style sheet for these colours; type sizes go by the platform's own font."""
    size = font.pointSizeF()
    measures = {
        "control": FIELD - 2,
        "radius": RADIUS,
        "icons": paths.resource("icons").as_posix(),
        "small": f"{size * 0.9:.1f}pt",
        "heading": f"{size * 1.02:.1f}pt",
        "title": f"{size * 1.5:.1f}pt",
        "brand": f"{size * 1.25:.1f}pt",
    }
    return SHEET.substitute(asdict(colours) | measures)
