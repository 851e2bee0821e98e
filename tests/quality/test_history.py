"""What is usual for a day: from the complete days before it, by weekday, never fixed."""

import random
from datetime import date, timedelta

import pytest
from daily_papers.quality.history import DayFacts, compare_days

MONDAY = date(2026, 1, 5)


def day(number: int, count: float, **fields) -> DayFacts:
    facts = {
        "listing_date": MONDAY + timedelta(days=number),
        "is_complete": True,
        "paper_count": count,
        "median_abstract_length": 1300.0,
        "median_author_count": 6.0,
        "quarantined_pct": 0.0,
    }
    return DayFacts(**facts | fields)


def weeks(*counts: float) -> list[DayFacts]:
    return [day(7 * week, count) for week, count in enumerate(counts)]


def judge(days, number=None, metric="paper_count", held_below_pct=10.0):
    judged = dict(compare_days(days, held_below_pct))
    return judged[days[-1].listing_date if number is None else number].usual[metric]


def test_a_violated_bound_tells_the_history_it_was_judged_by():
    usual = judge(weeks(21, 30, 33, 36, 47, 33, 31, 4))
    assert usual.value < usual.lower < 21
    assert usual.text == (
        "4 papers; the 7 complete Mondays before it had 21 to 47, median 33: expected 9.7 to 112"
    )


def test_other_weekdays_are_no_measure():
    mondays = weeks(*[40] * 8)
    tuesdays = [day(7 * week + 1, 5) for week in range(7)]
    assert judge(sorted(tuesdays + mondays, key=lambda d: d.listing_date)).lower > 10


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_cold_start_is_not_judged_yet(count):
    usual = judge(weeks(*[30] * count, 1))
    assert (usual.lower, usual.upper, usual.held_below) == (None, None, None)
    assert usual.text == f"1 papers; not judged yet: {count} complete Mondays before it, 6 needed"


def test_an_incomplete_day_is_neither_judged_nor_history():
    usual = judge([*weeks(*[30] * 8), day(56, 2, is_complete=False)])
    assert usual.lower is None
    assert usual.text == "2 papers; not judged: the day is not complete"
    partial = [day(7 * week, 3, is_complete=False) for week in range(6)]
    assert judge([*partial, day(42, 30)]).lower is None


def test_history_goes_stale():
    assert judge([*weeks(*[30] * 8), day(7 * 60, 30)]).lower is None


def test_one_odd_day_moves_the_bounds_little():
    plain, odd = judge(weeks(*[30, 28, 33] * 3, 30)), judge(weeks(*[30, 28, 33] * 2, 1, 30, 30, 30))
    assert odd.lower == pytest.approx(plain.lower, rel=0.1)


def test_a_day_that_is_held_tells_the_bound_and_the_setting_that_moves_it():
    assert judge(weeks(*[30] * 8, 2)).text.endswith(
        "; held back below 3, the least of 8.8 and 10 % of the median "
        "(DAILY_PAPERS_VOLUME_HELD_BELOW_PCT)"
    )
    assert "held back" not in judge(weeks(*[30] * 8, 3)).text


def test_only_a_tiny_share_of_the_usual_holds_a_day_back():
    assert judge(weeks(*[30] * 8, 2)).held_below == 3
    assert judge(weeks(*[30] * 8, 2), held_below_pct=0).held_below == 0


def test_lengths_are_judged_by_all_weekdays_together():
    days = [day(number, 20, median_abstract_length=1300 + number) for number in range(15)]
    usual = judge([*days, day(15, 20, median_abstract_length=600)], metric="median_abstract_length")
    assert usual.value < usual.lower
    assert "the 15 complete days before it had 1300 to 1314" in usual.text


def test_the_order_in_which_days_are_known_does_not_matter():
    days = [day(number, 20 + number % 9) for number in range(40)]
    plain = {at: judged.sha256 for at, judged in compare_days(days, 10.0)}
    random.Random(1).shuffle(days)
    assert {at: judged.sha256 for at, judged in compare_days(days, 10.0)} == plain
