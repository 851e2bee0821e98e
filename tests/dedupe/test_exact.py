"""The same paper twice: within an attempt, and over time."""

from datetime import UTC, datetime

from daily_papers.dedupe.exact import drop_repeats, merge_sightings
from hypothesis import given
from hypothesis import strategies as st


def sighting(hour: int, **values):
    row = {"paper_id": "2601.00001", "version": None, "upvotes": 1, "github_repo": None}
    at = datetime(2026, 1, 6, hour, tzinfo=UTC)
    return row | {"observed_at": at, "raw_sha256": f"{hour:02}", "row_no": 0} | values


def test_v1_and_v2_of_one_id_are_one_paper_and_the_higher_version_stays():
    rows = [sighting(1, version=1), sighting(1, version=2, row_no=1)]
    assert [row["version"] for row in drop_repeats(rows)] == [2]


def test_of_equal_repeats_the_first_stays():
    rows = [sighting(1, upvotes=5), sighting(1, upvotes=4, row_no=7)]
    assert [row["upvotes"] for row in drop_repeats(rows)] == [5]


def test_the_newest_sighting_wins_but_a_missing_field_takes_nothing_away():
    rows = [sighting(9, upvotes=8), sighting(3, upvotes=9, github_repo="https://x.org/a")]
    (paper,) = merge_sightings(rows)
    assert (paper["upvotes"], paper["github_repo"]) == (8, "https://x.org/a")
    assert (paper["observation_count"], paper["last_observed_at"].hour) == (2, 9)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 23), st.integers(0, 9), st.booleans()),
        max_size=12,
        unique_by=lambda t: t[:2],
    ).flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn)))
)
def test_any_order_of_sightings_gives_the_same_papers(orders):
    def rows(drawn):
        return [
            sighting(
                hour,
                paper_id=f"2601.0000{n}",
                upvotes=votes,
                github_repo=f"r{hour}" if has_repo else None,
                row_no=n,
            )
            for n, hour, votes, has_repo in drawn
        ]

    assert merge_sightings(rows(orders[0])) == merge_sightings(rows(orders[1]))
