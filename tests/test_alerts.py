"""Objectives, and the alerts that tell of failures: by mail, by webhook, without secrets."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from daily_papers import alerts, ingest, objectives, status
from daily_papers import settings as settings_module
from daily_papers.errors import DeliveryError, InvalidInputError, ObjectivesBrokenError
from daily_papers.lake import raw
from daily_papers.publish import mailing
from daily_papers.status import DayLine
from mail_server import Mailbox

YESTERDAY = date(2026, 3, 31)
ALERT = alerts.Alert("build_marts", "build", "manual__1", "a <check> failed", "docs/runbook.md#x")


def days(count, state="complete", rows=10, held=0):
    """Return the last `count` days, all alike, oldest first."""
    return [
        DayLine(YESTERDAY - timedelta(days=ago), state, None, "503", 1, rows, held)
        for ago in reversed(range(count))
    ]


def broken(lines, options):
    return [breach.objective for breach in objectives.find_breaches(lines, YESTERDAY, options)]


def test_whole_days_keep_every_promise(options):
    assert broken(days(40), options) == []


def test_each_broken_promise_is_named_with_a_command(options):
    assert broken([], options) == ["freshness"]
    assert broken(days(40)[:-4], options) == ["freshness"]
    assert broken([*days(40)[:-1], *days(1, "failed")], options) == ["failures"]
    assert broken([*days(40, "partial")[:-4], *days(4)], options) == ["completeness"]
    assert broken(days(40, held=1), options) == ["quarantine"]
    for breach in objectives.find_breaches(days(40, held=1), YESTERDAY, options):
        assert breach.command in breach.say()


def test_days_before_the_window_and_the_newest_ones_do_not_count(options):
    old = days(60, "failed", held=9)[:-33]
    assert broken([*old, *days(33)], options) == []
    assert broken([*days(40)[:-2], *days(2, "partial")], options) == []


def test_a_build_that_took_too_long_is_told_with_its_longest_step(options):
    (options.home / "warehouse").mkdir(parents=True)
    steps = {"audit": 700.0, "publish": 1.0}
    objectives.note_build(options, "20260331T000000Z-abc", 690.0, steps)
    (breach,) = objectives.find_breaches(days(40), YESTERDAY, options)
    assert (breach.objective, "audit" in breach.detail) == ("build_time", True)
    objectives.note_build(options, "20260331T000000Z-abc", 590.0, steps)  # side by side
    assert broken(days(40), options) == []


def test_a_damaged_note_of_the_last_build_is_told_and_hides_nothing(options):
    (options.home / "warehouse").mkdir(parents=True)
    for text in ("", "[]", '{"seconds": null}'):
        (options.home / "warehouse" / "last_build.json").write_text(text)
        assert broken(days(1, "failed"), options) == ["freshness", "failures", "build_time"]


def test_a_home_without_a_day_breaks_the_objectives(options):
    with pytest.raises(ObjectivesBrokenError, match="freshness: no whole day since"):
        alerts.check_objectives(options)


def test_held_rows_are_counted_by_day(options, respond):
    raw.store(options.home, respond([{"paper": {}}]))
    ingest.land_day(date(2026, 1, 6), options)
    assert [line.held for line in status.read_status(options).recent_days] == [1]


def connect_to(box):
    return lambda _: SimpleNamespace(
        host="127.0.0.1",
        port=box.port,
        login=None,
        password=None,
        extra_dejson={
            "disable_ssl": True,
            "disable_tls": True,
            "from_email": "papers@example.org",
        },
    )


def test_an_alert_goes_out_by_mail_and_webhook(options, httpserver):
    told = settings_module.load(
        **options.model_dump()
        | {
            "alert_to": "ann@example.org, bob@example.org",
            "alert_webhook_url": httpserver.url_for("/hook/secret"),
        }
    )
    httpserver.expect_oneshot_request("/hook/secret", method="POST").respond_with_data("ok")
    with Mailbox() as box:
        assert alerts.send(told, ALERT, connect_to(box)) == ["mail", "webhook"]
    (message,) = box.messages
    assert message["Subject"] == "Daily Papers: build_marts.build failed"
    assert message["To"] == "ann@example.org, bob@example.org"
    assert "a &lt;check&gt; failed" in message.get_body(("html",)).get_content()
    request, _ = httpserver.log[0]
    assert request.get_json()["dag_id"] == "build_marts"
    assert "docs/runbook.md#x" in request.get_json()["text"]


def test_one_way_that_fails_does_not_stop_the_other_and_no_secret_is_told(options, caplog):
    told = settings_module.load(
        **options.model_dump()
        | {"alert_to": "ann@example.org", "alert_webhook_url": "http://127.0.0.1:1/secret"}
    )
    with Mailbox() as box, pytest.raises(DeliveryError, match="webhook") as raised:
        alerts.send(told, ALERT, connect_to(box))
    assert len(box.messages) == 1
    assert "secret" not in str(raised.value) + caplog.text + repr(told)


def test_nobody_set_is_said_and_a_wrong_address_is_an_error(options, caplog):
    assert alerts.send(options, ALERT, connect_to(None)) == []
    assert "DAILY_PAPERS_ALERT_TO" in caplog.text
    with pytest.raises(InvalidInputError):
        mailing.read_addresses("nobody")


def test_an_alert_of_a_lost_process_says_so(options):
    alert = alerts.describe_failure(options, "build_marts", "build", "r", None, "http://x/log")
    assert "ended without a word" in alert.text
    assert "docs/runbook.md#build_marts" in alert.text
    assert "http://x/log" in alert.text
