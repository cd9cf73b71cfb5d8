"""Build hook of hatchling: turns the translations (`.po`) into the catalogs that gettext reads (`.mo`).

It runs for a wheel, a source archive and an editable install alike, writes each `.mo` beside its `.po`, and does
nothing when there are no translations. The `.mo` files are generated, so git leaves them alone and `artifacts` in
`pyproject.toml` brings them into what is built.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]  # hatchling finds it by its base class
    """Compiles every `resources/locale/<language>/LC_MESSAGES/<domain>.po` before anything is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Compile what is there; `version` is "standard" or "editable" and makes no difference."""
        for source in sorted(Path(self.root, "resources", "locale").glob("*/LC_MESSAGES/*.po")):
            compile_translation(source)

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002  # hatchling's signature
        """Remove what was generated (`hatchling build --clean`)."""
        for generated in Path(self.root, "resources", "locale").glob("*/LC_MESSAGES/*.mo"):
            generated.unlink()


def compile_translation(source: Path) -> Path:
    """Write the `.mo` beside a `.po` and return its path; entries marked fuzzy are left out, as msgfmt does."""
    language = source.parent.parent.name
    with source.open("rb") as file:
        translation = read_po(file, locale=language, abort_invalid=True)
    target = source.with_suffix(".mo")
    with target.open("wb") as file:
        write_mo(file, translation)
    return target
