"""A new book for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dealbook.book.connection import Book, create_book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty, open book."""
    made = create_book(tmp_path / "test.dealbook")
    yield made
    made.close()
