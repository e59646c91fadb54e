"""Looks at every database server, and notes how each fares. One that is out of reach costs the look
at the others nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import psycopg
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.errors import Unavailable
from core.kernel import Kernel
from core.secrets import SealError, SecretBox
from tenants.models import DatabaseServer, ServerHealth
from tenants.placement import rule
from tenants.placement.facts import Facts, facts_of
from tenants.provisioning import servers

_AT_ONCE: Final = 8


def check(session: Session, box: SecretBox, *, name: str = "") -> dict[str, str]:
    """Look at all servers, or at one; gives what is wrong, by the server's name."""
    statement = select(DatabaseServer).order_by(DatabaseServer.id)
    if name:
        statement = statement.where(DatabaseServer.name == name)
    known = list(session.scalars(statement))
    if not known:
        return {}
    with ThreadPoolExecutor(min(_AT_ONCE, len(known))) as pool:
        found = list(pool.map(lambda server: look(server, box), known))
    companies = rule.counts(session)
    for server, seen in zip(known, found, strict=True):
        note(session, server, seen, companies.get(server.id, 0))
    problems = {server.name: _problem(seen) for server, seen in zip(known, found, strict=True)}
    return {name: problem for name, problem in problems.items() if problem}


def look(server: DatabaseServer, box: SecretBox) -> Facts | str:
    """What the server says of itself, or why it could not be asked."""
    try:
        with servers.connect(server, box) as admin:
            return facts_of(admin)
    except SealError as error:
        return str(error)
    except (Unavailable, psycopg.Error) as error:
        return str(error.__cause__ or error).strip().partition("\n")[0]


def note(session: Session, server: DatabaseServer, seen: Facts | str, companies: int) -> None:
    """Write down what was seen. Since when it is out of reach is kept while it stays so."""
    problem, now = _problem(seen), utc_now()
    values: dict[str, Any] = {"checked_at": now, "problem": problem, "companies": companies}
    if isinstance(seen, Facts):
        values |= {
            "seen_at": now,
            "postgresql": seen.postgresql,
            "connections": seen.connections,
            "max_connections": seen.max_connections,
            "free_disk": seen.free_disk,
            "sends_changes": seen.sends_changes,
            "takes_changes": seen.takes_changes,
        }
    since = now if problem else None
    new = insert(ServerHealth).values(server_id=server.id, problem_since=since, **values)
    known = ServerHealth.__table__.c.problem_since
    session.execute(
        new.on_conflict_do_update(
            index_elements=[ServerHealth.server_id],
            set_={**values, "problem_since": _first(known, since)},
        )
    )
    session.expire(server, ["health"])


def _first(known: Any, since: Any) -> Any:
    return None if since is None else func.coalesce(known, since)


def _problem(seen: Facts | str) -> str:
    return seen if isinstance(seen, str) else seen.problem


def _check_all(session: Session) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    check(session, kernel.secrets)


JOBS: Final = (
    Job(
        "tenants.check_servers",
        msg("Look at the database servers"),
        _check_all,
        schedule=Schedule("* * * * *"),
    ),
)
