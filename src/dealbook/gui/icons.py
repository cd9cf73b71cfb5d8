"""The icons of the sidebar: a font's glyphs, painted in the colour that is asked for.

The font is loaded with the first icon, and the window asks for its icons after the first paint.
"""

from functools import lru_cache
from typing import Final, cast

from PySide6.QtGui import QIcon

NAMES: Final = {
    "deals": "ph.table",
    "forecast": "ph.chart-bar",
    "programs": "ph.book-open",
    "quotes": "ph.file-text",
    "settings": "ph.gear-six",
    "lock": "ph.lock-simple",
}
"""What Dealbook calls an icon, and the glyph it is."""


@lru_cache(maxsize=128)
def icon(name: str, colour: str, active: str = "") -> QIcon:
    """Return an icon in a colour of the tokens; `active` is its colour while it is checked."""
    import qtawesome

    return cast("QIcon", qtawesome.icon(NAMES[name], color=colour, color_on=active or colour))
