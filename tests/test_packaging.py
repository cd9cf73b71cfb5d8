"""What is built and installed: pinned versions, what a wheel and a source archive hold, where files are found."""

import gettext
import importlib.metadata
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dealbook
from dealbook import paths

ROOT = Path(__file__).resolve().parents[1]
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Deal"\nmsgstr "Geschäft"\n'

Script = dict[str, Any]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    """Read the pinned versions, by normal name."""
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


@pytest.fixture(scope="module")
def prepare() -> Script:
    """Load packaging/prepare.py without a package around it."""
    return runpy.run_path(str(ROOT / "packaging" / "prepare.py"))


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """Copy what decides on the build into a folder of its own, with one translation and one file of the catalog."""
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore", "packaging", "src"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "bench"))
        else:
            shutil.copy(source, tmp_path / name)
    program = tmp_path / "resources" / "catalog" / "ngage" / "2026-01-01.toml"
    translation = tmp_path / "resources" / "locale" / "de" / "LC_MESSAGES" / "dealbook.po"
    for file, text in ((program, 'name = "Ngage"\n'), (translation, PO)):
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def build(project: Path, target: str) -> Path:
    """Build one archive and return it."""
    pytest.importorskip("hatchling")
    line = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", "made"]
    done = subprocess.run(line, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (archive,) = (project / "made").iterdir()
    return archive


def test_constraints_are_names_and_versions_only() -> None:
    text = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8")
    odd = [line for line in text.splitlines() if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+]*", line)]
    assert odd == []


def test_constraints_pin_every_direct_dependency(project: dict[str, Any], pinned: dict[str, str]) -> None:
    meta = project["project"]
    named = [*meta["dependencies"], *meta["optional-dependencies"]["dev"], *project["build-system"]["requires"]]
    for requirement in map(Requirement, named):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(version), f"{requirement} does not admit the pinned {version}"


def test_wheel_holds_code_and_resources_and_nothing_else(small_project: Path) -> None:
    with zipfile.ZipFile(build(small_project, "wheel")) as wheel:
        names = set(wheel.namelist())
    assert "dealbook/resources/catalog/ngage/2026-01-01.toml" in names
    assert "dealbook/resources/locale/de/LC_MESSAGES/dealbook.mo" in names
    code = {file.relative_to(ROOT / "src").as_posix() for file in (ROOT / "src" / "dealbook").rglob("*.py")}
    assert code <= names
    assert {name.split("/")[0].removesuffix(".dist-info") for name in names} == {
        "dealbook",
        f"dealbook-{dealbook.__version__}",
    }


@pytest.mark.filterwarnings("ignore:Python 3.14 will:DeprecationWarning")  # the archive is our own
def test_source_archive_can_be_built_from(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(build(small_project, "sdist"), elsewhere)
    (unpacked,) = elsewhere.iterdir()
    with zipfile.ZipFile(build(unpacked, "wheel")) as wheel:
        assert "dealbook/resources/locale/de/LC_MESSAGES/dealbook.mo" in wheel.namelist()


def test_translations_are_compiled_for_gettext(small_project: Path) -> None:
    pytest.importorskip("hatchling")
    hook = runpy.run_path(str(ROOT / "packaging" / "build_hook.py"))
    (source,) = small_project.glob("resources/locale/*/LC_MESSAGES/*.po")
    hook["compile_translation"](source)
    german = gettext.translation("dealbook", small_project / "resources" / "locale", ["de"])
    assert german.gettext("Deal") == "Geschäft"


def test_version_stands_in_one_place() -> None:
    assert importlib.metadata.version("dealbook") == dealbook.__version__


def test_catalog_is_found() -> None:
    assert list(paths.resource("catalog").rglob("*.toml"))


def test_resources_beside_the_module_come_first(tmp_path: Path) -> None:
    module = tmp_path / "src" / "dealbook" / "paths.py"
    module.parent.mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    assert paths._resources(module) == tmp_path / "resources"
    (module.parent / "resources").mkdir()
    assert paths._resources(module) == module.parent / "resources"


def test_missing_resources_say_where_they_were_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="resources are missing"):
        paths._resources(tmp_path / "src" / "dealbook" / "paths.py")


def test_files_of_the_user_stay_in_the_home_that_is_named(home: Path) -> None:
    for folder in (paths.user_data(), paths.user_config()):
        assert folder.is_dir()
        assert folder.parent == home


@pytest.mark.parametrize(
    "changed",
    [
        "pyproject.toml",
        "packaging/constraints.txt",
        "src/dealbook/__init__.py",
        "resources/locale/de/LC_MESSAGES/dealbook.po",
    ],
)
def test_what_decides_on_the_installation_is_noticed(prepare: Script, small_project: Path, changed: str) -> None:
    fingerprint = prepare["fingerprint"]
    before = fingerprint(small_project)
    assert fingerprint(small_project) == before
    file = small_project / changed
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint(small_project) != before


def test_missing_packages_are_named_when_they_cannot_be_installed(
    prepare: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)  # no apt-get here
    with pytest.raises(prepare["CannotPrepareError"], match="apt-get install libegl1 libgl1"):
        prepare["install_system_packages"](["libegl1", "libgl1"])
