"""`tenant_session`: the only way to a tenant's data.

A session belongs to one tenant, one connection and one transaction. It carries its
`Binding` (who asks, for which tenant, with which addons), which services read with
`binding(session)`. Commit happens when the block ends, rollback when it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, LiteralString

import psycopg
from sqlalchemy import Executable, TextClause, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db.breaker import OutOfReach
from core.db.engine import TenantEngine
from core.db.lease import CommitLost
from core.db.losing import nothing_saved, outcome_unknown
from core.db.sending import send
from core.errors import Unavailable
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState, SessionTransaction

Role = Literal["runtime", "owner"]

_BINDING = "aorabooks.binding"
_ATTRIBUTED = "aorabooks.attributed"
_AFTER_COMMIT = "aorabooks.after_commit"
_AT_COMMIT = "aorabooks.at_commit"
_READONLY = "aorabooks.readonly"
_ALONG = "aorabooks.asked_along"
_READING_WORDS = ("SELECT", "WITH", "SHOW", "EXPLAIN", "VALUES")


@dataclass(frozen=True, slots=True)
class Author:
    """To whom the audit trail attributes changes: a label and, for a person, the user's id.
    `door` is how they came: "page", "api", "job", or nothing for the system's own work."""

    label: str
    user_id: int | None = None
    request_id: str = ""
    door: str = ""


SYSTEM = Author("system")


@dataclass(slots=True)
class Binding:
    """What a session belongs to. `context` holds what higher layers bind (actor, catalog view)."""

    tenant: Tenant
    author: Author = SYSTEM
    context: dict[str, Any] = field(default_factory=dict)


def binding(session: Session) -> Binding:
    """The binding of a tenant session; raises LookupError for a session made otherwise."""
    try:
        return session.info[_BINDING]
    except KeyError:
        raise LookupError("this session was not opened by tenant_session") from None


def is_bound(session: Session) -> bool:
    """Whether the session was opened by `tenant_session`."""
    return _BINDING in session.info


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run `action` once this transaction has committed; never if it rolls back, nor if the
    savepoint that it was asked for in does."""
    asked_in = _transaction(session)
    session.info.setdefault(_AFTER_COMMIT, []).append((asked_in, action))


def at_commit(session: Session, work: Callable[[Session, list[Any]], None], item: Any) -> int:
    """Have `work` done as the last thing of this transaction, once, with all that it was asked for:
    what takes locks that everybody waits for, or is dearer one by one. What an undone savepoint
    asked for is left out; an exception undoes the transaction. Returns how much is waiting."""
    waiting = session.info.setdefault(_AT_COMMIT, [])
    waiting.append((_transaction(session), work, item))
    return len(waiting)


def do_now(session: Session, work: Callable[[Session, list[Any]], None]) -> None:
    """Do what `work` was asked to do at the commit, as far as it is known. Within a savepoint it
    goes on waiting, since undoing that would undo what was asked for before it."""
    if session.in_nested_transaction():
        return
    waiting = session.info.get(_AT_COMMIT, [])
    items = [item for _, asked, item in waiting if asked is work]
    if items:
        waiting[:] = [one for one in waiting if one[1] is not work]
        work(session, items)


def _finish(session: Session) -> None:
    while asked := session.info.pop(_AT_COMMIT, None):
        items: dict[Callable[[Session, list[Any]], None], list[Any]] = {}
        for _, work, item in asked:
            items.setdefault(work, []).append(item)
        for work, given in items.items():
            work(session, given)


class _TenantSession(Session):
    """A session that does what waits for the commit, whoever commits it."""

    def commit(self) -> None:
        _finish(self)
        super().commit()


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """A part of the transaction that an exception undoes by itself, with all that it asked to
    be done after the commit."""
    promised = {name: len(session.info.get(name, ())) for name in (_AFTER_COMMIT, _AT_COMMIT)}
    attributed = session.info.get(_ATTRIBUTED)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for name, kept in promised.items():
            del session.info.get(name, [])[kept:]
        session.info[_ATTRIBUTED] = attributed  # whom changes are attributed to is undone too
        raise


@contextmanager
def tenant_session(
    engine: TenantEngine,
    tenant: Tenant,
    *,
    author: Author = SYSTEM,
    role: Role = "runtime",
    readonly: bool = False,
    context: dict[str, Any] | None = None,
) -> Iterator[Session]:
    """A session on the tenant's own database, committed at the end of the block.

    `role="owner"` gives the role that may change the schema; only the module manager asks
    for it. A `readonly` session refuses to write and spares the round trips of a transaction:
    under READ COMMITTED every statement sees its own snapshot either way. Raises Unavailable
    when the database or the connection budget is out of reach.
    """
    address = tenant.runtime if role == "runtime" else tenant.owner
    try:
        connection = engine.connect(address, keep=role == "runtime", autocommit=readonly)
    except OutOfReach as error:
        # What the operator calls a server is nothing for a reseller's customers.
        server = "" if tenant.brand.is_own else tenant.server
        raise error.of(server) from error.__cause__
    session = _TenantSession(bind=connection, expire_on_commit=False)
    session.info[_BINDING] = Binding(tenant, author, {} if context is None else context)
    session.info[_READONLY] = readonly
    try:
        yield session
        session.commit()
    except BaseException as error:
        _abandon(session)
        lost = _lost_connection(error)
        if lost is None:
            raise
        raise lost from error
    finally:
        session.close()
        connection.close()
    for _, action in session.info.pop(_AFTER_COMMIT, ()):
        action()


def is_readonly(session: Session) -> bool:
    """Whether the session only reads, each statement in a transaction of its own."""
    return bool(session.info.get(_READONLY))


def attribute(session: Session) -> None:
    """Tell the audit triggers of this transaction who is acting, once per transaction. What
    `ask_along` was given goes along."""
    if is_readonly(session):
        raise RuntimeError("this session only reads: a page that is fetched must not write")
    if _BINDING in session.info and not _is_attributed(session):
        question, keep = session.info.get(_ALONG) or ("NULL", None)
        answer = _attribute_and_ask(session, question)
        if keep is not None:
            keep(session, answer)


def ask_along(
    session: Session, question: LiteralString, keep: Callable[[Session, Any], None]
) -> None:
    """Have a scalar expression of SQL answered in the statement that says who is acting, and `keep`
    told the answer: it would be asked anyway, and costs no round trip so."""
    session.info[_ALONG] = (question, keep)


def ask(session: Session, question: LiteralString) -> Any:
    """The answer to a scalar expression of SQL. The first one of a transaction costs no round trip
    of its own where the transaction may write: it goes along with who is acting."""
    if is_readonly(session) or _is_attributed(session):
        return _scalar(session, "SELECT " + question, {})
    return _attribute_and_ask(session, question)


def _is_attributed(session: Session) -> bool:
    known = session.info.get(_ATTRIBUTED)
    return known is not None and known is session.get_transaction()


def _attribute_and_ask(session: Session, question: LiteralString) -> Any:
    author = binding(session).author
    session.connection()  # begins the transaction
    session.info[_ATTRIBUTED] = session.get_transaction()
    who = {
        "label": author.label,
        "user_id": "" if author.user_id is None else str(author.user_id),
        "request_id": author.request_id,
        "door": author.door,
    }
    return _scalar(session, f"SELECT {question}, {_ATTRIBUTE}", who)


def _scalar(session: Session, statement: LiteralString, values: Mapping[str, str]) -> Any:
    cursor = send(session.connection(), statement, values)
    row = cursor.fetchone()
    cursor.close()
    return row[0]


def reattribute(session: Session, author: Author) -> None:
    """From here on the changes of this transaction are this author's: somebody who came as
    nobody has just proved who they are."""
    binding(session).author = author
    session.info.pop(_ATTRIBUTED, None)


_ATTRIBUTE: Final = (
    "set_config('aorabooks.actor', %(label)s, true),"
    " set_config('aorabooks.actor_id', %(user_id)s, true),"
    " set_config('aorabooks.request_id', %(request_id)s, true),"
    " set_config('aorabooks.door', %(door)s, true)"
)


def _abandon(session: Session) -> None:
    try:
        session.rollback()
    except DBAPIError:
        # The connection is gone; the server has rolled back by itself.
        session.invalidate()


def _lost_connection(error: BaseException) -> Unavailable | None:
    if isinstance(getattr(error, "orig", error), CommitLost):
        return outcome_unknown()
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, psycopg.OperationalError):
        return nothing_saved()
    return None


@event.listens_for(Session, "before_flush")
def _attribute_flush(session: Session, *_: Any) -> None:
    attribute(session)


@event.listens_for(Session, "after_soft_rollback")
def _drop_actions(session: Session, gone: SessionTransaction) -> None:
    """What was asked for within a transaction or a savepoint goes with it."""
    for name in (_AFTER_COMMIT, _AT_COMMIT):
        actions = session.info.get(name)
        if actions:
            actions[:] = [item for item in actions if not _is_within(item[0], gone)]


def _transaction(session: Session) -> SessionTransaction | None:
    """The savepoint or transaction that is under way."""
    return session.get_nested_transaction() or session.get_transaction()


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer


@event.listens_for(Session, "do_orm_execute")
def _attribute_bulk(state: ORMExecuteState) -> None:
    if state.is_select or _only_reads(state.statement, state.session):
        return
    attribute(state.session)


def _only_reads(statement: Executable, session: Session) -> bool:
    """Textual SQL does not say what it does; a session that may write attributes it anyway."""
    return (
        bool(session.info.get(_READONLY))
        and isinstance(statement, TextClause)
        and begins_to_read(statement)
    )


def begins_to_read(statement: TextClause) -> bool:
    """Whether a text begins as one that reads."""
    return statement.text.split(None, 1)[0].upper() in _READING_WORDS
