"""Which digests were sent: one small file for each, written before the message goes out.

    publish/digest/sent/<kind>-<first day>-<snapshot id>.json

A file in state 'sending' means that the process ended between handing the message in and
noting the answer: the message may have gone out. It counts as sent, so that nobody gets a
digest twice; `daily-papers digest --again` is the way to send it nevertheless.
"""

import dataclasses
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import write_bytes
from daily_papers.publish.digest_content import Digest, Period
from daily_papers.settings import Settings


@dataclass(frozen=True, slots=True)
class Sending:
    """One digest on its way, or delivered."""

    kind: str
    first_day: str
    snapshot_id: str
    is_complete: bool  # every day of the period was settled
    state: str  # sending, sent
    started_at: str  # ISO 8601, UTC
    message_id: str
    recipients: list[str]
    refused: dict[str, str]  # recipients that the server refused, with its answer


def sent_dir(settings: Settings) -> Path:
    """Return the folder of the records."""
    return settings.home / "publish" / "digest" / "sent"


def read_sendings(settings: Settings, period: Period) -> list[Sending]:
    """Return what was sent of a period, oldest snapshot first.

    Raises:
        CorruptFileError: a record cannot be read; nobody knows what was sent.
    """
    sendings = []
    for path in sorted(sent_dir(settings).glob(f"{period.kind}-{period.first_day}-*.json")):
        try:
            fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            sendings.append(Sending(**fields))
        except (OSError, ValueError, TypeError) as error:
            raise CorruptFileError(
                f"{path} cannot be read ({error}): it says whether a digest was sent; delete it "
                "if it was not"
            ) from None
    return sendings


def note_sending(
    settings: Settings, digest: Digest, message_id: str, recipients: list[str]
) -> Sending:
    """Note, durably, that a digest is about to be handed in."""
    sending = Sending(
        kind=digest.period.kind.value,
        first_day=str(digest.period.first_day),
        snapshot_id=digest.snapshot_id,
        is_complete=digest.is_complete,
        state="sending",
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        message_id=message_id,
        recipients=recipients,
        refused={},
    )
    _write(settings, sending)
    return sending


def note_sent(settings: Settings, sending: Sending, refused: dict[str, str]) -> None:
    """Note that the mail server took the digest."""
    _write(settings, dataclasses.replace(sending, state="sent", refused=refused))


def take_back(settings: Settings, sending: Sending, earlier: Sending | None) -> None:
    """Take back a note, because the mail server did not take the digest.

    Args:
        settings: where the records lie.
        sending: what was noted.
        earlier: what the note had replaced, if anything.
    """
    if earlier is None:
        _path(settings, sending).unlink()
    else:
        _write(settings, earlier)


def _write(settings: Settings, sending: Sending) -> None:
    path = _path(settings, sending)
    text = json.dumps(dataclasses.asdict(sending), ensure_ascii=False, indent=1) + "\n"
    write_bytes(path, text.encode(), is_durable=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name in its folder must outlive a power cut too
    finally:
        os.close(folder)


def _path(settings: Settings, sending: Sending) -> Path:
    name = f"{sending.kind}-{sending.first_day}-{sending.snapshot_id}.json"
    return sent_dir(settings) / name
