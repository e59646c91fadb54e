"""The log says which request, company, addon and user; never a secret."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import httpx
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import log
from core.kernel import Kernel
from core.tenancy.tenant import Tenant


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=stream, pretty=False)
    yield stream
    structlog.configure(**before)


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_request_is_one_line_that_names_everybody(
    admin: httpx.Client, acme: Tenant, lines: io.StringIO
) -> None:
    answer = admin.get("/webprobe/hello?token=in-the-address")
    logged = [entry for entry in entries(lines) if entry["event"] == "request"]
    assert len(logged) == 1
    entry = logged[0]
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert (entry["tenant"], entry["addon"]) == (acme.id, "webprobe")
    assert isinstance(entry["actor"], int)
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/webprobe/hello", 200)
    assert "in-the-address" not in lines.getvalue()


def test_the_supervisors_questions_do_not_fill_the_log(
    admin: httpx.Client, lines: io.StringIO
) -> None:
    admin.get("/healthz")
    admin.get("/metrics")
    assert lines.getvalue() == ""


def test_what_is_called_a_secret_is_blanked_out(lines: io.StringIO) -> None:
    structlog.get_logger("test").info(
        "connecting",
        password="hunter2",
        headers={"Authorization": "Bearer abc", "Accept": "text/html"},
        url="postgresql://aorabooks:hunter2@db:5432/app",
        api_key="k1",
    )
    assert "hunter2" not in lines.getvalue()
    entry = entries(lines)[0]
    assert entry["password"] == entry["api_key"] == "***"
    assert entry["headers"] == {"Authorization": "***", "Accept": "text/html"}
    assert entry["url"] == "postgresql://aorabooks:***@db:5432/app"


def test_on_a_terminal_the_lines_are_for_people() -> None:
    stream = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=stream, pretty=True)
    structlog.get_logger("test").info("served", tenant="acme")
    structlog.configure(**before)
    assert "served" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def failing(password: str) -> None:
    raise ValueError("no good")


@pytest.mark.parametrize("pretty", [True, False])
def test_a_traceback_shows_where_and_not_with_what(pretty: bool) -> None:
    stream = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=stream, pretty=pretty)
    form = {"password": "hunter2", "note": f"my password is {'hunter'}2"}
    try:
        failing(form["note"])
    except ValueError:
        structlog.get_logger("test").exception("failed")
    structlog.configure(**before)
    assert "ValueError" in stream.getvalue()
    assert "failing" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_a_statement_that_fails_does_not_say_with_what(kernel: Kernel, acme: Tenant) -> None:
    with pytest.raises(DBAPIError) as caught, kernel.session(acme) as session:
        session.execute(text("SELECT 1 / 0 WHERE :typed <> ''"), {"typed": "hunter2"})
    assert "1 / 0" in str(caught.value)
    assert "hunter2" not in str(caught.value)
