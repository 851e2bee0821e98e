"""A mail server on loopback that keeps what it takes, and refuses what it is told to."""

import email
import email.policy
import socket
from email.message import Message
from typing import Any, Self

from aiosmtpd.controller import Controller


class Mailbox:
    """What was delivered, and how the server is to behave; serves within a `with` block."""

    def __init__(self, **options: Any):
        self.messages: list[Message] = []
        self.answer = "250 taken"  # to a message
        self.refused: set[str] = set()  # recipients
        self.is_cut = False  # the connection breaks after the text was taken
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.messages.append(message)
        if self.is_cut:
            server.transport.abort()
        return self.answer
