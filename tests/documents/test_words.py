"""Every word that the documents print is there in German and French."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dealbook import paths

SOURCE = Path(__file__).parents[2] / "src" / "dealbook"
PLACES = [
    *(file for file in sorted((SOURCE / "documents").glob("*.py")) if file.stem != "impact"),  # its words: versions.po
    SOURCE / "desk" / "quotes.py",
    SOURCE / "desk" / "summaries.py",
]
#: Functions that are another name for `Language.plural`.
PLURALS = {"plural", "free"}


def messages() -> Iterator[tuple[str, ...]]:
    """Yield the message ids in the source: one, or singular and plural."""
    for place in PLACES:
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                count = 2 if name in PLURALS else 1 if name == "text" else 0
                ids = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant)]
                if count and len(ids) == count:
                    yield tuple(map(str, ids))


def catalog(code: str) -> Catalog:
    """Read a translation."""
    with paths.resource("locale", code, "LC_MESSAGES", "documents.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def test_the_search_for_messages_finds_them() -> None:
    found = set(messages())
    assert ("Valid until",) in found
    assert ("{n} month", "{n} months") in found
    assert len(found) > 60


@pytest.mark.parametrize("code", ["de", "fr"])
def test_translated_completely_and_nothing_else(code: str) -> None:
    known = {message.id if isinstance(message.id, tuple) else (message.id,) for message in catalog(code) if message.id}
    assert known == set(messages())


@pytest.mark.parametrize("code", ["de", "fr"])
def test_placeholders_are_kept(code: str) -> None:
    for message in catalog(code):
        for original, translated in zip(several(message.id), several(message.string), strict=True):
            if original and not original.startswith("First month"):
                assert translated
                assert (
                    placeholders(translated) - {"{n}"} <= placeholders(original) <= placeholders(translated) | {"{n}"}
                )


def several(found: object) -> tuple[str, ...]:
    """Return one text, or singular and plural."""
    return tuple(map(str, found)) if isinstance(found, list | tuple) else (str(found),)


def placeholders(words: str) -> set[str]:
    """Return what is filled in."""
    return set(re.findall(r"\{\w+\}", words))


def test_the_desk_loads_no_pdf_library_before_something_is_printed() -> None:
    line = "import sys, dealbook.desk.quotes, dealbook.desk.summaries; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0
