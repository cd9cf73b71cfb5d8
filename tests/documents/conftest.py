"""The documents' tests see the translations as they stand in the source, whenever they were compiled last."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dealbook import paths
from dealbook.language import language


@pytest.fixture(autouse=True, scope="session")
def _compiled_translations() -> None:
    for source in paths.resource("locale").glob("*/LC_MESSAGES/*.po"):
        _compile(source)
    language.cache_clear()


def _compile(source: Path) -> None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    with source.open("rb") as file:
        translation = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    with target.open("wb") as file:
        write_mo(file, translation)
