"""A collector gets what requests and jobs are made of: their statements, reactions and calls, by
company and addon, and nothing that anybody typed. Without one, or with one that is dead, all goes
on as ever.

The collector is a real server on a real socket, which speaks OTLP over HTTP (protobuf).
"""

from __future__ import annotations

import io
import json
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import structlog

from core import config, log
from core.auth.credentials import SESSION_COOKIE
from core.auth.users import ADMIN_ROLE
from core.config import Config, ConfigError
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.tracing.starting import traced
from core.web.app import Application
from tenants.composition import kernel_on
from tenants.control import Cluster
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.collector import Heard, StandIn, collecting
from tests.machine import free_port
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
CONTACTS = "/api/v1/contacts/contacts"
STRANGER = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
"""A `traceparent` of somebody's own choice."""
CLIENT = 3
"""The kind of spans for what others are asked, in the protocol."""


@dataclass(slots=True)
class Site:
    """A platform whose traces go to a collector."""

    kernel: Kernel
    transport: AppTransport
    stack: ExitStack

    def visit(self, tenant: Tenant) -> httpx.Client:
        """A browser in which an administrator of the company is signed in."""
        browser = self.stack.enter_context(open_browser(self.transport, f"{tenant.slug}.localhost"))
        sign_in(self.kernel, tenant, browser, [ADMIN_ROLE])
        return browser


@contextmanager
def traced_site(kernel: Kernel, cluster: Cluster, **environment: str) -> Iterator[Site]:
    """The platform of these tests once more, as it is in such an environment."""
    with pytest.MonkeyPatch.context() as env, ExitStack() as stack:
        for name, value in {"OTEL_BSP_SCHEDULE_DELAY": "20", **environment}.items():
            env.setenv(name, value)
        beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_web"))
        settings = config.from_environment(os.environ).traces
        tracer = stack.enter_context(traced(settings, process="test", generation=7))
        mine = stack.enter_context(kernel_on(kernel.config, beside, kernel.catalog, tracer))
        app = Application(mine)
        stack.callback(app.close)
        transport = AppTransport(app)
        stack.callback(transport.shut_down)
        yield Site(mine, transport, stack)


@pytest.fixture(scope="module")
def collector() -> Iterator[StandIn]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def site(kernel: Kernel, cluster: Cluster, collector: StandIn) -> Iterator[Site]:
    with traced_site(
        kernel,
        cluster,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
        AORABOOKS_TRACE_TO="localhost, books.internal",
    ) as site:
        yield site


@pytest.fixture(scope="module")
def mira(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "mira") as tenant:
        yield tenant


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=stream, pretty=False)
    yield stream
    structlog.configure(**before)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """Somebody who is called: the port, and the headers of each call."""
    calls: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            calls.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, calls
        server.shutdown()


def root_of(collector: StandIn, answer: httpx.Response) -> Heard:
    """The span of a request, once it has arrived: after all its parts."""
    asked = answer.headers["x-request-id"]

    def arrived() -> Heard | None:
        return next((s for s in collector.spans if id_of(s) == asked), None)

    return wait_until(arrived, "the request's span")


def id_of(span: Heard) -> str:
    return span.attributes.get("aorabooks.request_id", "")


def parts(collector: StandIn, whole: Heard) -> list[Heard]:
    return [s for s in collector.of_trace(whole.trace_id) if s.parent == whole.span_id]


def test_a_request_is_told_with_its_statements_and_reactions_and_without_what_was_typed(
    site: Site, collector: StandIn, acme: Tenant, lines: io.StringIO
) -> None:
    browser = site.visit(acme)
    typed = {"name": "Umm Secret Trading", "email": "hidden@secret.example", "country": "LB"}
    one, other = (
        browser.post(CONTACTS, json=typed, headers={"Idempotency-Key": f"key-secret-{n}"}).json()
        for n in (1, 2)
    )
    answer = browser.post(
        "/contacts/duplicates/merge?why=secret",
        data={"keep": one["id"], "other": other["id"]},
        headers={"traceparent": STRANGER},
    )
    assert answer.status_code < 400, answer.text

    root = root_of(collector, answer)
    assert root.name == "POST /contacts/duplicates/merge"
    assert (root.parent, root.failed) == ("", False)
    assert root.trace_id not in STRANGER, "a stranger's word is not believed"
    about = root.attributes
    assert about["http.route"] == "/contacts/duplicates/merge"
    assert about["http.response.status_code"] == answer.status_code
    assert (about["aorabooks.tenant"], about["aorabooks.addon"]) == (acme.id, "contacts")
    assert about["aorabooks.actor"] == "user"

    below = parts(collector, root)
    statements = [s for s in below if s.attributes.get("db.system.name") == "postgresql"]
    assert {"SELECT contacts.contact", "UPDATE contacts.contact", "COMMIT"} <= {
        s.name for s in statements
    }
    assert {s.kind for s in statements} == {CLIENT}
    reaction = next(s for s in below if s.name == "contacts.ContactsMerged → accounting")
    assert reaction.attributes["aorabooks.addon"] == "accounting"
    assert reaction.attributes["aorabooks.event"] == "contacts.ContactsMerged"
    mine = parts(collector, reaction)
    assert mine
    assert {s.attributes["aorabooks.addon"] for s in mine} == {"accounting"}
    everything = collector.of_trace(root.trace_id)
    assert about["aorabooks.statements"] == sum("db.query.text" in s.attributes for s in everything)

    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    said = next(e for e in logged if e.get("request_id") == answer.headers["x-request-id"])
    assert said["trace_id"] == root.trace_id

    assert {r["service.name"] for r in collector.resources} == {"aorabooks"}
    assert {r["aorabooks.generation"] for r in collector.resources} == {7}
    sent = b"".join(collector.bodies)
    cookie = browser.cookies[SESSION_COOKIE]
    secrets = [*typed.values(), "secret", cookie, acme.slug, acme.title, acme.runtime.password]
    for secret in [*secrets, browser.headers["x-csrf-token"], f"/{one['id']}?", "@example.com"]:
        if secret != "LB":
            assert secret.encode() not in sent, secret


def test_a_job_goes_on_with_the_trace_of_its_request_and_only_named_hosts_learn_of_it(
    site: Site, collector: StandIn, acme: Tenant, listener: tuple[int, list[dict[str, str]]]
) -> None:
    port, calls = listener
    urls = [f"http://{host}:{port}/secret/7?token=secret" for host in ("127.0.0.1", "localhost")]
    asked = site.visit(acme).post("/webprobe/call", data={"url": urls})
    assert asked.status_code == 200, asked.text
    work_off(site.kernel, acme)

    root = root_of(collector, asked)
    jobs = wait_until(
        lambda: [*found] if len(found := jobs_of(collector, root)) == 2 else None, "both jobs"
    )
    assert {job.parent for job in jobs} == {root.span_id}
    for job in jobs:
        assert job.attributes["aorabooks.tenant"] == acme.id
        assert job.attributes["aorabooks.job.result"] == "done"
    posts = [s for job in jobs for s in parts(collector, job) if s.name == "POST"]
    assert {s.attributes["server.address"] for s in posts} == {"127.0.0.1", "localhost"}
    assert {s.attributes["http.response.status_code"] for s in posts} == {204}

    told = {call["host"].partition(":")[0]: call.get("traceparent") for call in calls}
    ours = next(s for s in posts if s.attributes["server.address"] == "localhost")
    assert told == {"127.0.0.1": None, "localhost": f"00-{root.trace_id}-{ours.span_id}-01"}
    assert not any("tracestate" in call or "baggage" in call for call in calls)


def jobs_of(collector: StandIn, root: Heard) -> list[Heard]:
    return [s for s in collector.of_trace(root.trace_id) if s.name == "webprobe.call"]


def test_what_fails_is_marked_by_the_kind_of_its_error(
    site: Site, collector: StandIn, acme: Tenant
) -> None:
    root = root_of(collector, site.visit(acme).get("/webprobe/boom"))
    assert (root.name, root.failed) == ("GET /webprobe/boom", True)
    assert root.attributes["error.type"] == "RuntimeError"
    assert "hunter2" not in str(root)


def test_companies_that_work_at_the_same_time_do_not_meet_in_a_trace(
    site: Site, collector: StandIn, acme: Tenant, mira: Tenant
) -> None:
    browsers = [site.visit(company) for company in (acme, mira) for _ in range(2)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        visits = [
            pool.submit(browser.get, "/api/v1/webprobe/count")
            for _ in range(5)
            for browser in browsers
        ]
        answers = [visit.result() for visit in visits]
    roots = [root_of(collector, answer) for answer in answers]
    assert len({root.trace_id for root in roots}) == len(roots)
    assert {root.attributes["aorabooks.tenant"] for root in roots} == {acme.id, mira.id}
    for root in roots:
        trace = collector.of_trace(root.trace_id)
        assert "SELECT webprobe.item" in {s.name for s in trace}
        assert {s.attributes["aorabooks.tenant"] for s in trace} == {
            root.attributes["aorabooks.tenant"]
        }


def test_a_proxy_is_believed_where_the_operator_says_so_and_what_is_left_out_stays_out(
    kernel: Kernel, cluster: Cluster, collector: StandIn, acme: Tenant
) -> None:
    left_out = STRANGER.removesuffix("01") + "00"
    with traced_site(
        kernel,
        cluster,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        AORABOOKS_TRACE_FROM_PROXY="yes",
    ) as site:
        browser = site.visit(acme)
        silent = browser.get("/webprobe/hello", headers={"traceparent": left_out})
        heard = browser.get("/webprobe/hello", headers={"traceparent": STRANGER})
        root = root_of(collector, heard)
    assert f"{root.trace_id}-{root.parent}" in STRANGER
    assert silent.headers["x-request-id"] not in {id_of(s) for s in collector.spans}


def test_a_collector_that_does_not_answer_costs_spans_and_no_request(
    kernel: Kernel, cluster: Cluster, acme: Tenant, lines: io.StringIO
) -> None:
    with collecting() as slow:
        slow.answers.clear()
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": slow.url, "OTEL_BSP_MAX_QUEUE_SIZE": "8"}
        with traced_site(kernel, cluster, **environment) as site:
            browser = site.visit(acme)
            token = {"authorization": "Bearer metrics-test-token"}

            def overflowing() -> str:
                """The metrics, once the queue is full: how many spans are under way varies."""
                assert browser.get("/webprobe/hello").status_code == 200
                shown = browser.get("/metrics", headers=token).text
                return shown if figure(shown, "dropped") > 0 else ""

            shown = wait_until(overflowing, "spans to be dropped")
            assert figure(shown, "sent") == 0
            slow.answers.set()
            wait_until(lambda: slow.spans, "what was waiting")

    nobody = f"http://127.0.0.1:{free_port()}"
    with traced_site(
        kernel, cluster, OTEL_EXPORTER_OTLP_ENDPOINT=nobody, OTEL_EXPORTER_OTLP_TIMEOUT="1"
    ) as site:
        browser = site.visit(acme)
        assert browser.get("/webprobe/hello").status_code == 200
        assert site.kernel.tracer is not None
        figures = site.kernel.tracer.figures
        wait_until(lambda: figures()["failed"], "the failure to be counted")
        for _ in range(3):
            assert browser.get("/webprobe/hello").status_code == 200
    said = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [e["level"] for e in said if "traces cannot be sent" in e["event"]] == ["warning"]


def figure(metrics: str, outcome: str) -> float:
    label = f'aorabooks_trace_spans_total{{outcome="{outcome}"}} '
    found = next(line for line in metrics.splitlines() if line.startswith(label))
    return float(found.removeprefix(label))


def test_only_where_a_collector_is_configured_something_of_it_is_loaded(web_config: Config) -> None:
    assert web_config.traces is None
    with traced(web_config.traces, process="test") as tracer:
        assert tracer is None
    importing = re.compile(r"^ *(?:from|import) (opentelemetry|core\.tracing\.collector)\b", re.M)
    found = {
        path.relative_to(ROOT).as_posix(): set(importing.findall(path.read_text()))
        for floor in ("core", "tenants", "addon_registry", "addons")
        for path in (ROOT / floor).rglob("*.py")
    }
    assert {name: by for name, by in found.items() if by} == {
        "core/tracing/collector.py": {"opentelemetry"},
        "core/tracing/outbox.py": {"opentelemetry"},
        "core/tracing/spans.py": {"opentelemetry"},
        "core/tracing/starting.py": {"core.tracing.collector"},  # within the function
    }


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, ""),
        ({"OTEL_SDK_DISABLED": "true"}, ""),
        ({"OTEL_TRACES_EXPORTER": "none"}, ""),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http/protobuf"),
    ],
)
def test_the_standard_variables_decide(said: dict[str, str], refused: str) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", **said}
    if refused:
        with pytest.raises(ConfigError, match=refused):
            config.from_environment(environment)
    else:
        assert (config.from_environment(environment).traces is None) is bool(said)
