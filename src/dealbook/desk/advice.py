"""What `dealbook check` says of a program, in words: what was found and why it matters, and how to mend it.

`FOUND` are the sentences of the checks' own codes; `wording.PROBLEMS` takes them up. `MENDS` say how to mend whatever
a program file can have, what its reader refuses too. English sentences are the message ids.
"""

from collections.abc import Mapping
from typing import Final

FOUND: Final[Mapping[str, str]] = {
    "no-program": "This is no program file; it has the section {found}.",
    # figures and where they come from
    "input-without-source": "Nobody can trace the input {input}: it counts as published, but names no source.",
    "input-without-source disputed": (
        "Nobody can trace the input {input}: its sources are said to disagree, but it names none."
    ),
    "input-without-source at_most": "Nobody can trace the ceiling of the input {input}: it names no source.",
    "component-without-source": (
        "Nobody can trace what {component} pays: its figure counts as published, but names no source."
    ),
    "component-without-source disputed": (
        "Nobody can trace what {component} pays: its sources are said to disagree, but it names none."
    ),
    "figure-without-source": (
        "Nobody can trace what {component} pays: its figure says neither where it was read nor how sure it is."
    ),
    "unused-input": "Nothing refers to the input {input}, so it changes no estimate.",
    "unused-source": "Nothing names the source {source}, so it vouches for no figure.",
    "ceiling-as-value": (
        "The published ceiling {most} of {input} is paid here as if every deal reached it; a ceiling is no estimate."
    ),
    "much": "A rate of {percent} is very high; perhaps a percentage was written as a number.",
    # tables
    "gap": (
        "{fact}: here it can be {least}, but the table begins at {first}; from {least} to below {first} nothing is "
        "paid."
    ),
    "gap other": (
        "{fact}: here it can be {least}, but this table begins at {first}; from {least} to below {first} nothing is "
        "paid at all."
    ),
    "gap clawback": (
        "{fact}: here it can be {least}, but the table begins at {first}; from {least} to below {first} nothing is "
        "taken back."
    ),
    "gap names": "{fact}: the table has no row for {missing}, so nothing is paid for that.",
    "unreachable-row": "{fact}: the row {row} can never hold, because here it is always {allowed}.",
    "unreachable-row more": "{fact}: the rows {row} can never hold, because here it is always {allowed}.",
    "row-never-so": "{fact} is never {row}, so the row never holds.",
    "row-never-so renewal": "The payments end with the term, so the row for the renewal {row} never holds.",
    "row-never-so elapsed": "The window ends before {row} months are served, so the row never holds.",
    "table-ends": (
        "{fact}: the table ends at {last}, but here it is always {allowed}; its other rows ({row}) can never hold."
    ),
    "too-many-rows-to-check": (
        "With their inputs and conditions, the tables come to {found} rows; beyond {most} nobody sees what they do, so "
        "gaps and dead rows were not looked for."
    ),
    # what plans pay
    "never-pays": (
        "The plan {plan} can never pay: whatever deal it is open to, its figures are not above 0, or its categories "
        "are not covered."
    ),
    "component-never-pays": (
        "{component} can never pay: whatever deal gets this far, its figure is 0, or its categories are not covered."
    ),
    "paid-twice": ("{component} pays for the same months of the same revenue as {other}, and some deals get both."),
    "same-plan": "The plan {plan} pays exactly what the plan {other} pays, so a deal shows the same offer twice.",
    "upfront-beyond": "{found} months are prepaid, but only {most} are paid at all; the other months never come.",
    "floor-above-cap": "It has to pay at least {least}, but at most {most}; the floor can never be reached.",
    # keys without effect
    "no-effect over-time": "The key {key} has no effect: it belongs to what is paid once, and this is paid over time.",
    "no-effect once": "The key {key} has no effect: it belongs to what is paid over time, and this is paid once.",
    "no-effect no-renewal": "The key {key} has no effect: the payments end with the term, before any renewal.",
    "no-effect not-upfront": "The key {key} has no effect: nothing is prepaid here.",
    "no-effect no-growth": "The key {key} has no effect: nothing is paid for growth here.",
    "no-effect deal": "The key {key} has no effect: what is paid for the deal as a whole never grows.",
    "no-effect no-price": "The key {key} has no effect: the basis has no price that could be marked up.",
    "no-effect no-window": "The clawback has no effect: its window is over before the service begins.",
    "no-effect vests-later": (
        "The clawback has no effect: its window is over before the payment vests, so nothing is ever taken back."
    ),
    "no-effect no-margin": "The key {key} has no effect: no component of this plan pays on the margin.",
    "no-effect no-tiers": "The key {key} has no effect: the program has no tiers.",
    "no-effect next-anyway": (
        "The key {key} has no effect: a tier takes effect in the next period only, and rules that one anyway."
    ),
    "no-effect no-fiscal-year": "The key {key} has no effect: the period is not the fiscal year.",
    "no-effect alone": "The key {key} has no effect: no other component of this plan is in the group.",
    # conditions
    "never-holds": "Nothing ever gets through: {fact} would have to be {one} and also {other}.",
    "never-holds head": "Nothing ever gets through: {fact} would have to be {other}, but {head} asks for {one}.",
    "never-holds alone": "Nothing ever gets through: {fact} would have to be {one}.",
    "never-holds at all": "Nothing ever gets through: what is asked of {fact} contradicts itself.",
    "never-so": "{fact} is never {must}, so the condition never holds.",
    "never-so names": "{fact} is never “{must}”, so the condition never holds; it can be: {expected}.",
    "much-asked": "{fact}: {limit} is hardly ever reached; perhaps a percentage was written as a number.",
    "odd-country": "The country “{found}” is no code of two letters, so no deal will ever match it.",
    "unknown-tier": "The program has no tier called {found}, so nothing is ever paid for it.",
    "unknown-tier names": "The program has no tier called {found}, so nothing is ever paid for it; it has: {expected}.",
    "no-quota": "The program sets no quota, so nobody ever has an attainment, and what asks for one is never paid.",
    "not-covered": "The program does not cover {found}, so there never is any of it here; it covers: {covers}.",
    # tiers
    "tier-order": (
        "The tier {tier} asks for less than {lower}, which stands below it: {fact} from {least}, not from {first}."
    ),
    "tier-never": "Nobody is ever on the tier {lower}: whoever reaches it reaches {tier} above it as well.",
    # versions
    "same-day": "Two versions of this program begin on {day}; only one can govern. The other is {other}.",
    "versions-overlap": (
        "The version {version} is to end on {ends}, but {other} takes its place on {begins} already; from then on "
        "{version} governs no more."
    ),
    "versions-hole": (
        "The version {version} ends on {ends}, and {other} begins only on {begins}; deals signed in between earn "
        "nothing."
    ),
    "same-version": (
        "Another version, from {day}, is called {found} too; an enrolment that is pinned to it could mean either."
    ),
    "vendor-changed": (
        "The program {program} is {found}’s here and {before}’s in the version {other}; one id stands for one program."
    ),
    "currency-changed": (
        "The program {program} pays in {found} here and in {before} in the version {other}; what older deals are paid "
        "and what is counted towards tiers cannot be added up."
    ),
    "residual-lost plan": (
        "This version is to hold for older deals too, but has no plan {plan}: what {component} of {version} pays "
        "goes on at the old rate."
    ),
    "residual-lost component": (
        "This version is to hold for older deals too, but its plan {plan} has no {component}: what {version} pays goes "
        "on at the old rate."
    ),
    "residual-lost every": (
        "This version is to hold for older deals too, but {component} of {plan} no longer pays over time: what "
        "{version} pays goes on at the old rate."
    ),
    "residual-lost basis": (
        "This version is to hold for older deals too, but {component} of {plan} is paid on another basis: what "
        "{version} pays goes on at the old rate."
    ),
}
"""What the checks find, and why it matters; a second word tells sentences of one code apart."""

_ONE_OF_TWO: Final = 'Add a source with its id, or say confidence = "assumed" if it is a guess.'

MENDS: Final[Mapping[str, str]] = {
    # what the reader refuses
    "no-program": "Name program files, or take this one out; dealbook estimate reads deals and partners.",
    "not-toml": (
        "Mend the line that is named: text and rates stand in quotes, a day is written like 2026-03-10, a table stands "
        "in braces, a list in brackets."
    ),
    "too-long": "Shorten it, or divide it between two files.",
    "too-deep": "Put the inner tables into inputs and refer to those with $.",
    "wrong-kind": "Write it in that form; text stands in quotes, numbers, days, true and false do not.",
    "wrong-kind a table": "Write keys and values in braces, or as a section of its own.",
    "wrong-kind a list": 'Write it in brackets, as in ["one", "two"].',
    "unknown-key": "Take it out, or look up the keys of this section in the reference.",
    "missing-key": "Add it to this section; the reference says what it takes.",
    "missing-key by": 'Write by = "tier" there, or another fact: the one that decides which row counts.',
    "unknown-name": "Take it out, or look up the names in the reference.",
    "unknown-name names": "Write one of these, in quotes.",
    "not-a-rate": "Put it in quotes, with a point for decimals, and end it with % (share) or x (multiple of a month).",
    "not-a-number": "Write an amount like 250 or 12.50, with no currency, no % and nothing between the thousands.",
    "unknown-format": "Write format = 1, or install a newer Dealbook.",
    "unknown-source": "Add a [[source]] with this id, or name one that is there.",
    "unknown-input": "Add a section [inputs.…] of this name, or write the figure itself; an amount has no $.",
    "unknown-plan": "Write the id of another plan of this file.",
    "unknown-fact-name": "Look up the facts in the reference.",
    "cyclic-reference": "Give one of them a figure, a plan or a condition of its own.",
    "double-name": "Give one of the two another name, or take it out.",
    "double-row": "Put the two rows together, or mend the key of one.",
    "end-before-start": "Mend one of the two days; the end is the first day on which it no longer governs.",
    "fact-not-here": "Use another fact; the reference says where each one is known.",
    "no-of": "Take of out; seats, mrr, nrc and tcv can be narrowed to a category.",
    "wrong-test": "Write the test with one of these.",
    "no-test": "Write what the fact must be, as in at_least = 36.",
    "at-and-every": "Take one of the two out, or add upfront if the first months are prepaid.",
    "wrong-every": "Take every out, so that it is paid once, or choose another basis.",
    "months-without-every": 'Add every = "month", or take months out.',
    "wrong-figure": "Rename the key: a rate is a share of money, an amount is money for each.",
    "wrong-marginal": "Write the component’s basis in by, or take mode out.",
    "shares-not-whole": "Mend a share so that together they make 100%; else a part of each payment goes to nobody.",
    "share-out-of-range": "Mend the figure: a part cannot be more than the whole, nor less than nothing.",
    "wrong-table-fact": "Key the table on another fact, or test this one in requires with includes.",
    "no-rows": "Add a row: its key in quotes, =, its figure.",
    "too-many-rows": "Put rows of the same figure together.",
    "bad-row": "Mend the row’s key, or key the table on another fact.",
    "row-out-of-range": "Mend the row’s key, or take the row out.",
    "negative": "Write 0 or more.",
    "too-many": "Divide the file, or put what is alike together.",
    "name-too-long": "Shorten the key: a section and a name, with one dot between.",
    "unseen-character": "Type the text anew instead of pasting it.",
    # figures and where they come from
    "input-without-source": _ONE_OF_TWO,
    "component-without-source": _ONE_OF_TWO,
    "figure-without-source": (
        'Add source with the id of one, or confidence: "contract" if it is yours, "assumed" if it is a guess.'
    ),
    "unused-input": "Write ${input} where its figure belongs, or take the input out.",
    "unused-source": 'Write source = "{source}" with the figures that were read there, or take it out.',
    "ceiling-as-value": (
        "Keep the ceiling in at_most and leave the figure to the contract; if it is what everybody gets, take at_most "
        "out."
    ),
    "much": 'Write a share as "15%", a multiple of a month as "2x".',
    # tables
    "gap": 'Add a row that begins at {least} ("0%" if nothing is to be paid), or let the conditions ask for {first}.',
    "gap clawback": "Add a row that begins at {least}.",
    "gap other": "Add a row that begins at {least}, with the figure that holds where the vendor names none.",
    "gap names": 'Add the row, or else = "0%" if nothing is to be paid.',
    "unreachable-row": "Take the row out, or mend its key, the conditions or the row around the table.",
    "row-never-so": "Mend the figure; a share is written like 20%, in quotes.",
    "row-never-so renewal": 'Write months = "life" if renewals are paid too, or take the row out.',
    "row-never-so elapsed": "Let window reach further, or take the row out.",
    "table-ends": "Write the last row’s figure without a table, or mend the conditions or the rows.",
    "too-many-rows-to-check": "Let fewer rows refer to an input that is a table itself.",
    # what plans pay
    "never-pays": "Mend its figures, its conditions or the categories; take the plan out if it is over.",
    "component-never-pays": "Mend its figure, its conditions or the categories in on; take it out if it is over.",
    "paid-twice": (
        "If only one is to be paid, give both the same exclusive_group or conditions that never hold together; if both "
        "are, name {other} in the note of {component}."
    ),
    "same-plan": "Take one of the two out, or mend what tells them apart.",
    "upfront-beyond": "Write upfront = {most} or less, or let months reach further.",
    "floor-above-cap": "Mend one of the two; perhaps they were exchanged.",
    "no-effect": "Take the key out, or mend what it needs.",
    # conditions
    "never-holds": "Mend one of the two conditions, or take one out.",
    "never-holds head": "Mend the condition, or {head} in the head of the file.",
    "never-holds alone": "Mend one of its limits, or take one out.",
    "never-holds at all": "Mend one of its limits, or take one out.",
    "never-so": "Mend the figure; a share is written like 20%, in quotes.",
    "never-so names": "Write one of these.",
    "much-asked": 'Write 1 or "100%" for the whole quota.',
    "odd-country": 'Write the country’s code, as in "DE", "FR" or "GB".',
    "unknown-tier": "Add a [[standing.tier]] of this name, or take it out.",
    "unknown-tier names": "Write one of these, or add a [[standing.tier]] of this name.",
    "no-quota": "Add [standing.quota] with a fact and a target, or ask for another fact.",
    "not-covered": "Add it to covers if the program pays on it, else take it out here.",
    # tiers
    "tier-order": "Put the tiers in order, lowest first, or mend one of the limits.",
    "tier-never": "Put the tiers in order, lowest first, or give {tier} a condition that {lower} does not have.",
    # versions
    "same-day": "Mend effective_from in one of the two, or put the two together.",
    "versions-overlap": "Write the day {begins} there, or take effective_until out: the next version ends it anyway.",
    "versions-hole": "Take effective_until out of {version}, or mend one of the two days.",
    "same-version": "Give one of the two another version.",
    "vendor-changed": "Give this one an id of its own, or write the vendor as before.",
    "currency-changed": "Give this one an id of its own, or write the currency as before.",
    "residual-lost": (
        'Add it here with the rate that older deals get now, or write applies_to = "new-deals" if they keep theirs.'
    ),
}
"""How to mend it; a known name that is like what was found goes before."""

AT_LEAST: Final = "at least {least}"
BELOW: Final = "below {below}"
BETWEEN: Final = "at least {least} and below {below}"
ONE_OF: Final = "one of {only}"
"""What a fact is limited to."""

_NAMED: Final = frozenset({"unknown-product", "unknown-name", "never-so", "unknown-tier"})
"""Codes that have another sentence where the names that fit are known."""
_BY_FACT: Final = {
    "below-minimum": "below",
    "input-without-source": "confidence",
    "component-without-source": "confidence",
    "no-effect": "why",
    "residual-lost": "why",
    "row-never-so": "fact",
    "wrong-kind": "expected",
    "missing-key": "key",
}
"""The fact whose value tells the sentences of a code apart."""


def form_of(code: str, facts: Mapping[str, str]) -> str:
    """Return which sentence of a code fits the facts: the code itself, or with a second word if there is that one."""
    word = ""
    if code in _NAMED:
        word = "names" if facts.get("expected") else ""
    elif code == "gap":
        key = facts.get("key", "")
        word = "names" if "missing" in facts else key if key in ("", "clawback") else "other"
    elif code == "never-holds":
        is_alone = not any(name.startswith("other_") for name in facts)
        alone = "alone" if facts.get("one_only", "some") else "at all"
        word = alone if is_alone else "head" if "head" in facts else ""
    elif code == "unreachable-row":
        word = "more" if ", " in facts.get("row", "") else ""
    elif code in _BY_FACT:
        word = facts.get(_BY_FACT[code], "")
    return f"{code} {word}" if word else code
