"""One request's work: who asks, may they, what the handler replies, and the commit.

This is where a request meets its tenant's data. Everything here runs in one worker thread and
one session; the answer is ready before the commit and sent only after it, so nothing leaves a
transaction that did not happen, and a transaction that lost a race can simply be run again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, reset_contextvars

from core.addons import under_way
from core.addons.blame import addon_at_fault, described
from core.addons.lifecycle import ensure_current
from core.addons.states import TenantState
from core.auth.actor import Actor
from core.custody.room import take_room
from core.db.session import binding
from core.db.slow import working_for
from core.errors import AppError, NotFound, Unavailable
from core.kernel import Kernel
from core.live.missed import horizon
from core.tracing.current import within
from core.web import database_errors, moving
from core.web.admission import admit, authorize, identify
from core.web.answer import Answer
from core.web.blocking import require_open
from core.web.compression import compress
from core.web.confirmation import CONFIRM_FIELD, CONFIRM_HEADER, bind_confirmations
from core.web.dashboards.kept import forget_figures
from core.web.errors import MethodNotAllowed
from core.web.failures import Failures
from core.web.idempotency import HEADER as IDEMPOTENCY_KEY
from core.web.idempotency import Repeatable
from core.web.incoming import API_PREFIX, MAX_UPLOAD, Incoming
from core.web.rendering import Renderer
from core.web.request import Request
from core.web.routing import Match, Mount
from core.web.shell import HORIZON
from core.web.tracing import name_request, trace_of

SAFE_METHODS = frozenset({"GET", "HEAD"})

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class _Behind(Exception):
    """The tenant's tables are older than this process; not an error, but first an upgrade."""


class Transactions:
    """Answers requests, each in a transaction of its own; one per process, thread-safe."""

    def __init__(self, kernel: Kernel, renderer: Renderer, failures: Failures) -> None:
        self._kernel = kernel
        self._renderer = renderer
        self._failures = failures

    def answer(self, incoming: Incoming, match: Match | None) -> Answer:
        """The answer to a request, whatever happens; called in a worker thread."""
        answer = self._told(incoming, lambda: self._run(incoming, match, self._transact))
        return compress(answer, incoming.headers.get("accept-encoding", ""))

    def upload_limit(self, incoming: Incoming, match: Match) -> int | Answer:
        """How many bytes of files may be sent with this request, or why none; called in a worker
        thread before any of them is read."""
        return self._told(incoming, lambda: self._run(incoming, match, self._admit_upload))

    def _told(self, incoming: Incoming, work: Callable[[], Result]) -> Result | Answer:
        bound = bind_contextvars(
            request_id=incoming.request_id, tenant=incoming.tenant.id, **trace_of(incoming)
        )
        try:
            with within(incoming.span):
                return work()
        except AppError as error:
            return self._failures.answer(incoming, error)
        except Exception as error:
            told = database_errors.explain(error)
            if told is not None:
                log.info("the database refused", reason=type(error).__name__)
                return self._failures.answer(incoming, told)
            told = database_errors.lost(error, writes=incoming.method not in SAFE_METHODS)
            if told is not None:
                log.warning("a connection was lost", exc_info=error)
                return self._failures.answer(incoming, told)
            self._count(incoming, error)
            if incoming.span is not None:
                incoming.span.fail(type(error).__name__)
            return self._failures.incident(incoming, error)
        finally:
            incoming.close()
            reset_contextvars(**bound)

    def _count(self, incoming: Incoming, error: Exception) -> None:
        catalog = self._kernel.catalog
        addon = addon_at_fault(catalog, error, incoming.addon)
        if addon:
            said = described(catalog, error)
            self._kernel.health.count(incoming.tenant.id, addon, "errors", said)

    def _run(
        self,
        incoming: Incoming,
        match: Match | None,
        transact: Callable[[Incoming, Match], Result],
    ) -> Result:
        if match is None:
            incoming.actor = identify(self._kernel, incoming)
            raise _nothing_here()
        incoming.addon, incoming.route = match.addon, match.route
        name_request(incoming)
        with working_for(incoming.tenant.id, match.addon):
            return self._run_again_if_outdated(incoming, match, transact)

    def _run_again_if_outdated(
        self,
        incoming: Incoming,
        match: Match,
        transact: Callable[[Incoming, Match], Result],
    ) -> Result:
        try:
            return transact(incoming, match)
        except Unavailable as error:
            place = moving.new_place(self._kernel.directory, incoming.tenant, error)
            if place is None:
                raise
            incoming.tenant = place
            log.info("led to the new place")
        except _Behind:
            ensure_current(self._kernel, incoming.tenant, patience=under_way.PATIENCE)
        except Exception as error:
            if database_errors.is_outdated(error):
                # Asked of older tables before it was known that they are behind.
                ensure_current(self._kernel, incoming.tenant, patience=under_way.PATIENCE)
            elif not database_errors.is_transient(error):
                raise
            log.info("tried again", reason=type(error).__name__)
        incoming.rewind()
        return transact(incoming, match)

    def _admit_upload(self, incoming: Incoming, match: Match) -> int:
        incoming.actor = identify(self._kernel, incoming)
        with self._kernel.session(incoming.tenant, actor=incoming.actor, readonly=True) as session:
            _require_current(session, match)
            mount = _mount(incoming, match)
            authorize(incoming, mount, incoming.actor)
            require_open(session, mount)
            if mount.writes:
                take_room(session, 0)
            return MAX_UPLOAD if mount.upload is None else mount.upload(session)

    def _transact(self, incoming: Incoming, match: Match) -> Answer:
        incoming.actor = identify(self._kernel, incoming)
        with self._kernel.session(
            incoming.tenant,
            actor=incoming.actor,
            request_id=incoming.request_id,
            door="api" if incoming.path.startswith(API_PREFIX) else "page",
            readonly=incoming.method in SAFE_METHODS,
        ) as session:
            _require_current(session, match)
            mount = _mount(incoming, match)
            admit(incoming, mount, incoming.actor)
            require_open(session, mount)
            uploaded = sum(upload.size for _, upload in incoming.files.multi_items())
            if uploaded and mount.writes:
                take_room(session, uploaded)
            answer = self._reply(session, incoming, match, mount)
        if incoming.method not in SAFE_METHODS:
            forget_figures(self._kernel, incoming.tenant, incoming.actor)
        return answer

    def _reply(self, session: Session, incoming: Incoming, match: Match, mount: Mount) -> Answer:
        request = _request(incoming, match, incoming.actor)
        writes = incoming.method not in SAFE_METHODS
        repeatable = None
        if writes:
            bind_confirmations(session, _confirmations(incoming))
            # Pages are for people, and may show what must not be kept, such as a new token.
            if IDEMPOTENCY_KEY in incoming.headers and incoming.path.startswith(API_PREFIX):
                repeatable = Repeatable(session, incoming, incoming.actor)
                earlier = repeatable.earlier_answer()
                if earlier is not None:
                    return earlier
        if not writes and request.wants == "page" and incoming.actor.kind == "user":
            binding(session).context[HORIZON] = horizon(session)
        reply = mount.handler(session, request)
        if writes:
            session.flush()
        answer = self._renderer.render(session, request, reply)
        if repeatable is not None:
            repeatable.keep(answer)
        return answer


def _require_current(session: Session, match: Match) -> None:
    """Raise unless the tenant has the addon that answers here, with tables of this process."""
    state: TenantState = binding(session).context["state"]
    if match.addon not in state.enabled:
        raise _nothing_here()
    if state.behind:
        raise _Behind


def _mount(incoming: Incoming, match: Match) -> Mount:
    method = "GET" if incoming.method == "HEAD" else incoming.method
    mount = match.mounts.get(method)
    if mount is None:
        raise MethodNotAllowed(tuple(sorted(match.mounts)))
    return mount


def _request(incoming: Incoming, match: Match, actor: Actor) -> Request:
    return Request(
        method=incoming.method,
        path=incoming.path,
        tenant=incoming.tenant,
        actor=actor,
        path_params=match.params,
        query=incoming.query,
        form=incoming.form,
        files=incoming.files,
        body=incoming.body,
        headers=incoming.headers,
        cookies=incoming.cookies,
        locale=incoming.locale,
        request_id=incoming.request_id,
        wants=incoming.wants,
        host=incoming.host,
        secure=incoming.secure,
        client=incoming.client,
    )


def _confirmations(incoming: Incoming) -> frozenset[str]:
    header = incoming.headers.get(CONFIRM_HEADER, "")
    named = [*incoming.form.getlist(CONFIRM_FIELD), *header.split(",")]
    return frozenset(key.strip() for key in named if key.strip())


def _nothing_here() -> NotFound:
    return NotFound(
        "There is no such page.", fix="Check the address, or go on from the start page."
    )
