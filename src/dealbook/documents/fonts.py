"""Open Sans, embedded: its weights, the width of a text, and what is printed for a character that it lacks.

The fonts come from the `ttf-opensans` package and are registered once, when this module is imported. Only the glyphs
that a document uses are embedded. Open Sans covers Latin, Greek and Cyrillic; everything else passes through
`printable`, which never leaves a reader in doubt that a character is missing.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from ttf_opensans import opensans

REGULAR: Final = "OpenSans-Regular"
SEMIBOLD: Final = "OpenSans-SemiBold"
BOLD: Final = "OpenSans-Bold"

#: Stands for a character that the font lacks: a question mark in a lozenge, which nobody takes for a letter.
MISSING: Final = "\N{REPLACEMENT CHARACTER}"

#: The nearest that the font has, where Unicode's own decomposition does not lead there.
_NEAREST: Final = {
    "\N{NARROW NO-BREAK SPACE}": "\N{THIN SPACE}",
    "\N{TAB}": " ",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{BLACK CIRCLE}": "\N{BULLET}",
    "\N{BLACK SQUARE}": "\N{BULLET}",
    "\N{BLACK SMALL SQUARE}": "\N{BULLET}",
    "\N{WHITE BULLET}": "\N{BULLET}",
    "\N{TRIANGULAR BULLET}": "\N{BULLET}",
    "\N{RIGHTWARDS ARROW}": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    "\N{LEFTWARDS ARROW}": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    "\N{LATIN CAPITAL LETTER SHARP S}": "SS",
}

#: Unicode categories that print nothing of their own: controls, formats (direction marks, joiners, soft hyphen) and
#: marks, which ReportLab cannot set on their letter; the usual letters with marks are one character after composing.
_SILENT: Final = frozenset({"Cc", "Cf", "Mn", "Me"})
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")


def _registered(name: str, weight: int) -> TTFont:
    # `asciiReadable` would embed all of ASCII with each weight: twice the time and the size of a one-page quote.
    font = TTFont(name, str(opensans(weight).path), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


_FONTS: Final = {name: _registered(name, weight) for name, weight in ((REGULAR, 400), (SEMIBOLD, 600), (BOLD, 700))}
# Streams as bytes and not as text in base 85: smaller and faster, and nobody sends PDFs over a seven-bit line any more.
rl_config.useA85 = 0

#: Characters that every weight has a glyph for and that print something.
_KNOWN: Final = frozenset(
    character
    for character in map(chr, set.intersection(*(set(font.face.charToGlyph) for font in _FONTS.values())))
    if unicodedata.category(character) not in {*_SILENT, "Co"} and character != MISSING
)
_KNOWN_AND_BREAKS: Final = _KNOWN | {"\n"}


def printable(text: str) -> str:
    r"""Return `text` as it can be printed: lines end with `\n`, every character has a glyph.

    What the font lacks becomes the nearest that it has, or else `MISSING`; controls and direction marks go.
    """
    if _KNOWN_AND_BREAKS.issuperset(text):
        return text
    whole = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return "".join(map(_nearest, whole))


@lru_cache(maxsize=1024)
def _nearest(character: str) -> str:
    if character in _KNOWN_AND_BREAKS:
        return character
    if character in _NEAREST:
        return _NEAREST[character]
    if unicodedata.category(character) in _SILENT:
        return ""
    if unicodedata.category(character) == "Zs":
        return " "
    parts = unicodedata.normalize("NFKD", character)  # a ligature, a letter of full width, a letter with a rare mark
    return MISSING if parts == character else "".join(map(_nearest, parts))


def width(text: str, font: str, size: float) -> float:
    """Return the width in points of one line of `text`, which must be `printable`."""
    widths = _FONTS[font].face.charWidths
    return float(sum([widths[ord(character)] for character in text])) * size / 1000


def fitting(text: str, font: str, size: float, room: float) -> int:
    """Return how many characters of `text`, which must be `printable`, fit into `room` points."""
    widths = _FONTS[font].face.charWidths
    left = room * 1000 / size
    for count, character in enumerate(text):
        left -= widths[ord(character)]
        if left < 0:
            return count
    return len(text)
