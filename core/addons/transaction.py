"""The transaction in which the addons of a tenant change, one change at a time.

It belongs to the owner role and holds the tenant's lifecycle lock. All of a change happens in
it, migrations and hooks included, so that it happens whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import func, insert, text
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from core.addons import migrations, recorded, states
from core.addons.catalog import Catalog, LoadedAddon
from core.addons.containment import contained
from core.addons.models import AddonLogEntry, AddonRecord
from core.addons.states import State, TenantState
from core.db import search_index
from core.db.full_disk import DiskIsFull, fills_the_disk
from core.db.session import SYSTEM, binding, tenant_session
from core.errors import Conflict, Unavailable
from core.i18n.phrases import phrase

if TYPE_CHECKING:
    from core.auth.actor import Actor
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant

LIFECYCLE_LOCK: Final = 7_215_001
"""The advisory lock of lifecycle changes, one per database and so one per tenant."""

_CHANGED: Final = "aorabooks.addons.changed"
_UNREAD: Final = "aorabooks.addons.unread"
_BUSY: Final = (LockNotAvailable, DeadlockDetected)

# A migration may work for long; the connection's usual limits are meant for requests.
_BEGIN: Final = text(
    "SELECT set_config('statement_timeout', '15min', true),"
    " set_config('idle_in_transaction_session_timeout', '0', true), pg_advisory_xact_lock(:lock)"
)

log = structlog.get_logger(__name__)


class AddonFailed(Conflict):
    """An addon raised while it was being changed; nothing of the change was kept."""

    code = "addon-failed"

    def __init__(self, addon: str, message: str) -> None:
        super().__init__(
            message,
            fix=phrase("Nothing was changed. Tell the addon's author, then try again."),
        )
        self.addon = addon


@contextmanager
def changing(
    kernel: Kernel, tenant: Tenant, actor: Actor | None, *, action: str, look: bool = False
) -> Iterator[Session]:
    """A session of the owner role that holds the lock and knows the state as it is now.

    If an addon fails, everything is undone but a line about it in the addon's history. What is
    there is recorded outside the database when it was changed, with `look` in any case.
    """
    telling = None
    try:
        with _transaction(kernel, tenant, actor) as session:
            refresh(session)
            yield session
            changed = _CHANGED in session.info
            if changed:
                tell_addons(session)
            if changed or look:
                telling = recorded.before_commit(session, current(session).rows)
    except AddonFailed as failure:
        with _transaction(kernel, tenant, actor) as session:
            version = kernel.catalog.addons[failure.addon].manifest.version
            details = {"reason": failure.message, "version": version}
            note(session, failure.addon, action, outcome="failed", **details)
        raise
    finally:
        kernel.states.forget(tenant.id)
    if telling is not None:
        recorded.after_commit(kernel, tenant, telling)
    if changed and tenant.status == "active":
        # The workers plan the jobs of a tenant anew when they look at it.
        kernel.board.wake(tenant.id)


@contextmanager
def _transaction(kernel: Kernel, tenant: Tenant, actor: Actor | None) -> Iterator[Session]:
    # No session of the kernel's: which addons there are is read under the lock, and not before.
    bound: dict[str, Any] = {"kernel": kernel}
    if actor is not None:
        bound["actor"] = actor
    author = SYSTEM if actor is None else actor.author()
    try:
        with tenant_session(
            kernel.engine, tenant, author=author, role="owner", context=bound
        ) as session:
            session.execute(_BEGIN, {"lock": LIFECYCLE_LOCK})
            yield session
    except OperationalError as error:
        if fills_the_disk(error):
            raise DiskIsFull from error
        if not isinstance(error.orig, _BUSY):
            raise
        raise Unavailable(
            phrase("The company's tables are in use by another change. Nothing was changed."),
            retry_after=5,
        ) from error


@contextmanager
def blaming(
    addon: LoadedAddon, doing: str, *, passing: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Turn whatever foreign code raises into a sentence that names the addon.

    What is in `passing` goes through as it is, and so does what is no fault of the addon's:
    a lost connection, a full disk, or a lock that a busy company did not let go in time.
    """
    try:
        yield
    except passing:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and (
            error.connection_invalidated or isinstance(error.orig, _BUSY) or fills_the_disk(error)
        ):
            raise
        log.exception("addon failed", addon=addon.name, doing=doing)
        # The database's own words, without the statement and its values.
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        first_line = str(cause).strip().partition("\n")[0]
        message = phrase(
            "{addon} failed at {doing}: {error}",
            addon=addon.manifest.title,
            doing=doing,
            error=f"{type(cause).__name__}: {first_line}",
        )
        raise AddonFailed(addon.name, message) from error


def tell_addons(session: Session) -> None:
    """Let the enabled addons know, in this transaction, that the set of addons changed.

    One that fails at it must not hold up the others' change; it is told again the next time.
    """
    if _UNREAD in session.info:
        refresh(session)
    catalog, state = catalog_of(session), current(session)
    # While the kernel's own tables are not there, nobody can keep anything in step.
    if states.KERNEL in state.behind or states.KERNEL not in state.enabled:
        return
    hook = "addons_changed"
    catalog.call(hook, states.KERNEL, session=session)
    for name in catalog.implementers(hook, state.enabled - {states.KERNEL}):
        contained(session, name, hook, partial(catalog.call, hook, name, session=session))
    session.flush()


def current(session: Session) -> TenantState:
    """The tenant's addons as this transaction has them."""
    return binding(session).context["state"]


def catalog_of(session: Session) -> Catalog:
    """The catalog of this process."""
    return binding(session).context["kernel"].catalog


def refresh(session: Session) -> None:
    """Let this transaction see the addons as it has changed them."""
    binding(session).context["state"] = states.read(session, catalog_of(session))
    session.info.pop(_UNREAD, None)


def bring_up(session: Session, addon: LoadedAddon, *, action: str) -> None:
    """Run the addon's missing migrations and record it as enabled."""
    before = current(session).rows.get(addon.name)
    with blaming(addon, "its migrations"):
        if addon.later is not None:
            connection = session.connection()
            if migrations.bring_back(connection, addon.name, addon.folder, addon.later):
                action = "downgrade"
        head = migrations.upgrade(session.connection(), addon.name, addon.folder)
        _attach_search(session, addon)
    version = addon.manifest.version
    record(session, addon.name, "enabled", version=version, head=head, digest=addon.digest)
    note(
        session,
        addon.name,
        action,
        version=version,
        head=head,
        previous={"version": before.version, "head": before.head} if before else None,
    )


def switch_on(
    session: Session,
    addon: LoadedAddon,
    *,
    action: str,
    passing: tuple[type[Exception], ...] = (),
) -> None:
    """Bring up an addon that was not enabled, and let it set itself up; what of its errors is in
    `passing` reaches the caller as it is."""
    bring_up(session, addon, action=action)
    refresh(session)
    with blaming(addon, "addon_enabled", passing=passing):
        catalog_of(session).call("addon_enabled", addon.name, session=session)
        session.flush()


def _attach_search(session: Session, addon: LoadedAddon) -> None:
    resources = catalog_of(session).contributions.resources
    wide = search_index.widest((r.addon, r.item.model, r.item.search) for r in resources)
    all_searched = [
        (owned.addon, search_index.searched(owned.item.model, owned.item.search, wide))
        for owned in resources
    ]
    own = [item for owner, item in all_searched if owner == addon.name]
    everybody = [item for _, item in all_searched]
    search_index.attach(session.connection(), addon.name, own, everybody)


def record(session: Session, addon: str, state: State, **values: Any) -> None:
    """Write what the addon is from now on; values that are not given stay as they are."""
    row = {
        "state": state,
        "reason": "",
        "changed_at": func.now(),
        "changed_by": binding(session).author.label,
        **values,
    }
    new = insert_or(AddonRecord).values(name=addon, **{"version": "", **row})
    session.execute(new.on_conflict_do_update(index_elements=[AddonRecord.name], set_=row))
    session.info[_CHANGED] = session.info[_UNREAD] = True


def note(
    session: Session, addon: str, action: str, *, outcome: str = "done", **detail: Any
) -> None:
    """Add a line to the history of the tenant's addons."""
    session.execute(
        insert(AddonLogEntry).values(
            addon=addon,
            action=action,
            outcome=outcome,
            actor=binding(session).author.label,
            detail={key: value for key, value in detail.items() if value is not None},
        )
    )
