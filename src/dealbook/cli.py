"""The commands: `dealbook` opens the window, `estimate` and `check` read files, `history` a book; `demo` needs none.

Only words and exit codes live here; what a command does is the desk's. The window is loaded by no other command.
"""

import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from dealbook import __version__
from dealbook.language import LANGUAGES, Language, language

_FILE = click.Path(path_type=Path)


class _Group(click.Group):
    """Takes a book's name where a command's name could stand: `dealbook my.dealbook` opens it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, invoke_without_command=True)
@click.option("--sample", is_flag=True, help="Open the sample book.")
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, *, sample: bool) -> None:
    """Dealbook: what a deal earns under every vendor program. Without a command, opens the window."""
    if ctx.invoked_subcommand is None:
        sys.exit(_window(["--sample"] if sample else []))


@main.command("open", hidden=True)
@click.argument("book", type=_FILE)
def open_book(book: Path) -> None:
    """Open a book in the window."""
    sys.exit(_window([str(book)]))


@main.command()
@click.argument("deal", type=_FILE)
@click.option("--program", "programs", type=_FILE, multiple=True, help="A program file or a folder of them.")
@click.option("--partner", type=_FILE, help="The partner, its enrolments and assumptions.")
@click.option("--assume", multiple=True, metavar="NAME=RATE", help="churn=0.3% (a month), discount_rate=8% (a year).")
@click.option("--json", "is_json", is_flag=True, help="Write JSON.")
def estimate(
    deal: Path, programs: tuple[Path, ...], partner: Path | None, assume: tuple[str, ...], *, is_json: bool
) -> None:
    """Say what a deal file earns under every plan of the given programs, or of the shipped catalogue."""
    from dealbook.desk.estimating import FileTrouble, as_json, as_table, estimate_files

    words = _words()
    try:
        result = estimate_files(deal, programs, partner, assume, words)
    except FileTrouble as trouble:
        _stop(str(trouble))
    if is_json:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=1))
    else:
        click.echo(as_table(result, words))


@main.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--json", "is_json", is_flag=True, help="Write JSON.")
def check(files: tuple[Path, ...], *, is_json: bool) -> None:
    """Read program files and print every problem; exit status 1 if there is one."""
    from dealbook.desk.estimating import FileTrouble, check_files, checked_json

    words = _words()
    try:
        found = checked_json(files, words) if is_json else check_files(files, words)
    except FileTrouble as trouble:
        _stop(str(trouble))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in found or [words.text("No problems.")]:
            click.echo(line)
    sys.exit(1 if found else 0)


@main.command()
@click.argument("book", type=_FILE)
@click.option("--find", default="", metavar="WORDS", help="Only steps with these words in name, customer or title.")
@click.option("--json", "is_json", is_flag=True, help="Write JSON, with all that each step changed.")
def history(book: Path, find: str, *, is_json: bool) -> None:
    """Say what was changed in a book, the newest step first."""
    from dealbook.book.errors import BookError
    from dealbook.desk.history_listing import as_json, listed
    from dealbook.desk.refusals import refusal_text

    words = _words()
    ask = partial(_passphrase, words, book)
    try:
        if is_json:
            click.echo(json.dumps(list(as_json(book, find, words, ask)), ensure_ascii=False, indent=1))
        else:
            for line in listed(book, find, words, ask):
                click.echo(line)
    except BookError as error:
        _stop(refusal_text(error, words))


@main.command()
@click.argument("file", type=click.Choice(["program", "deal", "partner"]))
def schema(file: str) -> None:
    """Write the JSON Schema of a kind of file, so that any editor can complete and check it."""
    from dealbook.programs.schema import json_schema

    click.echo(json.dumps(json_schema(file), ensure_ascii=False, indent=1))


@main.command()
@click.argument("book", type=_FILE)
@click.argument("other", type=_FILE)
@click.option("--take", type=click.Choice(["ours", "theirs"]), help="Decide what both changed; else BOOK's stays.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be done.")
def merge(book: Path, other: Path, take: str | None, *, is_dry: bool) -> None:
    """Merge the book OTHER into BOOK as one step that can be undone; OTHER is not changed."""
    from dealbook.book.errors import BookError
    from dealbook.desk.merging import Side
    from dealbook.desk.merging_files import merge_files
    from dealbook.desk.refusals import refusal_text

    words = _words()
    try:
        told = merge_files(book, other, Side(take) if take else None, words, partial(_passphrase, words), is_dry=is_dry)
    except BookError as error:
        _stop(refusal_text(error, words))
    for line in told:
        click.echo(line)


@main.command()
@click.argument("folder", type=_FILE)
def demo(folder: Path) -> None:
    """Do the main job without a window: comparison, quote, summary and pictures of the sample book, into a folder."""
    from dealbook.book.errors import BookError
    from dealbook.desk.demo import write_demo
    from dealbook.desk.refusals import refusal_text

    words = _words()
    try:
        files = write_demo(folder, words)
    except BookError as error:
        _stop(refusal_text(error, words))
    except OSError as error:
        _stop(f"{error.filename or folder}: {error.strerror or error}")
    for file in files:
        click.echo(str(file))
    for file in _pictures(folder / "pictures"):
        click.echo(str(file))


@main.command()
@click.argument("book", type=_FILE)
def figures(book: Path) -> None:
    """Store in a book what its deals pay by month and the standing, for Datasette, DuckDB or a spreadsheet."""
    from dealbook.book.errors import BookError
    from dealbook.desk.figures import store_figures, told
    from dealbook.desk.refusals import refusal_text

    words = _words()
    try:
        written = store_figures(book, partial(_passphrase, words, book))
    except BookError as error:
        _stop(refusal_text(error, words))
    click.echo(told(written, words))


@main.command(hidden=True)
@click.argument("folder", type=_FILE)
def shots(folder: Path) -> None:
    """Take a picture of every page, light and dark, in English and German."""
    for file in _pictures(folder):
        click.echo(str(file))


def _pictures(folder: Path) -> Sequence[Path]:
    from dealbook.app import take_shots

    return take_shots(folder)


def _window(arguments: list[str]) -> int:
    from dealbook.app import main as open_window

    return open_window(arguments)


def _passphrase(words: Language, book: Path) -> str:
    """Ask for the passphrase of a protected book; whoever cannot be asked has it in the environment."""
    from dealbook.desk.passphrases import VARIABLE

    prompt = words.text("Passphrase of {book}").format(book=book.stem)
    known = os.environ.get(VARIABLE, "")
    return known or str(click.prompt(prompt, hide_input=True, err=True, default="", show_default=False))


def _words() -> Language:
    """Return the language of the terminal, from LC_ALL, LC_MESSAGES or LANG."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(variable, "")[:2]
        if code in LANGUAGES:
            return language(code)
    return language("en")


def _stop(message: str) -> NoReturn:
    click.echo(message.replace("\n", " "), err=True)
    sys.exit(2)
