"""How long it takes to make a key of a passphrase: shortened for tests, which do not want to wait for it."""

from typing import Final

from dealbook.book import cipher

USUAL: Final = vars(cipher)["_ROUNDS"]


def few_rounds() -> None:
    """Make keys quickly in this process; its children that open the same books have to do so as well."""
    vars(cipher)["_ROUNDS"] = 1_000
