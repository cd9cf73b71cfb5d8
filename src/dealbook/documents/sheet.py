"""Pages being filled from top to bottom, and their writing as PDF.

What stands on a page is first recorded as marks and painted at the end: only then is it known how many pages there
are. Positions are points from the upper left corner of the paper; PDF's own count from below stays in here.
"""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dealbook.documents.fonts import printable, width
from dealbook.documents.style import BODY, BOTTOM, LEFT, LINE, PALE, RIGHT, TOP, Style
from dealbook.documents.wrap import wrap
from dealbook.language import Language


class Info(NamedTuple):
    """What the file says about itself."""

    title: str
    author: str
    language: Language


@dataclass(slots=True)
class Page:
    """The marks on one page, in the order of painting: boxes, bars, rules, pictures, texts."""

    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    bars: list[tuple[float, float, float, float, Color]] = field(default_factory=list)
    rules: list[tuple[float, float, float, Color]] = field(default_factory=list)
    frames: list[tuple[float, float, float]] = field(default_factory=list)
    pictures: list[tuple[float, float, float, float, ImageReader]] = field(default_factory=list)
    texts: list[tuple[float, float, str, Style]] = field(default_factory=list)


#: What is printed on every page once their number is known: page, its number from 1, how many there are.
Finish = Callable[["Sheet", int, int], None]


class Sheet:
    """A cursor `y` that moves down the page, and starts a new one when there is no room left."""

    def __init__(self, size: tuple[float, float], foot: float, left: float = LEFT, right: float = RIGHT) -> None:
        """Start with an empty page of `size`; `foot` is the height that its foot takes."""
        self.size = size
        self.left = left
        self.right = size[0] - right
        self.top = TOP
        self.bottom = size[1] - BOTTOM - foot
        self.pages = [Page()]
        self.page = self.pages[0]
        self.y = self.top
        self._repeat: Callable[[], None] | None = None

    @property
    def width(self) -> float:
        """The room between the margins."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """What is left of this page."""
        return self.bottom - self.y

    @property
    def fresh_room(self) -> float:
        """What an empty page offers."""
        return self.bottom - self.top

    def need(self, height: float) -> None:
        """Start a new page unless `height` fits on this one, or this one is still empty."""
        if height > self.room and self.y > self.top:
            self.new_page()

    def new_page(self) -> None:
        """Start a page, and repeat on it what is to be repeated."""
        self.page = Page()
        self.pages.append(self.page)
        self.y = self.top
        if self._repeat:
            self._repeat()

    @contextmanager
    def repeating(self, draw: Callable[[], None]) -> Iterator[None]:
        """Draw something again at the top of every page that is started inside."""
        before, self._repeat = self._repeat, draw
        try:
            yield
        finally:
            self._repeat = before

    def skip(self, height: float) -> None:
        """Leave `height` empty."""
        self.y += height

    def put(self, x: float, text: str, style: Style, *, y: float | None = None) -> None:
        """Print one line of text from `x` on, its line beginning at the cursor or at `y`."""
        top = self.y if y is None else y
        self.page.texts.append((x, top + style.baseline, printable(text), style))

    def put_right(self, x: float, text: str, style: Style, *, y: float | None = None) -> None:
        """Print one line of text that ends at `x`."""
        clean = printable(text)
        self.put(x - width(clean, style.font, style.size), clean, style, y=y)

    def text_width(self, text: str, style: Style) -> float:
        """Return how wide one line of text is."""
        return width(printable(text), style.font, style.size)

    def flow(self, text: str, style: Style = BODY, *, x: float | None = None, room: float | None = None) -> None:
        """Print a text of any length in lines as wide as `room`, over as many pages as it takes."""
        start = self.left if x is None else x
        for line in wrap(text, style, self.right - start if room is None else room):
            self.need(style.leading)
            self.put(start, line, style)
            self.y += style.leading

    def rule(self, x: float, end: float, *, y: float | None = None, colour: Color = LINE) -> None:
        """Draw a thin line across from `x` to `end`."""
        self.page.rules.append((x, end, self.y if y is None else y, colour))

    def box(self, x: float, end: float, height: float) -> None:
        """Lay a pale ground with round corners under what follows."""
        self.page.boxes.append((x, self.y, end - x, height))

    def bar(self, x: float, end: float, height: float, colour: Color) -> None:
        """Fill the room from `x` to `end` below the cursor: a bar of a chart."""
        self.page.bars.append((min(x, end), self.y, abs(end - x), height, colour))

    def tick_box(self, x: float, y: float, side: float) -> None:
        """Draw a little square to be ticked by hand."""
        self.page.frames.append((x, y, side))

    def picture(self, x: float, width_: float, height: float, image: ImageReader) -> None:
        """Draw a picture with its upper left corner at `x` and the cursor."""
        self.page.pictures.append((x, self.y, width_, height, image))

    def finish(self, draw: Finish) -> None:
        """Let `draw` add to every page what needs the number of pages."""
        for number, page in enumerate(self.pages, 1):
            self.page = page
            draw(self, number, len(self.pages))


#: ReportLab's fonts keep a place in their file while they are embedded, so one document is written at a time.
_WRITING: Final = threading.Lock()


def write(sheet: Sheet, info: Info) -> bytes:
    """Return the pages as a PDF: the same pages always give the same bytes."""
    buffer = io.BytesIO()
    locale = info.language.locale
    tag = f"{locale.language}-{locale.territory}"
    # Canvas would otherwise name Helvetica on every page, which is not embedded.
    canvas = Canvas(
        buffer,
        sheet.size,
        pageCompression=1,
        invariant=1,
        lang=tag,
        initialFontName=BODY.font,  # type: ignore[arg-type]  # the stubs take it for a number
    )
    canvas.setTitle(_plain(info.title))
    canvas.setAuthor(_plain(info.author))
    canvas.setSubject("")
    canvas.setKeywords("")
    canvas.setCreator("Dealbook")
    with _WRITING:
        for page in sheet.pages:
            _paint(canvas, page, sheet.size[1])
            canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _plain(text: str) -> str:
    """Return a text for the file's own data: any writing, but one line and no half characters."""
    return " ".join(text.encode("utf-16", "replace").decode("utf-16").split())


def _paint(canvas: Canvas, page: Page, height: float) -> None:
    canvas.setFillColor(PALE)
    for x, y, across, down in page.boxes:
        canvas.roundRect(x, height - y - down, across, down, 5, stroke=0, fill=1)
    for x, y, across, down, colour in page.bars:
        canvas.setFillColor(colour)
        canvas.rect(x, height - y - down, across, down, stroke=0, fill=1)
    canvas.setLineWidth(0.6)
    for x, end, y, colour in page.rules:
        canvas.setStrokeColor(colour)
        canvas.line(x, height - y, end, height - y)
    for x, y, side in page.frames:
        canvas.setStrokeColor(BODY.colour)
        canvas.rect(x, height - y - side, side, side)
    for x, y, across, down, image in page.pictures:
        canvas.drawImage(image, x, height - y - down, across, down, mask="auto")
    _paint_texts(canvas, page, height)


def _paint_texts(canvas: Canvas, page: Page, height: float) -> None:
    """Print all texts of a page as one text object, changing font and colour only where they differ."""
    run = canvas.beginText()
    last = None
    for x, y, text, style in page.texts:
        if style is not last:
            run.setFont(style.font, style.size)
            run.setFillColor(style.colour)
            last = style
        run.setTextOrigin(x, height - y)
        run.textLine(text)
    canvas.drawText(run)
