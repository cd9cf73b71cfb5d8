"""How documents look: paper, margins, colours, and the few sizes of type they use.

Lengths are points. The left margin and the place of the address follow the letter form for window envelopes.
"""

from typing import Final, NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER

from dealbook.documents.fonts import BOLD, REGULAR, SEMIBOLD

PAPERS: Final = {"A4": A4, "Letter": LETTER}

LEFT: Final = 70.0
RIGHT: Final = 56.0
TOP: Final = 50.0
#: From the lower edge of the paper to the foot's last line.
BOTTOM: Final = 27.0

#: Left empty between one part of a document and the next.
SECTION: Final = 12.0

INK: Final = HexColor("#1b2430")
MUTED: Final = HexColor("#66707d")
LINE: Final = HexColor("#d3d9e0")
PALE: Final = HexColor("#f2f6fb")
#: Bars of a chart that go up and down; the sign stands beside them as well.
GAIN: Final = HexColor("#1f5fd0")
LOSS: Final = HexColor("#b3261e")


class Style(NamedTuple):
    """One kind of text: font, size, the height of a line, colour."""

    font: str
    size: float
    leading: float
    colour: Color = INK

    @property
    def baseline(self) -> float:
        """How far below the top of its line the text stands."""
        return (self.leading - self.size) / 2 + 0.82 * self.size

    def scaled(self, factor: float) -> "Style":
        """Return the style in another size, on lines of the same height."""
        return self._replace(size=self.size * factor)


NAME: Final = Style(BOLD, 12.5, 16)
TITLE: Final = Style(BOLD, 15.5, 20)
LEAD: Final = Style(REGULAR, 9, 13, MUTED)
HEADING: Final = Style(SEMIBOLD, 10.5, 15)
BODY: Final = Style(REGULAR, 9, 13)
ADDRESS: Final = Style(REGULAR, 10, 14)
STRONG: Final = Style(SEMIBOLD, 9, 13)
SUM: Final = Style(BOLD, 9, 13)
NOTE: Final = Style(REGULAR, 7.5, 10.5, MUTED)
LABEL: Final = Style(REGULAR, 7, 10, MUTED)
FOOT: Final = Style(REGULAR, 6.8, 9.5, MUTED)
