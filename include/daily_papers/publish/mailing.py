"""Build a message of text and HTML, and hand it to a mail server.

Whether a message went out is not always known: when the connection breaks after the text was
sent, the server may have taken it. `send` tells that case from a refusal.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Literal, Protocol

from daily_papers.errors import DeliveryError, InvalidInputError
from daily_papers.settings import Settings

_DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}
# the server's answer says that it did not take the message
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


class RefusedError(DeliveryError):
    """The mail server did not take the message; sending again is safe."""


class AirflowConnection(Protocol):
    """What is read of a connection as Airflow keeps it."""

    host: str | None
    port: int | None
    login: str | None
    password: str | None

    @property
    def extra_dejson(self) -> Mapping[str, object]:
        """The connection's further options."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how messages are handed in."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["starttls", "tls", "none"]
    sender: str
    timeout_s: float
    is_verified: bool = True  # the server's certificate is checked

    def __repr__(self) -> str:
        """Name the server, never the password."""
        return f"MailServer({self.host}:{self.port}, {self.security})"


def read_settings(settings: Settings) -> MailServer:
    """Return the mail server of the settings.

    Raises:
        InvalidInputError: no server is set.
    """
    if not settings.smtp_host:
        raise InvalidInputError(
            "no mail server is set: set DAILY_PAPERS_SMTP_HOST (and _PORT, _USER, _PASSWORD)"
        )
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        security=settings.smtp_security,
        sender=settings.digest_from,
        timeout_s=settings.smtp_timeout_s,
    )


def read_connection(connection: AirflowConnection, settings: Settings) -> MailServer:
    """Return the mail server of an Airflow connection, read as Airflow's SmtpHook reads it.

    The extras from_email, timeout, disable_ssl, disable_tls and ssl_context count.

    Raises:
        InvalidInputError: the connection names no host, or wants OAuth.
    """
    extra = connection.extra_dejson
    name = f"Airflow connection {settings.smtp_conn_id!r}"
    if not connection.host:
        raise InvalidInputError(f"{name} names no host")
    if extra.get("auth_type", "basic") != "basic":
        raise InvalidInputError(f"{name}: auth_type must be basic to send a digest")
    security: Literal["starttls", "tls", "none"] = "tls"
    if extra.get("disable_ssl", False):
        security = "none" if extra.get("disable_tls", False) else "starttls"
    return MailServer(
        host=connection.host,
        port=connection.port or _DEFAULT_PORTS[security],
        user=connection.login or "",
        password=connection.password or "",
        security=security,
        sender=settings.digest_from or str(extra.get("from_email") or ""),
        timeout_s=float(str(extra.get("timeout", settings.smtp_timeout_s))),
        is_verified=extra.get("ssl_context") != "none",
    )


def read_addresses(text: str) -> list[str]:
    """Read addresses with ',' between them.

    Raises:
        InvalidInputError: one is no address.
    """
    addresses = [part.strip() for part in text.split(",") if part.strip()]
    for address in addresses:
        if "@" not in parseaddr(address)[1] or any(char in address for char in "\r\n"):
            raise InvalidInputError(f"{address!r} is no e-mail address")
    return addresses


def build_message(
    *, sender: str, recipients: list[str], subject: str, text: str, html: str, message_id: str
) -> EmailMessage:
    """Return a message whose reader shows the HTML or the text, whichever it can."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


@contextmanager
def connect(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a connection, secured and logged in as the server's settings say.

    Raises:
        RefusedError: no connection, or no login; nothing was sent.
    """
    context = ssl.create_default_context()
    if not server.is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    client: smtplib.SMTP | None = None
    try:
        if server.security == "tls":
            client = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        if server.security == "starttls":
            client.starttls(context=context)
        if server.user:
            client.login(server.user, server.password)
    except (smtplib.SMTPException, OSError) as error:
        if client is not None:
            client.close()
        raise RefusedError(
            f"no mail was sent: {server!r} cannot be used ({error}); check host, port, login "
            "and how the connection is secured, then run the same command again"
        ) from error
    try:
        yield client
    finally:
        with suppress(smtplib.SMTPException, OSError):  # what counts was answered before
            client.quit()
        client.close()


def send(client: smtplib.SMTP, message: EmailMessage) -> dict[str, str]:
    """Hand in a message.

    Returns:
        Recipients that the server refused, with its answer; the others get the message.

    Raises:
        RefusedError: the server did not take the message.
        DeliveryError: the connection broke; the server may have taken it or not.
    """
    try:
        refused = client.send_message(message)
    except _REFUSALS as error:
        raise RefusedError(f"the mail server refused the message: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(
            f"the connection to the mail server broke ({error}): the message may have gone out"
        ) from error
    return {
        address: f"{code} {answer.decode(errors='replace')}"
        for address, (code, answer) in refused.items()
    }
