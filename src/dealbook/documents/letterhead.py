"""What frames a document: the partner's letterhead, the foot with the page numbers, the head of the later pages."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image
from reportlab.lib.utils import ImageReader

from dealbook.documents.fonts import width
from dealbook.documents.sheet import Sheet
from dealbook.documents.style import FOOT, LEFT, NAME, RIGHT
from dealbook.documents.wrap import shortened, wrap
from dealbook.domain.quote import Sender
from dealbook.language import Language

_LOGO_HEIGHT: Final = 26.0
_LOGO_WIDTH: Final = 150.0
#: Dots for each point: 300 an inch, more than a printer shows.
_FINENESS: Final = 300 / 72
_FOOT_LINES: Final = 4
_PAGE_ROOM: Final = 80.0
_DOT: Final = " · "


@dataclass(frozen=True, slots=True)
class Foot:
    """The lines at the foot of every page, and the height they take with the rule above them."""

    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Points from the foot's last line up to where the text of the page must end."""
        return max(len(self.lines), 1) * FOOT.leading + 19


def foot_of(sender: Sender, size: tuple[float, float], left: float = LEFT, right: float = RIGHT) -> Foot:
    """Return the foot that shows who sends the document: register, tax number, bank."""
    text = _DOT.join(one_line(part) for part in (sender.name, sender.register, sender.vat_id, sender.bank) if part)
    room = size[0] - left - right - _PAGE_ROOM
    lines = wrap(text, FOOT, room)
    if len(lines) > _FOOT_LINES:
        rest = " ".join(lines[_FOOT_LINES - 1 :])
        lines = [*lines[: _FOOT_LINES - 1], shortened(rest, FOOT, room)]
    return Foot(tuple(lines))


def draw_letterhead(sheet: Sheet, sender: Sender) -> None:
    """Print the partner's logo and name at the top of the first page."""
    x, top, height = sheet.left, sheet.y, 0.0
    if (logo := logo_of(sender.logo)) is not None:
        across, height = _logo_size(logo)
        sheet.picture(x, across, height, logo)
        x += across + 10
    sheet.skip(max((height - len(wrap(sender.name, NAME, sheet.right - x)) * NAME.leading) / 2, 0))
    sheet.flow(sender.name, NAME, x=x)
    if len(sheet.pages) == 1:
        sheet.y = max(sheet.y, top + height)


def draw_frames(sheet: Sheet, foot: Foot, words: Language, left: str, right: str) -> None:
    """Print the foot and "page x of y" on every page, and on every page but the first what it belongs to."""

    def finish(page: Sheet, number: int, count: int) -> None:
        top = page.bottom + 13
        page.rule(page.left, page.right, y=top)
        for index, line in enumerate(foot.lines):
            page.put(page.left, line, FOOT, y=top + 6 + index * FOOT.leading)
        text = words.text("Page {page} of {pages}").replace("{page}", str(number)).replace("{pages}", str(count))
        page.put_right(page.right, text, FOOT, y=top + 6)
        if number > 1:
            page.put_right(page.right, right, FOOT, y=24)
            room = page.width - width(right, FOOT.font, FOOT.size) - 20
            page.put(page.left, shortened(left, FOOT, room), FOOT, y=24)

    sheet.finish(finish)


@lru_cache(maxsize=2)
def logo_of(data: bytes) -> ImageReader | None:
    """Return a PNG or JPEG ready to be drawn, no finer than a printer shows; None for no picture or a broken one."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.draft("RGB", (1200, 1200))
            picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
        picture.thumbnail((int(_LOGO_WIDTH * _FINENESS), int(_LOGO_HEIGHT * _FINENESS)))
        return ImageReader(picture)
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything for a broken file, and a quote goes out without it
        return None


def _logo_size(logo: ImageReader) -> tuple[float, float]:
    across, down = logo.getSize()
    factor = min(_LOGO_WIDTH / across, _LOGO_HEIGHT / down)
    return across * factor, down * factor


def one_line(text: str) -> str:
    """Return the lines of a text as one, with dots between them."""
    return _DOT.join(line.strip() for line in text.splitlines() if line.strip())
