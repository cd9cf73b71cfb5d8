"""The columns of tables in and out: what each is called, what kind of value stands in it, how people head it.

The same fields go out and come in, so that what was exported is known again. English names are the message ids.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from dealbook.desk.forms import CATEGORIES, CUSTOMER_KINDS, ROLES
from dealbook.domain.deal import Charge, Stage
from dealbook.language import LANGUAGES, language


class Kind(StrEnum):
    """What a column's cells are read as."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    CHOICE = "choice"
    FLAG = "flag"
    CODE = "code"
    ROLES = "roles"
    RAMP = "ramp"


class Level(StrEnum):
    """What a column says something about; the rows of a deal must agree on what is the deal's or the offer's."""

    DEAL = "deal"
    OFFER = "offer"
    LINE = "line"
    RATE = "rate"


class Field(StrEnum):
    """A column, called as the attribute that it fills."""

    NUMBER = "number"
    CUSTOMER = "customer"
    TITLE = "title"
    STAGE = "stage"
    SIGNED = "signed"
    OPENED = "opened"
    LOST_ON = "lost_on"
    LOST_REASON = "lost_reason"
    PROBABILITY = "probability"
    CURRENCY = "currency"
    COUNTRY = "country"
    CUSTOMER_KIND = "customer_kind"
    SEGMENT = "segment"
    REGISTERED = "registered"
    ROLES = "roles"
    CONTACT = "contact"
    ADDRESS = "address"
    NOTE = "note"
    OFFER = "offer"
    TERM = "term"
    STARTS = "starts"
    RENEWALS = "renewals"
    RENEWAL_TERM = "renewal_term"
    PRODUCT = "product"
    CATEGORY = "category"
    QUANTITY = "quantity"
    CHARGE = "charge"
    UNIT_PRICE = "unit_price"
    LIST_PRICE = "list_price"
    DISCOUNT = "discount"
    BUY_PRICE = "buy_price"
    FREE_MONTHS = "free_months"
    SEATS_EACH = "seats_each"
    RAMP = "ramp"
    DESCRIPTION = "description"
    OPTIONAL = "optional"
    DAY = "day"
    BASE = "base"
    QUOTE = "quote"
    RATE = "rate"


class Spec(NamedTuple):
    """What a field is: its name, its level, its kind, and further words that head such a column, one phrase a comma."""

    name: str
    level: Level
    kind: Kind
    headers: str = ""


SPECS: Final[Mapping[Field, Spec]] = {
    Field.NUMBER: Spec("Deal no.", Level.DEAL, Kind.TEXT, "deal number, deal id, opportunity id, vorgang, id, nr"),
    Field.CUSTOMER: Spec(
        "Customer",
        Level.DEAL,
        Kind.TEXT,
        "customer name, account, account name, company, company name, organization, organisation, associated company, "
        "deal organization, client, kundenname, firma, firmenname, société, nom du client",
    ),
    Field.TITLE: Spec(
        "Title",
        Level.DEAL,
        Kind.TEXT,
        "deal, deal name, deal title, opportunity, opportunity name, subject, geschäft, bezeichnung, betreff, "
        "projekt, affaire, intitulé, objet, projet",
    ),
    Field.STAGE: Spec("Stage", Level.DEAL, Kind.CHOICE, "status, deal stage, deal status, phase, étape, statut"),
    Field.SIGNED: Spec(
        "Closing day",
        Level.DEAL,
        Kind.DAY,
        "closes, close date, closing date, expected close date, deal expected close date, signed, signed on, date, "
        "abschluss, abschlussdatum, unterschrieben, unterschrieben am, vertragsdatum, datum, signé le, "
        "date de signature",
    ),
    Field.OPENED: Spec(
        "Opened",
        Level.DEAL,
        Kind.DAY,
        "open date, created, created date, created on, angelegt am, erstellt am, créé le",
    ),
    Field.LOST_ON: Spec("Lost on", Level.DEAL, Kind.DAY, "lost date, lost day, verlustdatum, date de perte"),
    Field.LOST_REASON: Spec(
        "Lost because", Level.DEAL, Kind.TEXT, "lost reason, loss reason, reason lost, verlustgrund, motif de perte"
    ),
    Field.PROBABILITY: Spec("Probability", Level.DEAL, Kind.SHARE, "deal probability, win probability, chance"),
    Field.CURRENCY: Spec("Currency", Level.DEAL, Kind.CODE, "deal currency, currency code, ccy"),
    Field.COUNTRY: Spec("Country", Level.DEAL, Kind.CODE),
    Field.CUSTOMER_KIND: Spec("Kind of customer", Level.DEAL, Kind.CHOICE, "customer kind, kundenart"),
    Field.SEGMENT: Spec("Segment", Level.DEAL, Kind.TEXT),
    Field.REGISTERED: Spec("Registered", Level.DEAL, Kind.FLAG, "deal registered, registriert"),
    Field.ROLES: Spec("Roles", Level.DEAL, Kind.ROLES, "role, rolle"),
    Field.CONTACT: Spec("Contact", Level.DEAL, Kind.TEXT, "contact person, kontakt, interlocuteur"),
    Field.ADDRESS: Spec("Address", Level.DEAL, Kind.TEXT, "adresse"),
    Field.NOTE: Spec("Note", Level.DEAL, Kind.TEXT, "notes, comment, notiz, bemerkung, kommentar, remarque"),
    Field.OFFER: Spec("Offer", Level.OFFER, Kind.TEXT, "variant, variante"),
    Field.TERM: Spec("Term", Level.OFFER, Kind.WHOLE, "term months, months, monate, vertragslaufzeit, mois"),
    Field.STARTS: Spec("Starts", Level.OFFER, Kind.DAY, "start, start date, service start, beginn, startdatum, début"),
    Field.RENEWALS: Spec("Renewals", Level.OFFER, Kind.WHOLE),
    Field.RENEWAL_TERM: Spec("Renewal term", Level.OFFER, Kind.WHOLE),
    Field.PRODUCT: Spec(
        "Product", Level.LINE, Kind.TEXT, "product name, item, article, sku, artikel, position, article"
    ),
    Field.CATEGORY: Spec(
        "Category",
        Level.LINE,
        Kind.CHOICE,
        "kategorie, art, produktgruppe, warengruppe, product category, product family, catégorie, famille",
    ),
    Field.QUANTITY: Spec("Quantity", Level.LINE, Kind.NUMBER, "qty, seats, count, anzahl, stück, plätze, qté, nombre"),
    Field.CHARGE: Spec("Charge", Level.LINE, Kind.CHOICE, "billing, period, abrechnung, berechnung, facturation"),
    Field.UNIT_PRICE: Spec(
        "Net price",
        Level.LINE,
        Kind.MONEY,
        "unit price, unit price net, sales price, price, preis, preis netto, einzelpreis, einzelpreis netto, "
        "stückpreis, prix, prix net, prix unitaire, prix unitaire ht, pu, pu ht",
    ),
    Field.LIST_PRICE: Spec("List price", Level.LINE, Kind.MONEY, "listenpreis, prix catalogue, prix public"),
    Field.DISCOUNT: Spec("Discount", Level.LINE, Kind.SHARE, "disc, nachlass, rem"),
    Field.BUY_PRICE: Spec("Buy price", Level.LINE, Kind.MONEY, "cost, purchase price, ek, einkauf, prix d achat"),
    Field.FREE_MONTHS: Spec("Free months", Level.LINE, Kind.WHOLE, "mietfreie monate"),
    Field.SEATS_EACH: Spec("Seats each", Level.LINE, Kind.NUMBER),
    Field.RAMP: Spec("Ramp", Level.LINE, Kind.RAMP),
    Field.DESCRIPTION: Spec("Description", Level.LINE, Kind.TEXT, "descriptif, text"),
    Field.OPTIONAL: Spec("Optional", Level.LINE, Kind.FLAG),
    Field.DAY: Spec("From the day", Level.RATE, Kind.DAY, "day, date, valid from, tag, datum, gültig ab, jour"),
    Field.BASE: Spec("1 unit of", Level.RATE, Kind.CODE, "base, from, from currency, von, basis, ausgangswährung, de"),
    Field.QUOTE: Spec(
        "is in", Level.RATE, Kind.CODE, "quote, to, to currency, currency, in, nach, währung, vers, devise"
    ),
    Field.RATE: Spec(
        "Rate", Level.RATE, Kind.NUMBER, "exchange rate, price, wechselkurs, umrechnungskurs, taux, cours"
    ),
}

DEAL_FIELDS: Final = tuple(field for field, spec in SPECS.items() if spec.level is not Level.RATE)
RATE_FIELDS: Final = tuple(field for field, spec in SPECS.items() if spec.level is Level.RATE)

STAGES: Final = {stage.value: stage.value for stage in Stage}
CHARGES: Final = {Charge.MONTHLY.value: "monthly", Charge.ANNUAL.value: "yearly", Charge.ONE_TIME.value: "once"}
ALSO: Final[Mapping[Field, Mapping[str, str]]] = {
    Field.STAGE: {"won": "closed won, closedwon, signed, gewonnen, gagné", "lost": "closed lost, closedlost, perdu"},
    Field.CHARGE: {
        "monthly": "per month, month, mtl, pro monat, par mois, mensuelle",
        "annual": "annual, annually, per year, year, jährl, pro jahr, par an, annuelle",
        "one-time": "one time, onetime, setup, einmal, ponctuel, ponctuelle, frais uniques",
    },
}
"""Further words for what can be chosen, one phrase a comma: what other programs write."""
CHOICES: Final[Mapping[Field, Mapping[str, str]]] = {
    Field.STAGE: STAGES,
    Field.CUSTOMER_KIND: CUSTOMER_KINDS,
    Field.CATEGORY: CATEGORIES,
    Field.CHARGE: CHARGES,
    Field.ROLES: ROLES,
}
"""What can be chosen, as value and word."""

_SIGNS: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return a header or word without case and signs: "Price (€)" and "price" are the same."""
    return _SIGNS.sub(" ", text.casefold()).strip()


@lru_cache(maxsize=4)
def _known(fields: Sequence[Field]) -> dict[str, Field]:
    """Return what heads each field: its name in every language before further words."""
    found: dict[str, Field] = {}
    for code in LANGUAGES:
        for field in fields:
            found.setdefault(folded(language(code).text(SPECS[field].name)), field)
    for field in fields:
        for words in (field.value, *filter(None, map(str.strip, SPECS[field].headers.split(",")))):
            found.setdefault(folded(words), field)
    return found


def guessed(headers: Sequence[str], fields: Sequence[Field]) -> dict[Field, int]:
    """Return which column is which field, by its header; where two fit, the first one is."""
    known, found = _known(tuple(fields)), dict[Field, int]()
    for place, header in enumerate(headers):
        field = known.get(folded(header)) or known.get(folded(re.sub(r"[(\[].*?[)\]]|[€$£]|\b[A-Z]{3}\b", " ", header)))
        if field is not None:
            found.setdefault(field, place)
    return found


def header_language(headers: Sequence[str], fields: Sequence[Field]) -> str:
    """Return the language that most headers are our own names in; empty where no language has more than another."""
    ours = {folded(header) for header in headers}
    hits = {
        code: len(ours & {folded(language(code).text(SPECS[field].name)) for field in fields}) for code in LANGUAGES
    }
    best = max(hits.values())
    leading = [code for code, count in hits.items() if count == best]
    return leading[0] if len(leading) == 1 else ""
