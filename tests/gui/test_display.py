"""Whether a window can open, and what is said where it cannot."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from dealbook.gui.display import QT_LIBRARIES, X11_LIBRARIES, can_load, missing_at_import, obstacle

X11 = {"DISPLAY": ":7"}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the loader of Linux")


def everything(_library: str) -> bool:
    return True


def nothing(_library: str) -> bool:
    return False


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_bring_what_qt_needs(system: str) -> None:
    assert obstacle({}, system, nothing) is None


def test_no_display_at_all() -> None:
    words = obstacle({}, "linux", everything)
    assert words is not None
    assert "no display" in words
    assert "dealbook estimate" in words


@pytest.mark.parametrize("environment", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_x11_is_only_asked_for_where_it_is_used(environment: Mapping[str, str]) -> None:
    assert obstacle(environment, "linux", lambda library: library in QT_LIBRARIES) is None


@pytest.mark.parametrize("environment", [X11, {**X11, "QT_QPA_PLATFORM": "xcb"}])
def test_missing_x11_libraries_are_named_with_their_packages(environment: Mapping[str, str]) -> None:
    gone = {"libxcb-cursor.so.0", "libxcb-icccm.so.4"}
    words = obstacle(environment, "linux", lambda library: library not in gone)
    assert words is not None
    assert "libxcb-cursor.so.0, libxcb-icccm.so.4" in words
    assert "sudo apt install libxcb-cursor0 libxcb-icccm4" in words
    assert "sudo dnf install xcb-util-cursor xcb-util-wm" in words


def test_a_package_is_named_once() -> None:
    words = obstacle(X11, "linux", lambda library: library in QT_LIBRARIES)
    assert words is not None
    fedora = next(line for line in words.splitlines() if "dnf" in line).split()
    assert fedora.count("libxcb") == 1
    assert len(X11_LIBRARIES) > 10


def test_missing_graphics_libraries_are_told_whatever_the_platform() -> None:
    words = obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux", lambda library: library != "libEGL.so.1")
    assert words is not None
    assert "libegl1" in words


def test_an_import_that_fails_for_a_library() -> None:
    error = ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
    words = missing_at_import(error)
    assert words is not None
    assert "libgl1" in words
    unknown = missing_at_import(ImportError("libfoo.so.9: cannot open shared object file: No such file"))
    assert unknown is not None
    assert "libfoo.so.9" in unknown
    assert "apt" not in unknown


def test_an_import_that_fails_for_another_reason_is_not_ours() -> None:
    assert missing_at_import(ImportError("cannot import name 'QWidgetz'")) is None


@LINUX
def test_the_loader_is_asked() -> None:
    assert can_load("libc.so.6")
    assert not can_load("libof-no-system.so.1")


@LINUX
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":94"}])
def test_the_command_says_why_and_fails_without_aborting(environment: Mapping[str, str]) -> None:
    inherited = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    code = "import sys; from dealbook.app import main; sys.exit(main([]))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**inherited, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Dealbook")
    assert "Traceback" not in done.stderr
