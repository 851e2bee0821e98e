"""Write and send the digest of a day or a week.

A period's digest goes out once: never twice for one snapshot, nor again from a later one
after its days were complete. It is noted before it is handed in (`digest_log`), so that a
process that dies in between sends it at most once; a refusal takes the note back, and the
next run tries again. A day that is not complete is left for the snapshot in which it is; one
long past is written and not mailed by itself.
Why at most once: docs/adr/0012-a-digest-goes-out-at-most-once.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from daily_papers import logs
from daily_papers.errors import InvalidInputError, NotCompleteError
from daily_papers.lake.files import lock, write_bytes
from daily_papers.publish import digest_formats, digest_log, mailing
from daily_papers.publish.digest_content import (
    Digest,
    Kind,
    find_newest,
    find_periods,
    period_of,
    read_digest,
)
from daily_papers.publish.mailing import AirflowConnection, MailServer
from daily_papers.publish.snapshot_reader import open_snapshot
from daily_papers.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a digest that was to be sent."""

    is_sent: bool
    message: str  # in words


def digest_dir(settings: Settings) -> Path:
    """Return the folder that digests are written to by default."""
    return settings.home / "publish" / "digest"


def make_digest(
    settings: Settings,
    kind: Kind,
    day: date | None = None,
    snapshot_id: str | None = None,
    *,
    even_if_incomplete: bool = False,
) -> Digest:
    """Read the digest of a period.

    Args:
        settings: where the warehouse lies, how many papers are shown.
        kind: daily or weekly.
        day: a day of the period; default the newest period that is complete.
        snapshot_id: default the current snapshot.
        even_if_incomplete: also a period with days that are not complete.

    Raises:
        NotCompleteError: the period is not complete, or none is.
        InvalidInputError: nothing is published, or no paper was listed in the period.
    """
    with open_snapshot(settings, snapshot_id) as reader:
        period = period_of(kind, day) if day else None
        if period is None:
            period = find_newest(reader, kind, is_complete=not even_if_incomplete)
        if period is None:
            raise NotCompleteError(_say_none_complete(kind))
        digest = read_digest(reader, period, settings)
    if not digest.is_complete and not even_if_incomplete:
        raise NotCompleteError(
            f"{period.label} is not complete ({'; '.join(digest.open_days)}): wait for a snapshot "
            "in which it is, or ask for it as it is with --even-if-incomplete"
        )
    return digest


def write_digest(settings: Settings, digest: Digest, out_dir: Path | None = None) -> list[Path]:
    """Write a digest as Markdown, HTML and text; return the files."""
    folder = (out_dir or digest_dir(settings)) / digest.period.kind.value
    paths = []
    for suffix, text in (
        ("md", digest_formats.to_markdown(digest)),
        ("html", digest_formats.to_html(digest)),
        ("txt", digest_formats.to_text(digest)),
    ):
        path = folder / f"{digest.period.first_day}.{suffix}"
        write_bytes(path, text.encode())
        paths.append(path)
    return paths


def send_digest(
    settings: Settings, digest: Digest, server: MailServer, *, again: bool = False
) -> Outcome:
    """Send a digest to the addresses of the option `digest_to`, unless it was sent before.

    Args:
        settings: recipients, where the record of what was sent lies.
        digest: what to send.
        server: by whom.
        again: send it although it was sent before.

    Raises:
        InvalidInputError: no recipients or no sender are set.
        RefusedError: the mail server cannot be used or did not take it; nothing went out.
        DeliveryError: the connection broke; it counts as sent.
        BusyError: another process is sending.
    """
    recipients = mailing.read_addresses(settings.digest_to)
    if not recipients:
        raise InvalidInputError("nobody to send to: set DAILY_PAPERS_DIGEST_TO")
    senders = mailing.read_addresses(server.sender)
    if len(senders) != 1:
        raise InvalidInputError(
            "no sender: set DAILY_PAPERS_DIGEST_FROM, or from_email of the Airflow connection"
        )
    period = digest.period
    with lock(settings.home / "locks" / "digest.lock", settings.lock_timeout_s):
        earlier = _find_earlier(settings, digest)
        if earlier is not None and not again:
            return Outcome(is_sent=False, message=_say_why_not(settings, earlier, digest))
        message = mailing.build_message(
            sender=senders[0],
            recipients=recipients,
            subject=digest.subject,
            text=digest_formats.to_text(digest),
            html=digest_formats.to_html(digest),
            message_id=_make_message_id(digest, senders[0]),
        )
        with mailing.connect(server) as client:
            sending = digest_log.note_sending(settings, digest, message["Message-ID"], recipients)
            try:
                refused = mailing.send(client, message)
            except mailing.RefusedError:
                is_same = earlier is not None and earlier.snapshot_id == digest.snapshot_id
                digest_log.take_back(settings, sending, earlier if is_same else None)
                raise
            digest_log.note_sent(settings, sending, refused)
    text = f"{period.kind} digest of {period.label} sent to {len(recipients) - len(refused)} of "
    text += f"{len(recipients)} recipients"
    if refused:
        text += "; refused: " + ", ".join(f"{to} ({why})" for to, why in refused.items())
    return Outcome(is_sent=True, message=text)


@logs.step("digest")
def publish_digests(
    settings: Settings,
    get_connection: Callable[[str], AirflowConnection],
    snapshot_id: str | None = None,
) -> list[str]:
    """Write the digests of the complete days and weeks, and send what was not sent yet.

    Those that ended within the last `digest_max_age_d` days, oldest first: one snapshot may
    complete several. Where all are older the newest is written, and not sent.

    Args:
        settings: nothing is sent while `digest_to` is empty.
        get_connection: gives an Airflow connection by its id; called only to send.
        snapshot_id: default the current snapshot.

    Returns:
        What was done, a line for each digest.
    """
    today = datetime.now(UTC).date()
    done = []
    for kind in Kind:
        with open_snapshot(settings, snapshot_id) as reader:
            complete = list(find_periods(reader, kind))
            due = [
                period
                for period in complete
                if (today - period.last_day).days <= settings.digest_max_age_d
            ]
            digests = [
                read_digest(reader, period, settings) for period in reversed(due or complete[:1])
            ]
        if not digests:
            done.append(_say_none_complete(kind))
        for digest in digests:
            write_digest(settings, digest)
            what = f"{kind} digest of {digest.period.label} written"
            if not settings.digest_to:
                done.append(f"{what}; no one to send it to")
            elif not due:
                done.append(
                    f"{what}, not sent: it ended more than {settings.digest_max_age_d} days ago "
                    f"(`daily-papers digest --{kind} --send` sends it)"
                )
            else:
                server = mailing.read_connection(get_connection(settings.smtp_conn_id), settings)
                done.append(send_digest(settings, digest, server).message)
    return done


def _say_none_complete(kind: Kind) -> str:
    return (
        f"no {'day' if kind is Kind.DAILY else 'week'} with papers is complete yet: "
        "`daily-papers status` says what is missing; --even-if-incomplete takes the newest as it is"
    )


def _find_earlier(settings: Settings, digest: Digest) -> digest_log.Sending | None:
    """Return what makes it the second time: this snapshot's, or one of a complete period."""
    sendings = digest_log.read_sendings(settings, digest.period)
    own = [sending for sending in sendings if sending.snapshot_id == digest.snapshot_id]
    complete = [sending for sending in sendings if sending.is_complete]
    return next(iter([*own, *complete]), None)


def _say_why_not(settings: Settings, earlier: digest_log.Sending, digest: Digest) -> str:
    what = f"{digest.period.kind} digest of {digest.period.label}"
    if earlier.state == "sent":
        return f"{what} was sent before, at {earlier.started_at}, from {earlier.snapshot_id}"
    return (
        f"{what} may have gone out at {earlier.started_at}: its process ended before the mail "
        f"server's answer was noted (see {digest_log.sent_dir(settings)}); "
        "`daily-papers digest --send --again` sends it once more"
    )


def _make_message_id(digest: Digest, sender: str) -> str:
    """Return the same id for the same digest: mail programs then show a repeat once."""
    domain = sender.rpartition("@")[2].strip(">") or "localhost"
    period = digest.period
    return f"<{period.kind}.{period.first_day}.{digest.snapshot_id}@{domain}>"
