"""Which master keys are still needed, and by what: the answer to "may the old one go?"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import phrase
from core.kernel import Kernel
from tenants.backups.models import Backup
from tenants.control import CONTROL_ID, control
from tenants.keys.databases import Looked
from tenants.models import DatabaseServer
from tenants.provisioning import control_roles, servers


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands where: `under` counts values by key, `waiting` says in sentences why an older key
    must stay, and `lost` names values that none of the keys opens."""

    current: str
    listed: tuple[str, ...]
    under: dict[str, int]
    waiting: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def may_go(self) -> bool:
        """Whether nothing needs any key but the current one."""
        return not (self.waiting or self.lost)


def stand(kernel: Kernel, looked: Iterable[Looked]) -> Standing:
    """Sum up what was found in all databases."""
    listed = kernel.secrets.key_ids
    under, waiting, lost = Counter[str](), list[str](), list[str]()
    for each in looked:
        if each.problem:
            waiting.append(f"{each.slug}: {each.problem}")
        for held in each.held:
            under[held.key_id] += held.values
            where = f"{each.slug}, {held.place}: {held.values}"
            if held.key_id not in listed:
                lost.append(phrase("{where} under {key}", where=where, key=held.key_id))
            elif held.shut:
                lost.append(phrase("{where}, {count} do not open", where=where, count=held.shut))
            elif held.key_id != listed[0]:
                waiting.append(phrase("{where} under {key}", where=where, key=held.key_id))
    with kernel.session(control(kernel), readonly=True) as session:
        waiting += _backups(session, listed)
        server = session.scalars(select(DatabaseServer).order_by(DatabaseServer.id)).first()
    if server is not None:
        with servers.connect(server, kernel.secrets) as admin:
            waiting += _processes(kernel, admin)
    return Standing(listed[0], listed, dict(under), tuple(waiting), tuple(lost))


def _processes(kernel: Kernel, admin: psycopg.Connection) -> list[str]:
    """Processes that have another key first may still seal under it."""
    own = control(kernel)
    current = {own.runtime.user, own.owner.user}
    busy = sum(
        count
        for role, count in control_roles.known(admin, own.runtime.database)
        if role not in current
    )
    if not busy:
        return []
    return [
        phrase(
            "Processes that began with another key first hold {count} connections to the"
            " control plane: restart them.",
            count=busy,
        )
    ]


def _backups(session: Session, listed: tuple[str, ...]) -> list[str]:
    """With a backup of the control plane that the current key opens, all the others open: their
    keys are in it. Before there is one, losing the older key would lose them."""
    newest = session.scalars(
        select(Backup)
        .where(Backup.tenant_id == CONTROL_ID, Backup.status == "whole")
        .order_by(Backup.begun_at.desc())
        .limit(1)
    ).first()
    if newest is None or newest.master_key == listed[0]:
        return []
    return [
        phrase(
            "The newest backup of the control plane opens with an older key: aorabooks backup run"
            " --tenant app"
        )
    ]
