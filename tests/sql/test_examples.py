"""Every example query runs on a published warehouse and says who asks."""

from collections.abc import Iterator

import pytest
from daily_papers import settings
from daily_papers.settings import Settings
from daily_papers.warehouse.models import Example, load_project
from daily_papers.warehouse.query import run_query
from handmade import EXAMPLE_LAKE, build_warehouse, write_lake

EXAMPLES = load_project(settings.load().sql_dir).examples
# in the handmade lake nothing failed, nobody submitted, there is no week, record or snapshot
# before, and no two tags of the taxonomy stand on two papers
MAY_BE_EMPTY = {
    "author_id_changes",
    "busiest_submitters",
    "expectations_that_fail",
    "records_broken",
    "rising_tags",
    "tags_that_go_together",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    options = settings.load(home=tmp_path_factory.mktemp("home"))
    write_lake(options.home, **EXAMPLE_LAKE)
    build_warehouse(options)
    yield options


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_answers_from_the_file_and_from_the_snapshot(
    example: Example, published: Settings
) -> None:
    answer = run_query(published, example.sql)
    assert answer.num_rows > 0 or example.name in MAY_BE_EMPTY
    current = (published.home / "warehouse" / "current").read_text().strip()
    assert run_query(published, example.sql, current).equals(answer)


def test_examples_ask_a_question_for_each_persona() -> None:
    assert {example.persona for example in EXAMPLES} == {"analyst", "operator", "maintainer"}
    assert [example.name for example in EXAMPLES if not example.question.endswith("?")] == []
