"""Whatever the moment at which the process dies, every committed step is there; `dev.py bench kills` kills more."""

import sys
from pathlib import Path

import pytest

from tests.book.killing import kills


@pytest.mark.skipif(sys.platform == "win32", reason="starting so many processes takes minutes there")
def test_a_killed_process_leaves_every_committed_step(tmp_path: Path) -> None:
    assert max(kills(tmp_path, count=25, seed=4)) > 0
