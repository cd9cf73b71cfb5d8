"""A session with an empty book for each test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dealbook.book.connection import create_book
from dealbook.desk.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with a new, empty book."""
    made = Session(create_book(tmp_path / "test.dealbook"))
    yield made
    made.close()
