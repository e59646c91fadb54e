"""Sends one message to one address and says what came back."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx
import orjson

from core.clock import utc_now
from core.outgoing import OutgoingClient
from core.webhooks import signing
from core.webhooks.targets import Unreachable, resolve

SECONDS: Final = 10.0
_KEPT_ANSWER: Final = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try. `status` is None where there was no answer; `text` is the
    beginning of what came back, or why nothing did."""

    status: int | None
    text: str
    milliseconds: int

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def send(
    url: str, secret: str, *, message_id: str, content: dict[str, Any], private: bool
) -> Answer:
    """Post the message, signed as of now. Redirects are not followed: who is told is who was
    named. Never raises for what the network or the receiver does."""
    body = orjson.dumps(content)
    began = time.monotonic()

    def answer(status: int | None, text: str) -> Answer:
        return Answer(status, text[:_KEPT_ANSWER], round((time.monotonic() - began) * 1000))

    try:
        target = resolve(url, private=private)
        headers = {
            "host": target.url.netloc.decode("ascii"),
            "content-type": "application/json",
            "user-agent": "Webhooks/1",
            **signing.headers(
                secret, message_id=message_id, timestamp=int(utc_now().timestamp()), body=body
            ),
        }
        with (
            OutgoingClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                target.url.copy_with(host=target.ip),
                content=body,
                headers=headers,
                # The certificate must be for the name that was typed.
                extensions={"sni_hostname": target.url.host},
            ) as response,
        ):
            return answer(response.status_code, _beginning(response, began))
    except Unreachable as error:
        return answer(None, str(error))
    except httpx.HTTPError as error:
        return answer(None, f"{type(error).__name__}: {error}".rstrip(": "))


def _beginning(response: httpx.Response, began: float) -> str:
    """The first bytes of the answer, however long it is and however slowly it comes."""
    read = b""
    with suppress(httpx.HTTPError):
        for chunk in response.iter_raw(_KEPT_ANSWER):
            read += chunk
            if len(read) >= _KEPT_ANSWER or time.monotonic() - began > SECONDS:
                break
    return read[:_KEPT_ANSWER].decode(errors="replace").replace("\x00", "")
