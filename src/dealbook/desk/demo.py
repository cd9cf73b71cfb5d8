"""The main job without a window: a deal of the sample book compared, quoted and summed up, as files in a folder."""

import json
from datetime import date
from pathlib import Path
from typing import Final

from dealbook.book.connection import open_book
from dealbook.desk.compare import Comparison, compare, explain
from dealbook.desk.estimating import Estimated, as_json, as_table
from dealbook.desk.quotes import export_pdf, issue_quote, quote_content
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.desk.summaries import commission_summary
from dealbook.desk.wording import step_label, step_result
from dealbook.domain.deal import Deal
from dealbook.domain.months import month_index
from dealbook.language import Language

BOOK: Final = "sample.dealbook"
SHOWN: Final = "Müller & Söhne GmbH"


def write_demo(folder: Path, words: Language) -> list[Path]:
    """Write comparison, arithmetic, quote and summary into a folder, and name the files.

    The book is a fresh sample book in that folder; one that is there already is used as it stands. Raises OSError when
    the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    make_sample_book(folder / BOOK)
    session = Session(open_book(folder / BOOK))
    try:
        deal = shown_deal(session)
        return [folder / BOOK, *_comparison(session, deal, folder, words), *_documents(session, deal, folder, words)]
    finally:
        session.close()


def shown_deal(session: Session) -> Deal:
    """Return the deal of the sample book that has most to show."""
    return next((d for d in session.deals.values() if d.customer == SHOWN), next(iter(session.deals.values())))


def _comparison(session: Session, deal: Deal, folder: Path, words: Language) -> list[Path]:
    """Write the comparison as a table and as JSON, and the arithmetic of the best plan."""
    offer = deal.offers[0]
    found = compare(session, deal, offer)
    result = Estimated(deal, session.partner.assume, [row.estimate for row in found.rows])
    table, data, why = (folder / name for name in ("comparison.txt", "comparison.json", "why.txt"))
    title = f"{deal.customer} · {deal.title} · {offer.title}"
    table.write_text(f"{title}\n\n{as_table(result, words)}\n", encoding="utf-8")
    data.write_text(json.dumps(as_json(result), ensure_ascii=False, indent=1), encoding="utf-8")
    why.write_text(_arithmetic(session, deal, found, words), encoding="utf-8")
    return [table, data, why]


def _arithmetic(session: Session, deal: Deal, found: Comparison, words: Language) -> str:
    best = found.best
    if best is None:
        return words.text("No plan pays for this offer.") + "\n"
    estimate = explain(session, deal, deal.offers[0], *best.key)
    lines = [f"{estimate.vendor} · {estimate.plan_name} ({estimate.currency})", ""]
    for step in estimate.trace:
        if step.code == "component":
            lines += ["", step_label(step, words)]
        else:
            lines.append(f"{step_result(step, words, estimate.currency):>16}  {step_label(step, words)}")
    return "\n".join(lines) + "\n"


def _documents(session: Session, deal: Deal, folder: Path, words: Language) -> list[Path]:
    """Issue a quote of the deal and write it, and the summary of the signing year."""
    today = date.today()  # noqa: DTZ011 - the user's own day
    content = quote_content(session, deal, [offer.id for offer in deal.offers], today, language_code=words.code)
    quote = issue_quote(session, deal, content)
    pdf = export_pdf(session, quote.id, folder)
    first = month_index(date(deal.signed.year, 1, 1))
    summary = folder / f"summary-{deal.signed.year}.pdf"
    summary.write_bytes(commission_summary(session, first, first + 12, words.code))
    return [pdf, summary]
