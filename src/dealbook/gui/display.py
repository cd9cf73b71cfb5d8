"""Whether a window can open on this system, asked before Qt is: where something is missing, Qt only aborts.

Imports no Qt. On Linux, Qt's X11 plugin needs libraries that a bare system lacks, and without a display there is
nothing to open a window on. What is said goes to the terminal, in English like all of the command line.
"""

import ctypes
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple


class Packages(NamedTuple):
    """Which package brings a library, on Debian and Ubuntu, and on Fedora."""

    debian: str
    fedora: str


X11_LIBRARIES: Final[Mapping[str, Packages]] = {
    "libxcb.so.1": Packages("libxcb1", "libxcb"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": Packages("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": Packages("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": Packages("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
"""What Qt's X11 plugin is linked against."""
QT_LIBRARIES: Final[Mapping[str, Packages]] = {
    "libEGL.so.1": Packages("libegl1", "libglvnd-egl"),
    "libGL.so.1": Packages("libgl1", "libglvnd-glx"),
    "libOpenGL.so.0": Packages("libopengl0", "libglvnd-opengl"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon"),
    "libz.so.1": Packages("zlib1g", "zlib"),
}
"""What Qt itself is linked against, whatever it draws on."""

Loads = Callable[[str], bool]


def obstacle(
    environment: Mapping[str, str] = os.environ, system: str = sys.platform, loads: Loads | None = None
) -> str | None:
    """Return why no window can open, with what to do about it; None where one can."""
    loads = loads or can_load
    if system != "linux":
        return None
    missing = [name for name in QT_LIBRARIES if not loads(name)]
    platform = environment.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith("xcb"):
        return missing_words(missing) if missing else None
    if not platform and environment.get("WAYLAND_DISPLAY"):
        return missing_words(missing) if missing else None
    if not environment.get("DISPLAY"):
        return (
            "Dealbook has no display to open its window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
            "Start it from a desktop session. Without one, `dealbook estimate` and `dealbook demo` work all the same."
        )
    missing += [name for name in X11_LIBRARIES if not loads(name)]
    return missing_words(missing) if missing else _unreachable(environment["DISPLAY"])


def missing_words(libraries: Iterable[str]) -> str:
    """Say which libraries are missing and how to install them."""
    names = list(libraries)
    known = {**QT_LIBRARIES, **X11_LIBRARIES}
    packages = [known[name] for name in names if name in known]
    lines = [f"Dealbook cannot open its window, because Qt finds no {', '.join(names)}."]
    if packages:
        debian = " ".join(dict.fromkeys(each.debian for each in packages))
        fedora = " ".join(dict.fromkeys(each.fedora for each in packages))
        lines += [
            "Install what is missing and start Dealbook again:",
            f"  Debian, Ubuntu:  sudo apt install {debian}",
            f"  Fedora:          sudo dnf install {fedora}",
        ]
    return "\n".join(lines)


def missing_at_import(error: ImportError) -> str | None:
    """Return the words for an import of Qt that failed for want of a system library; None for any other failure."""
    found = re.match(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file", str(error))
    return missing_words([found[1]]) if found else None


def can_load(library: str) -> bool:
    """Tell whether the system's loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _unreachable(display: str) -> str | None:
    """Say that there is no X server at `display`; None where there is one."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    if not failed:
        return None
    return (
        f"Dealbook has no display to open its window on: no X server answers at DISPLAY={display}.\n"
        "Start it from the desktop session that the display belongs to."
    )
