"""Where things lie: the files that ship with Dealbook and the folders of the person who uses it.

Nothing else in the package knows where a folder is; whoever needs a file asks here. What is inside those folders, and
what may be done with it, is the business of those who ask.
"""

import os
from pathlib import Path

import platformdirs

APP = "dealbook"
HOME_VARIABLE = "DEALBOOK_HOME"
"""Names one folder that holds everything of the user's: for tests, and for a Dealbook carried on a stick."""


def resource(*parts: str) -> Path:
    """Say where a shipped file or folder lies, as in `resource("catalog", "ngage")`; it need not be there.

    Raises FileNotFoundError when Dealbook was installed without its resources at all.
    """
    return _resources(Path(__file__)).joinpath(*parts)


def user_data() -> Path:
    """Give the folder for books and their backups, made when it is not there yet."""
    return _user_folder("data", platformdirs.user_data_path(APP, appauthor=False))


def user_config() -> Path:
    """Give the folder for what belongs to this computer and not to a book, made when it is not there yet."""
    return _user_folder("config", platformdirs.user_config_path(APP, appauthor=False))


def _resources(module: Path) -> Path:
    """Find the resources of the package that this module stands in.

    An installed package and a frozen app have them beside the module. In the source tree, and so in an editable
    install, they lie at the top of the project, two levels up. Beside comes first: an installed package must never
    pick up a folder that happens to have the same name further up.
    """
    package = module.resolve().parent
    for folder in (package / "resources", package.parents[1] / "resources"):
        if folder.is_dir():
            return folder
    message = f"Dealbook's resources are missing: neither in {package} nor in {package.parents[1]}. Install it again."
    raise FileNotFoundError(message)


def _user_folder(name: str, usual: Path) -> Path:
    """Take the usual folder, or the one of that name under DEALBOOK_HOME when that is set, and make it."""
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home).expanduser() / name if home else usual
    folder.mkdir(parents=True, exist_ok=True)
    return folder
