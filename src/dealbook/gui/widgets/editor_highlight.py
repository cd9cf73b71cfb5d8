"""The colours of a program's text: headers, keys, texts, figures, comments; line by line, as far as TOML goes."""

import re
from typing import Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from dealbook.gui.theme import Tokens, tokens

LONGEST: Final = 200_000
"""A longer text is shown without colours: each of its lines would have to be looked at when it is opened."""
_PARTS: Final = re.compile(
    r"""
    (?P<comment>\#.*)
    | (?P<header>^\s*\[\[?[^\]]*\]\]?)
    | (?P<key>(?:"(?:[^"\\]|\\.)*"|[A-Za-z0-9_.-]+)(?=\s*=))
    | (?P<input>"\$[^"]*")
    | (?P<text>"(?:[^"\\]|\\.)*"?|'[^']*'?)
    | (?P<figure>\b(?:true|false|[+-]?\d[\d.:_TZ-]*)\b)
    """,
    re.VERBOSE,
)


class TomlHighlighter(QSyntaxHighlighter):
    """Colours one document in the colours of the theme; `dress` after they have changed."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._make_formats()

    def dress(self) -> None:
        """Take the colours that hold now."""
        self._make_formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self.document().characterCount() > LONGEST:
            return
        for part in _PARTS.finditer(text):
            if part.lastgroup is not None:
                self.setFormat(part.start(), part.end() - part.start(), self._formats[part.lastgroup])

    def _make_formats(self) -> None:
        colours = tokens()
        self._formats = {name: _format(colours, name) for name in _PARTS.groupindex}


def _format(colours: Tokens, name: str) -> QTextCharFormat:
    by_name = {
        "comment": colours.muted,
        "header": colours.accent,
        "key": colours.text,
        "input": colours.series[3],
        "text": colours.good,
        "figure": colours.warning,
    }
    made = QTextCharFormat()
    made.setForeground(QColor(by_name[name]))
    if name == "header":
        made.setFontWeight(QFont.Weight.DemiBold)
    if name == "comment":
        made.setFontItalic(True)
    return made
