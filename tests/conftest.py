"""What every test can rely on: Qt draws without a display, nobody's own files are touched, hypothesis is repeatable."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.rounds import few_rounds

few_rounds()  # a passphrase is slow to try by design, and hundreds of tests open a protected book

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

settings.register_profile("desk", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=80, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(autouse=True, scope="session")
def _no_home_of_ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep fixtures that live longer than one test away from the folders of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEALBOOK_HOME", str(tmp_path_factory.mktemp("session-home")))
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home of its own, which `paths` uses; ask for it to look inside."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DEALBOOK_HOME", str(folder))
    return folder
