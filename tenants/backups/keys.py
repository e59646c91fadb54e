"""The key of each tenant's backups: random, and sealed under the master key.

It is kept in the control plane, and sealed in each backup's manifest as well: who holds the
master key can open a backup when nothing else is left.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from sqlalchemy.dialects.postgresql import insert

from core.errors import Conflict, InvalidInput
from core.i18n import phrase
from core.kernel import Kernel
from core.secrets import SealError, SecretBox
from tenants.backups.models import BackupKey
from tenants.backups.sealing import KEY_BYTES
from tenants.control import control


def key_of(kernel: Kernel, tenant_id: str) -> bytes:
    """The key, made when it is first asked for; raises Conflict under a wrong master key."""
    with kernel.session(control(kernel)) as session:
        new = seal(kernel.secrets, tenant_id, secrets.token_bytes(KEY_BYTES))
        session.execute(
            insert(BackupKey)
            .values(tenant_id=tenant_id, sealed=new)
            .on_conflict_do_nothing(index_elements=[BackupKey.tenant_id])
        )
        sealed = session.get_one(BackupKey, tenant_id).sealed
    return unseal(kernel.secrets, tenant_id, sealed)


def known_key(kernel: Kernel, tenant_id: str, sealed: str) -> bytes:
    """The key that the control plane holds, which master keys to come reach; where it holds none,
    the one that a manifest does. Raises Conflict under a wrong master key."""
    with kernel.session(control(kernel), readonly=True) as session:
        row = session.get(BackupKey, tenant_id)
        kept = sealed if row is None else row.sealed
    return unseal(kernel.secrets, tenant_id, kept)


def seal(box: SecretBox, tenant_id: str, key: bytes) -> str:
    """The key as the control plane and manifests hold it."""
    return box.seal(key, bound_to=_place(tenant_id))


def unseal(box: SecretBox, tenant_id: str, sealed: str) -> bytes:
    """The key; raises Conflict that says which master key is wanted."""
    try:
        return box.open(sealed, bound_to=_place(tenant_id))
    except SealError as error:
        raise Conflict(
            phrase("The master key that is set here does not open the key of these backups."),
            fix=phrase(
                "Put the key with the id {id}, under which they were made, into"
                " AORABOOKS_SECRET_KEY, behind the current one.",
                id=sealed.partition(".")[0],
            ),
        ) from error


def as_text(key: bytes) -> str:
    """A tenant's key for a file that its owner keeps."""
    return base64.urlsafe_b64encode(key).decode()


def from_text(text: str) -> bytes:
    """A key of such a file; raises InvalidInput if it is none."""
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise InvalidInput(
            phrase("This is no key of backups."),
            fix=phrase("`aorabooks backup key SLUG` prints the right one."),
        )
    return key


def _place(tenant_id: str) -> str:
    return f"tenants.backup_key/{tenant_id}"
