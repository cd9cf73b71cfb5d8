"""Who changed a record, told from states and steps alone."""

from dealbook.book.trails import Before, News, State, StepOf, Table, Trail, differing, news_of, trail

TABLES = {
    "deal": Table(("id", "note", "title"), ("", "", "none")),
    "offer": Table(("id", "deal_id", "term"), ("", "", 0)),
    "line": Table(("id", "offer_id", "quantity"), ("", "", 0)),
}
KEY = ("deal", "d")


def deal(note: str, title: str = "t") -> State:
    return {KEY: ("d", note, title)}


def noted(stamp: str, before: str) -> StepOf:
    return StepOf((stamp, "Note"), [Before("deal", "d", {"note": before}, was_added=False, was_deleted=False)])


def added(stamp: str) -> StepOf:
    return StepOf((stamp, "New"), [Before("deal", "d", None, was_added=True, was_deleted=False)])


def told(ours: tuple[str, list[StepOf]], theirs: tuple[str, list[StepOf]]) -> News:
    return news_of(*(trail(deal(note), steps, TABLES) for note, steps in (ours, theirs)))[0]


def test_the_way_back_leads_through_every_state() -> None:
    found = trail(deal("c"), [noted("3", "b"), noted("2", "a"), added("1")], TABLES)
    assert list(found.past.values()) == [deal("b"), deal("a"), {}]
    assert found.stamps == (("3", "Note"), ("2", "Note"), ("1", "New"))


def test_the_way_back_ends_where_rows_do_not_follow_from_one_another() -> None:
    gone = StepOf(("2", "Remove"), [Before("deal", "d", {"id": "d"}, was_added=False, was_deleted=True)])
    found = trail(deal("b"), [gone, noted("1", "a")], TABLES)
    assert (list(found.past), found.stamps) == ([], (("2", "Remove"),))


def test_a_row_of_an_older_form_has_the_blanks_of_its_table() -> None:
    row = {"id": "d", "note": "a"}
    gone = StepOf(("2", "Remove"), [Before("deal", "d", row, was_added=False, was_deleted=True)])
    assert trail({}, [gone], TABLES).was(deal("a", "none"))


def test_the_side_that_the_other_one_was_once_is_the_older() -> None:
    assert told(("b", [noted("2", "a")]), ("a", [])) is News.OURS
    assert told(("a", []), ("b", [noted("2", "a")])) is News.THEIRS
    assert told(("b", [noted("2", "a")]), ("c", [noted("3", "a")])) is News.BOTH


def test_where_each_was_once_what_the_other_is_the_last_step_decides() -> None:
    there_and_back = [noted("3", "b"), noted("2", "a"), added("1")]
    assert told(("a", there_and_back), ("b", [noted("2", "a"), added("1")])) is News.OURS
    assert told(("b", [noted("2", "a"), added("1")]), ("a", there_and_back)) is News.THEIRS


def test_where_that_decides_nothing_a_person_does() -> None:
    assert told(("a", [noted("5", "b")]), ("b", [noted("6", "a")])) is News.BOTH
    assert told(("a", [noted("5", "b")]), ("b", [noted("5", "a")])) is News.BOTH


def test_the_latest_common_state_is_found() -> None:
    ours = trail(deal("x"), [noted("4", "b"), noted("2", "a"), added("1")], TABLES)
    theirs = trail(deal("y"), [noted("3", "b"), noted("2", "a"), added("1")], TABLES)
    assert news_of(ours, theirs) == (News.BOTH, deal("b"))
    strangers = Trail(deal("x"), {}, ()), Trail(deal("y"), {}, ())
    assert news_of(*strangers) == (News.BOTH, None)


def test_an_offer_is_one_part_with_its_lines() -> None:
    one: State = {
        **deal("a"),
        ("offer", "o"): ("o", "d", 12),
        ("line", "l"): ("l", "o", 1),
        ("line", "m"): ("m", "p", 1),
    }
    other: State = {**deal("b", "u"), ("offer", "o"): ("o", "d", 12), ("line", "l"): ("l", "o", 2)}
    assert differing(one, other, TABLES) == {"note", "title", "offer:o", "offer:p"}
    assert not differing(one, one, TABLES)
