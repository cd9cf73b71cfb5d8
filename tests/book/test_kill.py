"""Whatever the moment at which the process dies, every committed step is there; `dev.py bench kills` kills more."""

import sys
from pathlib import Path

import pytest

from tests.book.killing import kills, restore_kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="starting so many processes takes minutes there")


def test_a_killed_process_leaves_every_committed_step(tmp_path: Path) -> None:
    assert max(kills(tmp_path, count=25, seed=4)) > 0


def test_a_killed_process_leaves_every_committed_step_on_a_stick(tmp_path: Path) -> None:
    assert max(kills(tmp_path, count=15, seed=5, on_stick=True)) > 0


def test_a_restore_that_is_killed_leaves_one_of_the_two_books(tmp_path: Path) -> None:
    assert set(restore_kills(tmp_path, count=20, seed=6)) == {1, 2}
    assert len(list(tmp_path.glob(".*.part"))) <= 1, "the next restore takes away what a crash left"
