"""ops.payload_shape and ops.payload_drift on handmade shapes: what is a change, what is not."""

from datetime import date, timedelta
from typing import Any

import pytest
from daily_papers.settings import Settings
from handmade import MONDAY, Row, at, attempt, open_marts, shape

COUNT = 20


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def days(*looks: dict[str, Any], count: int = COUNT) -> list[Row]:
    """Make a day of `count` entries of each look: field -> entries with it, or (…, type)."""
    rows = []
    for number, look in enumerate(looks):
        rows.append(shape(day(number), "[]", count, count))
        for path, seen in look.items():
            entries, kind = seen if isinstance(seen, tuple) else (seen, "string")
            if entries:
                rows.append(shape(day(number), path, entries, count, type=kind))
    return rows


def find_drift(options: Settings, shapes: list[Row], **rows: Any) -> list[tuple[Any, ...]]:
    db = open_marts(options, shapes=shapes, **rows)
    found = db.execute(
        "select listing_date, path, kind, share_before, share from ops.payload_drift order by all"
    ).fetchall()
    return [((when - MONDAY).days, *rest) for when, *rest in found]


def test_a_field_is_new_once(options: Settings) -> None:
    shapes = days(*[{"id": 20}] * 8, *[{"id": 20, "mood": 5}] * 4)
    assert find_drift(options, shapes) == [(8, "mood", "new_field", 0.0, 0.25)]


def test_what_is_inside_a_new_field_is_no_change_of_its_own(options: Settings) -> None:
    shapes = days(*[{"id": 20}] * 8, *[{"id": 20, "mood": (9, "object")}] * 2)
    shapes += [shape(day(n), "mood.name", 9, 9, parent="mood") for n in (8, 9)]
    assert [row[:3] for row in find_drift(options, shapes)] == [(8, "mood", "new_field")]


def test_the_first_days_have_nothing_to_be_held_against(options: Settings) -> None:
    assert find_drift(options, days(*[{"id": 20}] * 3, *[{"id": 20, "mood": 9}] * 3)) == []


def test_a_field_that_all_had_has_vanished_on_the_first_day_without_it(options: Settings) -> None:
    shapes = days(*[{"mood": 20}] * 8, *[{}] * 9)
    assert find_drift(options, shapes) == [(8, "mood", "vanished_field", 1.0, 0.0)]


def test_a_rare_field_has_vanished_when_it_is_missed_for_long(options: Settings) -> None:
    shapes = days(*[{"mood": 3}] * 8, *[{}] * 9)
    # 0.85 to the power of 100 is less than one in a million
    assert find_drift(options, shapes) == [(12, "mood", "vanished_field", 0.15, 0.0)]


def test_a_rare_field_that_is_missing_now_and_then_has_not_vanished(options: Settings) -> None:
    assert find_drift(options, days(*[{"mood": 1}, {}, {}, {"mood": 3}] * 10)) == []


def test_short_lists_do_not_make_a_field_vanish(options: Settings) -> None:
    shapes = days(*[{"mood": 20}] * 8)
    shapes += [shape(day(8 + number), "[]", 4, 4) for number in range(5)]
    assert find_drift(options, shapes) == []


@pytest.mark.parametrize("count", [1, 20])
def test_one_value_of_another_type_is_a_change(count: int, options: Settings) -> None:
    shapes = days(*[{"upvotes": (20, "integer")}] * 3, *[{"upvotes": (20 - count, "integer")}] * 1)
    shapes.append(shape(day(3), "upvotes", count, COUNT, type="string", example='"7"'))
    db = open_marts(options, shapes=shapes)
    found = db.execute(
        "select listing_date, path, kind, types_before, types, example from ops.payload_drift"
    ).fetchall()
    types = ["string"] if count == COUNT else ["integer", "string"]
    assert [row[:5] for row in found] == [(day(3), "upvotes", "type_changed", ["integer"], types)]


def test_a_share_that_falls_is_one_change_while_it_stays_low(options: Settings) -> None:
    shapes = days(*[{"mood": 19}, {"mood": 20}] * 15, *[{"mood": 2}] * 30)
    assert find_drift(options, shapes) == [(30, "mood", "share_changed", 0.975, 0.1)]


def test_a_share_that_scatters_or_creeps_is_no_change(options: Settings) -> None:
    scattered = [{"repo": 6 + 3 * (number % 4)} for number in range(60)]
    creeping = [{"stars": 1 + number // 4} for number in range(60)]
    both = [a | b for a, b in zip(scattered, creeping, strict=True)]
    assert find_drift(options, days(*both)) == []


def test_the_authors_of_one_paper_weigh_as_one(options: Settings) -> None:
    rows = days(*[{"authors": (2, "array")}] * 12, count=2)
    for number in range(12):
        # two papers, one of them with 200 authors whose accounts are all unknown
        total, known = (200, 0) if number == 11 else (20, 10)
        parent = {"parent": "authors", "type": "object"}
        rows.append(shape(day(number), "authors[]", total, total, **parent))
        if known:
            rows.append(shape(day(number), "authors[].user", known, total, parent="authors[]"))
    assert find_drift(options, rows) == []


def test_the_order_is_that_of_the_fetches(options: Settings) -> None:
    shapes = days(*[{"id": 20}] * 8, {"id": 20, "mood": 5})
    # an older list, fetched later, when the source had the field already
    moved = {"listing_date": day(-5), "attempt_at": at(day(30))}
    backfilled = [row | moved for row in shapes if row["listing_date"] == day(8)]
    found = find_drift(options, shapes + backfilled)
    assert [row[:3] for row in found] == [(8, "mood", "new_field")]


def test_the_first_complete_attempt_stands_for_a_day_else_the_last_one(options: Settings) -> None:
    shapes = [
        shape(when, "[]", count, count, attempt_at=at(when, hour))
        for when, hours in ((day(0), ((1, 5), (9, 8), (20, 9))), (day(1), ((1, 5), (9, 8))))
        for hour, count in hours
    ]
    attempts = [
        attempt(day(0), "partial", 1),
        *(attempt(day(0), "complete", hour) for hour in (9, 20)),
        *(attempt(day(1), "partial", hour) for hour in (1, 9)),
    ]
    db = open_marts(options, shapes=shapes, attempts=attempts)
    found = db.execute(
        "select listing_date, attempt_at, entry_count, possible_count, share, types, example "
        "from ops.payload_shape"
    ).fetchall()
    assert found == [(when, at(when, 9), 8, 8, 1.0, ["object"], '"x"') for when in (day(0), day(1))]
