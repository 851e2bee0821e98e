"""The digest: what it says, that it is sent once, and what becomes of it when mail fails."""

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import handmade
import pytest
import time_machine
from aiosmtpd.smtp import AuthResult, LoginPassword
from daily_papers.errors import DeliveryError, InvalidInputError, NotCompleteError
from daily_papers.publish import digest, digest_formats, digest_log, mailing
from daily_papers.publish.digest_content import Kind, period_of
from daily_papers.warehouse import snapshots
from hostile import HOSTILE
from mail_server import Mailbox
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

MONDAY, TUESDAY, WEDNESDAY = handmade.MONDAY, handmade.TUESDAY, handmade.WEDNESDAY


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def mailing_options(options, published, mailbox):
    return options.model_copy(
        update={
            "digest_to": "ann@example.org, Bob <bob@example.org>",
            "digest_from": "papers@example.org",
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "smtp_security": "none",
        }
    )


def send(options, kind=Kind.DAILY, day=None, *, again=False, **asked) -> digest.Outcome:
    made = digest.make_digest(options, kind, day, **asked)
    return digest.send_digest(options, made, mailing.read_settings(options), again=again)


def test_the_daily_digest_is_of_the_newest_complete_day(options, published):
    made = digest.make_digest(options, Kind.DAILY)
    assert made.period == period_of(Kind.DAILY, TUESDAY)  # Wednesday's list still fills
    assert [paper.url for paper in made.papers] == ["https://huggingface.co/papers/2601.00003"]
    assert made.subject == "Daily Papers 2026-01-06: 1 paper"


def test_papers_come_by_votes_with_who_and_what(options, published):
    made = digest.make_digest(options, Kind.DAILY, MONDAY)
    assert [(paper.rank, paper.upvotes) for paper in made.papers] == [(1, 9), (2, 5)]
    assert made.papers[1].byline == "Ada Lovelace, O'Neil <b> (The <i>Lab</i>)"
    assert made.papers[1].tags == ("Speech", HOSTILE)
    assert made.papers[1].summary.endswith("We score 90 on GSM8K.\x0b".strip())


def test_a_tag_that_rises_is_named_with_both_shares(options, published):
    made = digest.make_digest(options, Kind.DAILY, MONDAY)
    assert made.tags[0].label == "Speech"
    assert (made.tags[0].listing_count, made.tags[0].baseline_share_pct) == (3, 0.0)
    assert "vision" not in [tag.label for tag in made.tags]


def test_the_weekly_digest_is_of_the_newest_complete_week(options, published):
    made = digest.make_digest(options, Kind.WEEKLY)
    assert made.period == period_of(Kind.WEEKLY, MONDAY - timedelta(days=7))
    assert made.period.label == "2025-12-29 to 2026-01-04"
    assert made.paper_count == 8
    assert made.is_complete  # nobody tried the weekend, which has no list


def test_a_record_that_displaces_one_is_shown_with_its_quote(options, published, put_table):
    record = {
        "benchmark": "GSM8K",
        "split": "test",
        "metric_id": "accuracy",
        "metric_unit": "percent",
        "listing_date": MONDAY,
        "value": "90",
        "unit": "%",
        "previous_score": 85.5,
        "paper_id": "2601.00001",
        "quote": "We score 90 on GSM8K",
    }
    first = record | {"metric_id": "pass_at_1", "previous_score": None}
    put_table("benchmarks.sota_timeline", [record, first])
    claim = {"paper_id": "2601.00001", "benchmark": "GSM8K", "unit": "%", "kind": "absolute"}
    without = claim | {"owner": "own", "metric_id": None}
    put_table(
        "benchmarks.claims",
        [
            without | {"value": "99", "score": 99.0},
            without | {"value": "7", "score": 7.0},
            without | {"value": "100", "score": 100.0, "owner": "other"},
            without | {"value": "100", "score": 100.0, "kind": "delta"},
            claim | {"value": "100", "score": 100.0, "owner": "own", "metric_id": "accuracy"},
        ],
    )
    (found,) = digest.make_digest(options, Kind.DAILY, MONDAY).records
    assert (found.measure, found.value, found.before) == ("accuracy, test", "90%", "85.5%")
    for text in forms(digest.make_digest(options, Kind.DAILY, MONDAY)):
        assert "We score 90 on GSM8K" in text
        assert "85.5%" in text
        assert "2 further own numbers name no metric, highest 99%" in text
    assert digest.make_digest(options, Kind.DAILY, TUESDAY).records == ()


def test_a_missing_table_hides_its_section_and_says_so(options, published, put_table):
    put_table("benchmarks.sota_timeline", None)
    put_table("tags.tag_momentum", None)
    put_table("authors.authorships", None)
    made = digest.make_digest(options, Kind.DAILY)
    for text in forms(made):
        assert "New records: this snapshot has no table" in text
        assert "Rising tags: this snapshot has no table" in text
    assert made.papers[0].byline == ""


def forms(made) -> tuple[str, str, str]:
    html = LexborHTMLParser(digest_formats.to_html(made)).body.text()
    markdown = LexborHTMLParser(MarkdownIt().render(digest_formats.to_markdown(made))).body.text()
    return html, markdown, digest_formats.to_text(made)


def test_hostile_text_is_text_in_every_form(options, published):
    made = digest.make_digest(options, Kind.DAILY, MONDAY)
    page = LexborHTMLParser(digest_formats.to_html(made))
    assert page.css_first("script") is None
    assert [link.text() for link in page.css("a")][1] == HOSTILE
    # what a Markdown reader that lets HTML through makes of it
    rendered = LexborHTMLParser(
        MarkdownIt("commonmark", {"html": True}).render(digest_formats.to_markdown(made))
    )
    assert rendered.css_first("script") is None
    assert [link.text() for link in rendered.css("a")] == ["Title of 2601.00002", HOSTILE]
    assert HOSTILE in digest_formats.to_text(made)
    assert "\x0b" not in digest_formats.to_text(made)


def test_a_digest_asks_for_nothing_from_the_net(options, published):
    page = LexborHTMLParser(digest_formats.to_html(digest.make_digest(options, Kind.DAILY)))
    assert not page.css("img, link, script, iframe, [src], [background]")


def test_the_same_snapshot_gives_the_same_files(options, published):
    paths = digest.write_digest(options, digest.make_digest(options, Kind.DAILY))
    before = [path.read_bytes() for path in paths]
    digest.write_digest(options, digest.make_digest(options, Kind.DAILY))
    assert [path.read_bytes() for path in paths] == before
    assert [path.name for path in paths] == ["2026-01-06.md", "2026-01-06.html", "2026-01-06.txt"]


def test_a_day_that_is_not_complete_gives_nothing_unless_asked(options, published):
    with pytest.raises(NotCompleteError, match=r"2026-01-07: partial \(day_not_over\)"):
        digest.make_digest(options, Kind.DAILY, WEDNESDAY)
    made = digest.make_digest(options, Kind.DAILY, WEDNESDAY, even_if_incomplete=True)
    assert made.subject == "Daily Papers 2026-01-07: 1 paper (not complete)"
    assert all("Not complete:" in text for text in forms(made))
    newest = digest.make_digest(options, Kind.DAILY, even_if_incomplete=True)
    assert newest.period.first_day == WEDNESDAY


def test_a_day_without_papers_names_the_newest_with_some(options, published):
    with pytest.raises(InvalidInputError, match=r"no paper was listed on 2026-02-01.*2026-01-07"):
        digest.make_digest(options, Kind.DAILY, date(2026, 2, 1))


def test_a_mail_holds_text_and_html_and_goes_to_all(mailing_options, mailbox):
    outcome = send(mailing_options)
    assert outcome.is_sent
    (message,) = mailbox.messages
    assert message["To"] == "ann@example.org, Bob <bob@example.org>"
    assert message["Subject"] == "Daily Papers 2026-01-06: 1 paper"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Title of 2601.00003" in message.get_body(["plain"]).get_content()
    assert "<bdi>Title of 2601.00003</bdi>" in message.get_body(["html"]).get_content()


def test_nothing_is_sent_twice_for_one_snapshot_nor_for_a_complete_day(mailing_options, mailbox):
    assert send(mailing_options).is_sent
    second = send(mailing_options)
    assert not second.is_sent
    assert "was sent before" in second.message

    handmade.write_lake(
        mailing_options.home,
        papers=[handmade.paper("2601.00003", TUESDAY, upvotes=50, ai_keywords=["Speech"])],
    )
    handmade.build_warehouse(mailing_options)
    assert not send(mailing_options).is_sent
    assert len(mailbox.messages) == 1
    assert send(mailing_options, again=True).is_sent
    assert len(mailbox.messages) == 2


def test_a_day_sent_as_it_was_is_sent_once_more_when_complete(mailing_options, mailbox):
    asked = {"day": WEDNESDAY, "even_if_incomplete": True}
    assert send(mailing_options, **asked).is_sent
    assert not send(mailing_options, **asked).is_sent
    handmade.write_lake(
        mailing_options.home, attempts=[handmade.attempt(WEDNESDAY, "complete", 12)]
    )
    handmade.build_warehouse(mailing_options)
    assert send(mailing_options).is_sent
    assert not send(mailing_options).is_sent
    assert [message["Subject"][-14:] for message in mailbox.messages] == [
        "(not complete)",
        "01-07: 1 paper",
    ]


def test_a_refused_message_is_tried_again(mailing_options, mailbox):
    mailbox.answer = "451 not now"
    with pytest.raises(mailing.RefusedError, match="not now"):
        send(mailing_options)
    mailbox.answer = "250 taken"
    assert send(mailing_options).is_sent
    assert len(mailbox.messages) == 1


def test_a_server_that_is_not_there_leaves_no_trace(mailing_options):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = mailing_options.model_copy(update={"smtp_port": closed.getsockname()[1]})
        with pytest.raises(mailing.RefusedError, match=r"no mail was sent: .*cannot be used"):
            send(nowhere)
    assert not digest_log.sent_dir(mailing_options).exists()


def test_a_connection_that_breaks_after_the_text_counts_as_sent(mailing_options, mailbox):
    mailbox.is_cut = True
    with pytest.raises(DeliveryError, match="may have gone out") as caught:
        send(mailing_options)
    assert not isinstance(caught.value, mailing.RefusedError)
    mailbox.is_cut = False
    outcome = send(mailing_options)
    assert not outcome.is_sent
    assert "may have gone out" in outcome.message
    assert len(mailbox.messages) == 1


def test_a_refused_recipient_is_named_and_the_others_get_it(mailing_options, mailbox):
    mailbox.refused = {"bob@example.org"}
    outcome = send(mailing_options)
    assert outcome.is_sent
    assert "1 of 2 recipients; refused: bob@example.org (550 no such box)" in outcome.message


def test_a_process_killed_while_it_sends_sends_at_most_once(mailing_options, mailbox):
    """The server takes the text and never answers; the sender is killed while it waits."""
    waiting = socket.create_server(("127.0.0.1", 0))
    environment = {
        "DAILY_PAPERS_HOME": str(mailing_options.home),
        "DAILY_PAPERS_DIGEST_TO": "ann@example.org",
        "DAILY_PAPERS_DIGEST_FROM": "papers@example.org",
        "DAILY_PAPERS_SMTP_HOST": "127.0.0.1",
        "DAILY_PAPERS_SMTP_PORT": str(waiting.getsockname()[1]),
        "DAILY_PAPERS_SMTP_SECURITY": "none",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "daily_papers.cli", "digest", "--send"],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
    )
    waiting.settimeout(120)
    connection, _ = waiting.accept()
    take_text(connection)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    connection.close()
    waiting.close()

    (record,) = digest_log.sent_dir(mailing_options).iterdir()
    assert json.loads(record.read_text())["state"] == "sending"
    assert not send(mailing_options).is_sent
    assert mailbox.messages == []
    assert send(mailing_options, again=True).is_sent


def take_text(connection: socket.socket) -> None:
    """Speak SMTP up to the end of the text, and answer no more."""
    lines = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    for line in lines:
        verb = line[:4].upper()
        connection.sendall(b"354 go on\r\n" if verb == b"DATA" else b"250 ok\r\n")
        if verb == b"DATA":
            break
    while lines.readline() != b".\r\n":
        pass


def test_a_damaged_record_stops_the_digest(mailing_options, mailbox):
    send(mailing_options)
    (record,) = digest_log.sent_dir(mailing_options).iterdir()
    record.write_text("{")
    with pytest.raises(Exception, match="says whether a digest was sent"):
        send(mailing_options)
    assert len(mailbox.messages) == 1


def connection_to(mailbox, **changes) -> SimpleNamespace:
    """An Airflow connection as the hook gives it."""
    values = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "login": None,
        "password": None,
        "extra_dejson": {
            "disable_ssl": True,
            "disable_tls": True,
            "from_email": "airflow@example.org",
        },
    }
    return SimpleNamespace(**values | changes)


@time_machine.travel("2026-01-07")
def test_the_dag_sends_by_airflows_connection_once(mailing_options, mailbox):
    options = mailing_options.model_copy(update={"digest_from": "", "smtp_host": ""})
    asked = []

    def get_connection(name):
        asked.append(name)
        return connection_to(mailbox)

    done = digest.publish_digests(options, get_connection, snapshots.read_current(options).id)
    assert ["sent to 2 of 2" in line for line in done] == [True] * 3
    assert set(asked) == {"smtp_default"}
    assert {message["From"] for message in mailbox.messages} == {"airflow@example.org"}
    done = digest.publish_digests(options, get_connection)
    assert ["was sent before" in line for line in done] == [True] * 3
    assert len(mailbox.messages) == 3  # two days' and the week's


@pytest.mark.parametrize(
    ("today", "days"),
    [("2026-01-07", ["2026-01-05", "2026-01-06", "2025-12-29"]), ("2026-01-10", [])],
)
def test_the_dag_sends_what_is_young_and_only_writes_what_is_older(
    mailing_options, mailbox, today, days
):
    options = mailing_options
    with time_machine.travel(today):
        done = digest.publish_digests(options, lambda _: connection_to(mailbox))
    assert [message["Subject"].split()[2].rstrip(":") for message in mailbox.messages] == days
    if not days:
        assert ["not sent: it ended more than 3 days ago" in line for line in done] == [True, True]
    assert (digest.digest_dir(options) / "daily/2026-01-06.md").is_file()
    assert (digest.digest_dir(options) / "weekly/2025-12-29.md").is_file()


def test_a_summary_belongs_to_its_item_also_the_tenth(options, published):
    made = digest.make_digest(options, Kind.DAILY, MONDAY)
    long = dataclasses.replace(
        made,
        papers=tuple(
            dataclasses.replace(made.papers[1], rank=rank, summary=f"It is number {rank}.")
            for rank in (9, 10, 100)
        ),
    )
    page = LexborHTMLParser(MarkdownIt("commonmark").render(digest_formats.to_markdown(long)))
    items = [item.text() for item in page.css("ol > li")]
    assert len(items) == 3
    for rank, text in zip((9, 10, 100), items, strict=True):
        assert f"It is number {rank}." in text


def test_without_recipients_the_digest_is_written_and_no_connection_asked(options, published):
    done = digest.publish_digests(options, pytest.fail)
    assert ["no one to send it to" in line for line in done] == [True, True]
    assert (digest.digest_dir(options) / "daily/2026-01-06.md").is_file()


def test_nothing_complete_is_no_failure_of_the_dag(options):
    handmade.write_lake(
        options.home,
        papers=[handmade.paper("2601.00001")],
        attempts=[handmade.attempt(MONDAY, "partial")],
    )
    handmade.build_warehouse(options)
    done = digest.publish_digests(options, pytest.fail)
    assert [line.partition(" with")[0] for line in done] == ["no day", "no week"]
    assert not digest.digest_dir(options).exists()


@pytest.mark.parametrize(
    ("extra", "security", "port"),
    [
        ({}, "tls", 465),
        ({"disable_ssl": True}, "starttls", 587),
        ({"disable_ssl": True, "disable_tls": True}, "none", 25),
    ],
)
def test_a_connection_is_secured_unless_it_says_otherwise(options, extra, security, port):
    connection = SimpleNamespace(
        host="mail.example.org", port=None, login="me", password="secret", extra_dejson=extra
    )
    server = mailing.read_connection(connection, options)
    assert (server.security, server.port) == (security, port)
    assert "secret" not in repr(server)


@time_machine.travel("2026-01-07")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_is_used_and_a_wrong_one_is_a_clear_error(mailing_options):
    def check(server, session, envelope, mechanism, data):
        is_right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=is_right)

    with Mailbox(authenticator=check, auth_required=True, auth_require_tls=False) as box:
        wrong = connection_to(box, login="me", password="wrong")
        with pytest.raises(mailing.RefusedError, match="no mail was sent") as caught:
            digest.publish_digests(mailing_options, lambda _: wrong)
        assert "wrong" not in str(caught.value)
        right = connection_to(box, login="me", password="right")
        digest.publish_digests(mailing_options, lambda _: right)
    assert len(box.messages) == 3


def test_the_command_writes_and_sends(mailing_options, mailbox, run, monkeypatch):
    for name in ("digest_to", "digest_from", "smtp_host", "smtp_port", "smtp_security"):
        monkeypatch.setenv(f"DAILY_PAPERS_{name.upper()}", str(getattr(mailing_options, name)))
    code, out, errors = run("digest", "--send", "--json")
    assert code == 0, errors
    assert json.loads(out)["is_sent"] is True
    code, out, errors = run("digest", "--daily", "--send")
    assert code == 0, errors
    assert "was sent before" in out
    assert len(mailbox.messages) == 1
    code, _, errors = run("digest", "--date", "2026-01-07")
    assert code == 1
    assert "not complete" in errors
    for wrong in (("--daily", "--weekly"), ("--again",), ("--date", "tomorrow")):
        code, _, errors = run("digest", *wrong)
        assert code == 2, wrong


@pytest.mark.parametrize("text", ["nobody", "a@b, nobody", "a@b\r\nBcc: c@d"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidInputError, match="no e-mail address"):
        mailing.read_addresses(text)
