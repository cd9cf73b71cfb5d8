"""A new book for each test: once a plain one, once a protected one that the test does not know to be one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dealbook.book.connection import Book
from tests.book.protection import KEY, create_protected, have_protected


@pytest.fixture(params=["plain", "protected"])
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Book]:
    """An empty, open book."""
    with pytest.MonkeyPatch.context() as patch:  # one of its own: a test may undo what it patched itself
        if request.param == "protected":
            have_protected(request.module, patch)
        made = create_protected(tmp_path / "test.dealbook", KEY if request.param == "protected" else None)
        yield made
        made.close()
