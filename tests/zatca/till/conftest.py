"""A company whose till signs by itself, and the till's own code, run by Node."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.orm import Session

from addons.pos.models import Register
from addons.pos.services.signing import terms_of
from addons.zatca.models import Device
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.pos.engine.conftest import _node
from tests.sales.conftest import whole_company
from tests.zatca.documents.signers import signer
from tests.zatca.trade.trader import have_device, have_seller

RUNNER = Path(__file__).with_name("runner.mjs")
Sign = Callable[[dict[str, Any]], dict[str, Any] | None]


@pytest.fixture(scope="module")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A trader in Riyadh with a device of the office, and one that its till holds."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            have_seller(session)
            have_device(session)
            _have_device_of_till(session)
        yield tenant


def told(session: Session) -> dict[str, Any]:
    """What the feed tells the till."""
    terms = terms_of(session, _register(session))
    assert terms is not None
    return json.loads(orjson.dumps(terms, default=str))


def _register(session: Session) -> Register:
    return session.query(Register).order_by(Register.id).limit(1).one()


def _have_device_of_till(session: Session) -> None:
    register, signing = _register(session), signer()
    register.currency = "SAR"
    session.add(
        Device(
            name="Till",
            serial="1-AoraBooks|2-Till|3-7",
            environment="simulation",
            state="active",
            register_id=register.id,
            held_by="till",
            public_key=signing.certificate.public_key,
            certificate=base64.b64decode(signing.certificate.text),
            active_since=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


@pytest.fixture(scope="module")
def sign() -> Iterator[Sign]:
    """What the till makes of a sale; one process for all tests here."""
    with subprocess.Popen(
        [_node(), str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        asks, answers = node.stdin, node.stdout

        def ask(asked: dict[str, Any]) -> dict[str, Any] | None:
            asks.write(json.dumps(asked) + "\n")
            asks.flush()
            answer: dict[str, Any] | None = json.loads(answers.readline())
            assert answer is None or "error" not in answer, answer
            return answer

        yield ask
        asks.close()
