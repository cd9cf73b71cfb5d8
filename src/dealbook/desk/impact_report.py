"""The printed page on the impact of a new version, gathered from what was worked out, in the language asked for."""

from dealbook.desk.differences import lines_of
from dealbook.desk.impact_rows import Group, Impact, ImpactRow, Sums, sum_of
from dealbook.desk.impact_words import BOOK, GROUPS, OBJECTIVES, SAME, UNTOUCHED, note_of, plan_of, rests_on, title_of
from dealbook.desk.quotes import paper_of, sender_of
from dealbook.desk.session import Session
from dealbook.documents.impact_content import ImpactContent, ImpactDeal, ImpactFigures, ImpactGroup
from dealbook.language import Language, language


def impact_pdf(session: Session, impact: Impact, language_code: str) -> bytes:
    """Return the impact as a PDF: the differences, a chart, the deals, the sums, and what they rest on."""
    from dealbook.documents.impact import render_impact

    return render_impact(impact_content(session, impact, language_code))


def impact_content(session: Session, impact: Impact, language_code: str) -> ImpactContent:
    """Return what the page shows."""
    words = language(language_code)
    question = impact.question
    old = question.old
    lines = () if old is None else tuple(line.whole(words) for line in lines_of(old, question.new, words))
    open_deals = impact.sums(Group.OPEN)
    return ImpactContent(
        subject=title_of(question, words),
        in_force=question.new.effective_from,
        day=question.day,
        language=words.code,
        currency=impact.currency,
        objective=words.text(OBJECTIVES[question.objective]),
        sender=sender_of(session.partner),
        differences=lines,
        groups=tuple(_groups(impact, words)),
        totals=(
            *((words.text(GROUPS[group]), _figures(impact.sums(group))) for group in (Group.WON, Group.OPEN)),
            (words.text(BOOK), _figures(impact.book)),
        ),
        weighted=open_deals.weighted if open_deals.count else None,
        untouched=words.plural(*UNTOUCHED, impact.untouched) if impact.untouched else "",
        notes=rests_on(impact, session, words),
        paper=paper_of(session.partner.country),
    )


def _groups(impact: Impact, words: Language) -> list[ImpactGroup]:
    """Return the groups that have deals, each ranked as the screen ranks them."""
    return [_group(impact, group, words) for group in GROUPS if any(row.group is group for row in impact.rows)]


def _group(impact: Impact, group: Group, words: Language) -> ImpactGroup:
    rows = [row for row in impact.rows if row.group is group]
    same = [row for row in rows if not row.is_touched]
    return ImpactGroup(
        name=words.text(GROUPS[group]),
        deals=tuple(_deal(row, impact, words) for row in rows if row.is_touched),
        sums=_figures(impact.sums(group)),
        same=_figures(sum_of(same)) if same else None,
        same_name=words.plural(*SAME, len(same)),
        is_counted=group is not Group.ELSEWHERE,
    )


def _deal(row: ImpactRow, impact: Impact, words: Language) -> ImpactDeal:
    return ImpactDeal(
        customer=row.customer,
        title=row.title,
        plan=plan_of(row),
        figures=ImpactFigures(old=row.old.amount, new=row.new.amount),
        note=note_of(row, impact.question, words),
    )


def _figures(sums: Sums) -> ImpactFigures:
    return ImpactFigures(old=sums.old, new=sums.new)
