"""Makes the environment that Dealbook is developed and tried in: `.venv` beside the project, ready to go.

`dev.py` calls `prepare()` before everything it does. The first time that installs what is needed: the system libraries
that Qt loads (Linux only), the virtual environment, and the project itself, editable, with the pinned versions of
`constraints.txt`. It leaves a stamp, so that the next start finds everything in order and installs nothing.

Only the standard library is used, on Windows, macOS and Linux.
"""

import ctypes
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "dealbook-installed.txt"
CONSTRAINTS = "packaging/constraints.txt"
WINDOWS = os.name == "nt"
LINUX = sys.platform == "linux"

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""What Qt's widgets, its PDF view and its offscreen platform load from the system, and Debian's package of each.

A real window on X11 needs a few more, which the app itself looks for when it opens one.
"""


class CannotPrepareError(Exception):
    """Something is missing that only the person at the terminal can mend; the text says what to do."""


def prepare() -> None:
    """See to it that `.venv` holds the project and all it needs; quick when that is so already.

    Raises CannotPrepareError when something is missing that cannot be installed from here.
    """
    wanted = fingerprint()
    if python().exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        install_system_packages(missing_libraries())
        return
    install_system_packages(missing_libraries() + missing_parts_of_python())
    print(f"Installing Dealbook and what it needs into {VENV}; this takes a while, but only once.", flush=True)
    STAMP.unlink(missing_ok=True)  # until all is done there is no stamp: whatever interrupts us, the next start repairs
    if not is_usable():
        make_venv()
    install_project()
    unfinished = STAMP.with_suffix(".part")
    unfinished.write_text(wanted, encoding="utf-8")
    unfinished.replace(STAMP)


def python() -> Path:
    """Give the Python of `.venv`."""
    return VENV / "Scripts" / "python.exe" if WINDOWS else VENV / "bin" / "python"


def command(name: str) -> Path:
    """Give a command that was installed into `.venv`, such as lint-imports."""
    return python().with_name(f"{name}.exe" if WINDOWS else name)


def fingerprint(root: Path = ROOT) -> str:
    """Sum up everything that an installation depends on: when this changes, it has to be done again.

    The place counts as well, because an editable install points at it: a folder that was moved is installed anew.
    """
    digest = hashlib.sha256(f"{root}\n{sys.version}\n{platform.platform()}\n".encode())
    names = ("pyproject.toml", CONSTRAINTS, "packaging/build_hook.py", "src/dealbook/__init__.py")  # the last: version
    for file in (*(root / name for name in names), *translations(root)):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def translations(root: Path = ROOT) -> list[Path]:
    """List the translations that the build hook compiles."""
    return sorted((root / "resources" / "locale").glob("*/LC_MESSAGES/*.po"))


def is_usable() -> bool:
    """Tell whether `.venv` is whole, of this version of Python, and was made where it stands.

    Commands in it start with the path of its Python, so one that was moved or copied along cannot be used.
    """
    origin = VENV / "pyvenv.cfg"
    if not (python().exists() and origin.is_file() and str(VENV) in origin.read_text(encoding="utf-8")):
        return False
    question = "import pip, sys; print(*sys.version_info[:2])"
    answer = subprocess.run([python(), "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def make_venv() -> None:
    """Make an empty `.venv`, in the place of one that cannot be used."""
    run([sys.executable, "-m", "venv", "--clear", VENV], otherwise="The virtual environment could not be made.")


def install_project() -> None:
    """Install the project, editable, with the pinned versions; where from is for pip's own configuration to say.

    Only names are given, relative to the project's folder: pip splits what stands in a variable at spaces, and the
    project may well lie in a folder with a space in its name. The variables pin what builds the project as well.
    """
    environment = {**os.environ, "PIP_CONSTRAINT": CONSTRAINTS, "PIP_BUILD_CONSTRAINT": CONSTRAINTS}
    run(
        [python(), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--editable", ".[dev]"],
        environment,
        otherwise="pip could not install what Dealbook needs; it says above why. Nothing is lost: try again.",
    )


def missing_libraries() -> list[str]:
    """List Debian's packages of the libraries that Qt would not find here; none on Windows and macOS."""
    if not LINUX:
        return []
    return sorted({package for library, package in QT_LIBRARIES.items() if not is_loadable(library)})


def missing_parts_of_python() -> list[str]:
    """List the package in which Debian keeps apart what makes a virtual environment; none where Python is whole."""
    if importlib.util.find_spec("ensurepip"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def is_loadable(library: str) -> bool:
    """Tell whether the system can load this shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: Sequence[str]) -> None:
    """Install these packages of Debian's, or say exactly how to.

    Raises CannotPrepareError when this is not Debian (or a child of it), or not the administrator who is asking.
    """
    if not packages:
        return
    names = " ".join(packages)
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        message = (
            f"Some parts of the system are missing. On Debian and Ubuntu, install them with\n\n"
            f"    sudo apt-get install {names}\n\n"
            f"and elsewhere the packages that correspond to these; then start again."
        )
        raise CannotPrepareError(message)
    print(f"Installing {names} with apt-get.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failed = f"apt-get could not install {names}; what it says above tells why."
    run(["apt-get", "update", "-qq"], environment, otherwise=failed)
    run(["apt-get", "install", "-qq", "--no-install-recommends", *packages], environment, otherwise=failed)


def run(arguments: Sequence[str | Path], environment: dict[str, str] | None = None, *, otherwise: str) -> None:
    """Run one step in the project's folder; raises CannotPrepareError with the text `otherwise` when it fails."""
    if subprocess.run(arguments, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise CannotPrepareError(otherwise)
