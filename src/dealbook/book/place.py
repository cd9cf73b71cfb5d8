"""Whether a book lies on a disk of this computer, or in a place that may go away while it is open.

On a network folder or a stick SQLite's write-ahead log is the wrong way to keep changes: it shares memory through a
file, which a network does not, and a process whose shared memory vanishes is ended by the system.
"""

import re
import sys
from pathlib import Path, PurePosixPath
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
_FAR: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "ceph",
        "9p",
        "davfs",
        "glusterfs",
        "vfat",
        "exfat",
        "msdos",
    }
)
"""File systems of networks and sticks; those that a program of its own provides begin with "fuse."."""
_PLUGGED: Final = ("/media/", "/run/media/", "/run/user/", "/Volumes/")
"""Where desktops put what is plugged in or connected to."""
_REMOVABLE, _REMOTE = 2, 4


def may_vanish(path: Path) -> bool:
    """Whether `path`, an absolute one, lies on a network, a stick or a card; where nobody can tell, it does not."""
    if sys.platform == "win32":
        return _windows_drive(path) in {_REMOVABLE, _REMOTE}
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        mounts = ""
    return str(path).startswith(_PLUGGED) or is_far(_kind(path, mounts))


def is_far(kind: str) -> bool:
    """Whether a file system of that kind is one of networks or sticks."""
    return kind in _FAR or kind.startswith("fuse.")


def _kind(path: PurePosixPath | Path, mounts: str) -> str:
    """Return the kind of the file system that `path` lies in, "" where it is not known."""
    found: tuple[int, str] = (-1, "")
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 4 and after:  # noqa: PLR2004 - id, parent, device, root, and then the place
            place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
            if path.is_relative_to(place):
                found = max(found, (len(place), after.split(" ")[0]), key=lambda one: one[0])
    return found[1]


if sys.platform == "win32":
    import ctypes

    def _windows_drive(path: Path) -> int:
        if path.drive.startswith("\\\\"):
            return _REMOTE
        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\"))
