"""Every real response, landed one by one in time order, in reverse and shuffled."""

import random
from datetime import date

import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.lake import raw
from daily_papers.sources import open_source

pytestmark = pytest.mark.slow
FIRST, LAST = date(2024, 5, 27), date(2026, 5, 31)


def land_one_by_one(items, home):
    options = settings_module.load(home=home)
    for item in items:
        raw.store(home, item)
        ingest.land_day(item.listing_date, options)


def test_time_order_reverse_and_shuffled_give_the_same_lake(shared, options, tmp_path, lake_files):
    source = open_source(f"replay:{shared / 'hf_api'}", options)
    items = [item for day in source.days(FIRST, LAST) for item in source.fetch_day(day)]
    items.sort(key=lambda item: (item.fetched_at, item.url))
    land_one_by_one(items, tmp_path / "forward")
    land_one_by_one(items[::-1], tmp_path / "reverse")
    random.Random(7).shuffle(items)
    land_one_by_one(items, tmp_path / "shuffled")
    forward = lake_files(tmp_path / "forward")
    assert len(forward) > 1500
    assert lake_files(tmp_path / "reverse") == forward
    assert lake_files(tmp_path / "shuffled") == forward
