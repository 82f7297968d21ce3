"""An SMTP channel that is quick to lose patience, and what its errors mean in a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.errors import DeliveryError
from tests.deliver.bench import a_delivery


def settings(port: int, **changes: Any) -> SmtpSettings:
    plain = SmtpSettings("127.0.0.1", port, "watch@example.org", Security.NONE, hello="monitor.test")
    return replace(plain, **{"timeout": 5.0, "answer_timeout": 5.0, **changes})


def channel(port: int, **changes: Any) -> SmtpChannel:
    return SmtpChannel("mail", settings(port, **changes))


async def failure(port: int, recipient: str = "ana@example.org", **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel(port, **changes).send(a_delivery(recipient=recipient))
    return caught.value


def kind(error: DeliveryError) -> str:
    flags = ("ambiguous", "channel", "permanent")
    return " ".join(flag for flag in flags if getattr(error, flag)) or "later"
