"""The secrets of a tenant's two roles: random, and sealed for the one row they are kept in."""

from __future__ import annotations

import secrets

from core.secrets import SecretBox


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def seal_new(box: SecretBox, organization_id: str, role: str) -> str:
    """A new secret of a role, as the control plane keeps it."""
    return box.seal(new_secret().encode(), bound_to=_bound_to(organization_id, role))


def unseal(box: SecretBox, organization_id: str, role: str, sealed: str) -> str:
    """The secret; raises core.secrets.SealError if it was sealed for another row or role."""
    return box.open(sealed, bound_to=_bound_to(organization_id, role)).decode()


def _bound_to(organization_id: str, role: str) -> str:
    return f"organization:{organization_id}:{role}"
