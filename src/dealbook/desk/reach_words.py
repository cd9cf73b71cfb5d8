"""What a deal reaches, as a person says it: which tier, until when, what that adds, and to which deals."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dealbook.desk.reach import Reach
from dealbook.language import Language

BOTH = "{tier} and {row} of the target"
ROW = "{row} of the target"
UNTIL = "With this deal you reach {what} at {vendor} (until {last})"
LATER = "With this deal you reach {what} at {vendor} (from {first} until {last})"
OWN = "{amount} on this deal"
OTHERS = ("{amount} on {n} open deal", "{amount} on {n} open deals")
GAIN = "{customer}, closes {day}, {probability}: {amount}"
UNPRICED = ("{n} deal is left out for want of an exchange rate", "{n} deals are left out for want of an exchange rate")
WEIGHTED = "Weighted by how likely each deal closes:"


class ReachWords(NamedTuple):
    """What is said of a reach: one `sentence`, and the deals that gain, a line each."""

    sentence: str
    details: str


def reach_words(reach: Reach, currency: str, language: Language) -> ReachWords:
    """Return what is reached in words; amounts are in `currency`, the deal's."""
    last = language.short_date(reach.until - timedelta(days=1))
    form = language.text(UNTIL if reach.at_once else LATER)
    said = form.format(
        what=_what(reach, language), vendor=reach.vendor, first=language.short_date(reach.first), last=last
    )
    sums = []
    if reach.others:
        more = language.plural(*OTHERS, len(reach.others))
        sums.append(more.format(amount=_signed(reach.total, currency, language)))
    if reach.own:
        sums.append(language.text(OWN).format(amount=_signed(reach.own, currency, language)))
    sentence = f"{said}: {', '.join(sums)}" if sums else said
    return ReachWords(sentence, "\n".join(_details(reach, currency, language)))


def _what(reach: Reach, language: Language) -> str:
    if reach.row is None:
        return reach.tier
    return language.text(BOTH if reach.tier else ROW).format(tier=reach.tier, row=language.percent(reach.row))


def _details(reach: Reach, currency: str, language: Language) -> list[str]:
    lines = [language.text(WEIGHTED)] if reach.others else []
    for gain in reach.others:
        name = f"{gain.customer} · {gain.title}" if gain.title else gain.customer
        said = {
            "customer": name,
            "day": language.short_date(gain.closes),
            "probability": language.percent(gain.probability),
            "amount": _signed(gain.amount, currency, language),
        }
        lines.append(language.text(GAIN).format(**said))
    if reach.unpriced:
        lines.append(language.plural(*UNPRICED, reach.unpriced))
    return lines


def _signed(amount: Decimal, currency: str, language: Language) -> str:
    text = language.amount(amount, currency)
    return f"+{text}" if amount > 0 else text
