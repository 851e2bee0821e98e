"""Tell people that a task failed for good or that an objective is broken, and what to do next.

An alert goes out by mail and as JSON to a webhook, whichever is set. It is no state: the
objectives are looked at once a day, and a broken one is told each time until it holds again.
"""

import html
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.utils import make_msgid
from functools import partial

import httpx

from daily_papers.errors import DeliveryError, InvalidInputError, ObjectivesBrokenError
from daily_papers.publish import mailing
from daily_papers.settings import Settings
from daily_papers.status import read_status

_log = logging.getLogger(__name__)
_TEXT_LIMIT = 4000  # characters of an error; the log has the rest

GetConnection = Callable[[str], mailing.AirflowConnection]


@dataclass(frozen=True, slots=True)
class Alert:
    """What went wrong, where, and where it is written what to do."""

    dag_id: str
    task_id: str
    run_id: str
    error: str
    runbook: str
    log_url: str | None = None

    @property
    def subject(self) -> str:
        """Return the first line of a message."""
        return f"Daily Papers: {self.dag_id}.{self.task_id} failed"

    @property
    def text(self) -> str:
        """Return the message."""
        lines = [self.subject, f"run: {self.run_id}", "", self.error, "", f"next: {self.runbook}"]
        if self.log_url:
            lines.append(f"log: {self.log_url}")
        return "\n".join(lines) + "\n"


def check_objectives(settings: Settings) -> None:
    """Look at every objective.

    Raises:
        ObjectivesBrokenError: some do not hold; a line each, with what to run.
    """
    breaches = read_status(settings).broken_objectives
    if breaches:
        raise ObjectivesBrokenError(
            "\n".join(f"{breach.objective}: {breach.say()}" for breach in breaches)
        )


def describe_failure(
    settings: Settings, dag_id: str, task_id: str, run_id: str, error: object, log_url: str | None
) -> Alert:
    """Return the alert of a task that failed for good.

    Args:
        settings: where the runbook is.
        dag_id: the DAG; its section of the runbook is named after it.
        task_id: the task.
        run_id: the run.
        error: what it raised; None when its process was lost.
        log_url: where Airflow shows the task's log.
    """
    said = str(error or "").strip() or "the task's process ended without a word"
    runbook = f"{settings.runbook_url}#{dag_id}"
    return Alert(dag_id, task_id, run_id, said[:_TEXT_LIMIT], runbook, log_url)


def send(settings: Settings, alert: Alert, get_connection: GetConnection) -> list[str]:
    """Send an alert to everyone who is set.

    Args:
        settings: `alert_to`, `alert_webhook_url`.
        alert: what to tell.
        get_connection: gives an Airflow connection by its id; called only to mail.

    Returns:
        Where it went, without secrets.

    Raises:
        DeliveryError: one of the ways failed; the other was tried all the same.
        InvalidInputError: an address is none.
    """
    done: list[str] = []
    failures = []
    ways: dict[str, Callable[[], None]] = {}
    if settings.alert_to:
        ways["mail"] = partial(_mail, settings, alert, get_connection)
    if settings.alert_webhook_url.get_secret_value():
        ways["webhook"] = partial(_post, settings, alert)
    for name, deliver in ways.items():
        try:
            deliver()
            done.append(name)
        except (DeliveryError, InvalidInputError) as error:
            failures.append(f"{name}: {error}")
    if failures:
        raise DeliveryError("; ".join(failures))
    if not ways:
        _log.warning("nobody is told: set DAILY_PAPERS_ALERT_TO or _ALERT_WEBHOOK_URL")
    return done


def _mail(settings: Settings, alert: Alert, get_connection: GetConnection) -> None:
    server = mailing.read_connection(get_connection(settings.smtp_conn_id), settings)
    recipients = mailing.read_addresses(settings.alert_to)
    senders = mailing.read_addresses(server.sender)
    if not senders:
        raise InvalidInputError("no sender: set DAILY_PAPERS_DIGEST_FROM")
    message = mailing.build_message(
        sender=senders[0],
        recipients=recipients,
        subject=alert.subject,
        text=alert.text,
        html=f"<pre>{html.escape(alert.text)}</pre>",
        message_id=make_msgid(domain=senders[0].rpartition("@")[2]),
    )
    with mailing.connect(server) as client:
        refused = mailing.send(client, message)
    if refused:
        raise DeliveryError(f"refused for {', '.join(sorted(refused))}")


def _post(settings: Settings, alert: Alert) -> None:
    url = settings.alert_webhook_url.get_secret_value()
    body = asdict(alert) | {"text": alert.text}  # `text` is what chat services show
    try:
        response = httpx.post(url, json=body, timeout=settings.alert_timeout_s, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # the address is a secret: httpx's own words may hold it
        raise DeliveryError(f"the webhook cannot be reached ({type(error).__name__})") from None
    if not response.is_success:
        raise DeliveryError(f"the webhook answered {response.status_code}")
