"""Texts broken into lines of a given width. Nothing is ever cut off: a word longer than a line is broken."""

from collections.abc import Iterator

from dealbook.documents.fonts import fitting, printable, width
from dealbook.documents.style import Style


def wrap(text: str, style: Style, room: float) -> list[str]:
    """Return the lines of `text`, each at most `room` points wide; an empty text has none.

    Lines break where the text does and at spaces; no-break spaces hold.
    """
    parts = printable(text).strip("\n").split("\n")
    lines = [line for part in parts for line in _filled(part.rstrip(" "), style, room)]
    return lines if any(lines) else []


def shortened(text: str, style: Style, room: float) -> str:
    """Return `text` as one line of at most `room` points, with an ellipsis where it had to end early."""
    line = printable(text).replace("\n", " ")
    if width(line, style.font, style.size) <= room:
        return line
    room -= width("…", style.font, style.size)
    return line[: fitting(line, style.font, style.size, room)].rstrip() + "…"


def _filled(text: str, style: Style, room: float) -> Iterator[str]:
    if width(text, style.font, style.size) <= room:
        yield text
        return
    space = width(" ", style.font, style.size)
    line, used = "", 0.0
    for word in _pieces(text.split(" "), style, room):
        needed = width(word, style.font, style.size)
        if line and used + space + needed > room:
            yield line
            line, used = word, needed
        else:
            line, used = (f"{line} {word}", used + space + needed) if line else (word, needed)
    yield line


def _pieces(words: list[str], style: Style, room: float) -> Iterator[str]:
    for word in words:
        rest = word
        while (fit := fitting(rest, style.font, style.size, room)) < len(rest):
            yield rest[: max(fit, 1)]
            rest = rest[max(fit, 1) :]
        yield rest
