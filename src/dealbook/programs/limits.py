"""How much a file may hold, so that no file can stop Dealbook: length, nesting, names, items, problems.

Owns the limits and the look at a text before it is parsed: what the TOML parser would need minutes or all the memory
for is found in one pass over the text. What stays below the limits is read in well under a second.
"""

import re
from pathlib import Path
from typing import Final

from dealbook.domain.problem import Problem, ProblemsError

LONGEST_FILE: Final = 500_000
"""Characters of a file; UTF-8 needs at most four bytes for each."""
DEEPEST_NESTING: Final = 40
"""Arrays and inline tables inside one another."""
LONGEST_NAME: Final = 16
"""Parts of a dotted key."""
MOST_ITEMS: Final = 500
"""Items of a list, where the section says nothing else."""
MOST_PROBLEMS: Final = 100
"""Problems of one file that are gathered; whoever mends these sees the others next."""

_TOKEN: Final = re.compile(
    r'''(?s:"""(?:[^"\\]++|\\.|"(?!""))*+""")'''
    r"|(?s:\'\'\'.*?\'\'\')"
    r'''|"(?:[^"\\\n]++|\\.)*+"'''
    r"""|'[^'\n]*+'"""
    r"""|\#[^\n]*+"""
    r"""|[\[\]{}.=,\n]""",
)


def read_limited(file: Path) -> str:
    """Return a file's text, without a byte-order mark; never reads more than a file may hold.

    Raises ProblemsError for a file that is too long or not UTF-8, OSError as `open`.
    """
    with file.open("rb") as opened:
        data = opened.read(4 * LONGEST_FILE + 1)
    if len(data) > 4 * LONGEST_FILE:
        found = {"found": f"{file.stat().st_size // 4:d}", "most": f"{LONGEST_FILE:d}"}
        raise ProblemsError([Problem("too-long", file.name, found)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        facts = {"message": "it is not UTF-8 text", "line": str(line)}
        raise ProblemsError([Problem("not-toml", file.name, facts)]) from None


def refuse_beyond(text: str, name: str) -> None:
    """Raise ProblemsError where a text is too long, is nested too deep, or has a key of too many parts."""
    if len(text) > LONGEST_FILE:
        raise ProblemsError([Problem("too-long", name, {"found": str(len(text)), "most": str(LONGEST_FILE)})])
    depth = dots = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth, dots = depth + 1, 0
            case "]" | "}":
                depth, dots = depth - 1, 0
            case ".":
                dots += 1
            case "=" | "," | "\n":
                dots = 0
        if depth > DEEPEST_NESTING:
            raise ProblemsError([Problem("too-deep", name, _limit(DEEPEST_NESTING, text, token.start()))])
        if dots >= LONGEST_NAME:
            raise ProblemsError([Problem("name-too-long", name, _limit(LONGEST_NAME, text, token.start()))])


def _limit(most: int, text: str, at: int) -> dict[str, str]:
    return {"most": str(most), "line": str(text.count("\n", 0, at) + 1)}
