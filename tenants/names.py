"""The names of what provisioning makes on a server: opaque, and told apart from all others.

Every role of a server can list its databases and roles, so no name says whose it is.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Literal

DATABASE_LENGTH = len("ab_") + 12
_STANDBY = re.compile(r"aorabooks_ready_[0-9a-f]{12}")
_SCRATCH = re.compile(r"aorabooks_(try|proof|restore)_[0-9a-f]{12}")
_MOVED = re.compile(r"aorabooks_moved_[0-9a-f]{12}")
_MOVING = re.compile(r"aorabooks_move_[0-9a-f]{12}")
_TEMPLATE = re.compile(r"aorabooks_tpl_[0-9a-f]{16}")


def new_id() -> str:
    """A tenant's id: 12 random hexadecimal digits."""
    return secrets.token_hex(6)


def database_name(tenant_id: str) -> str:
    """The database of a tenant."""
    return f"ab_{tenant_id}"


def bin_name(tenant_id: str) -> str:
    """The same database while it is in the bin."""
    return f"aorabooks_bin_{tenant_id}"


def copy_name(tenant_id: str) -> str:
    """The same database while data of another is being copied into it."""
    return f"aorabooks_copy_{tenant_id}"


def moving_name(tenant_id: str) -> str:
    """The same database on another server, while it is being moved there; and what carries changes
    over: slot, publication, subscription and role."""
    return f"aorabooks_move_{tenant_id}"


def moved_name(move_id: str) -> str:
    """The old database, once it was moved away."""
    return f"aorabooks_moved_{move_id}"


def moved_among(databases: Iterable[str]) -> dict[str, str]:
    """Those that were moved away, each with the id of its move."""
    return {name: name[len("aorabooks_moved_") :] for name in databases if _MOVED.fullmatch(name)}


def is_move(name: str) -> bool:
    """Whether something is on its way: see `moving_name`."""
    return _MOVING.fullmatch(name) is not None


def databases_of(tenant_id: str) -> tuple[str, ...]:
    """Every name that a database of this tenant may have at the moment."""
    return database_name(tenant_id), bin_name(tenant_id), copy_name(tenant_id)


def role_names(tenant_id: str, generation: int) -> tuple[str, str]:
    """Its runtime and owner role. Each rotation of credentials makes a new generation."""
    return f"ab_{tenant_id}_run_{generation}", f"ab_{tenant_id}_own_{generation}"


def template_name(digest: str) -> str:
    """The template database of a set of addon versions."""
    return f"aorabooks_tpl_{digest[:16]}"


def scratch_name(purpose: Literal["try", "proof", "restore"]) -> str:
    """A database that is gone when somebody has looked at it or tried something on it."""
    return f"aorabooks_{purpose}_{secrets.token_hex(6)}"


def scratches_among(databases: Iterable[str]) -> list[str]:
    """Those that are such databases."""
    return [name for name in databases if _SCRATCH.fullmatch(name)]


def template_role_names(template: str) -> tuple[str, str]:
    """The roles that build a template, or work on a scratch database; they are gone when it is
    sealed, or with it."""
    return f"{template}_run", f"{template}_own"


def templates_among(databases: Iterable[str]) -> list[str]:
    """Those that are template databases of ours."""
    return [name for name in databases if _TEMPLATE.fullmatch(name)]


def new_standby() -> str:
    """A database that stands ready for an organization to come."""
    return f"aorabooks_ready_{secrets.token_hex(6)}"


def standby_among(databases: Iterable[str]) -> list[str]:
    """Those that are such databases."""
    return [name for name in databases if _STANDBY.fullmatch(name)]
