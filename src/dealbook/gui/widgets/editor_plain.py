"""One state of the edited text: its characters, and where Qt counts them to be."""

from typing import Final, NamedTuple

_LAST_FLAT: Final = "\uffff"


class Plain(NamedTuple):
    """One state of a text, with the way between its characters and Qt's positions.

    Qt counts a character beyond 16 bits twice; `is_flat`: the text has none.
    """

    revision: int
    text: str
    is_flat: bool

    def utf16(self, position: int) -> int:
        """Return Qt's position of a character; the end for what lies beyond it."""
        position = min(position, len(self.text))
        return position if self.is_flat else len(self.text[:position].encode("utf-16-le")) // 2

    def characters(self, position: int) -> int:
        """Return how many characters stand before one of Qt's positions."""
        if self.is_flat:
            return position
        return len(self.text.encode("utf-16-le")[: 2 * position].decode("utf-16-le", "ignore"))


def is_flat(text: str) -> bool:
    """Say whether Qt counts every character of a text once."""
    return not text or max(text) <= _LAST_FLAT


def common(first: str, second: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    most = min(len(first), len(second))
    low, high = 0, most
    while low < high:  # halving: comparing slices is quick, comparing characters is not
        middle = (low + high + 1) // 2
        if first[:middle] == second[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
