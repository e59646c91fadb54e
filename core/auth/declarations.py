"""What users, roles and signing in contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.auth import permissions
from core.auth.models import MODELS
from core.auth.sweep import sweep_sign_ins
from core.auth.users import ADMIN_ROLE
from core.declare import Job, Role, Schedule, msg
from core.part import KernelPart

PART: Final = KernelPart(
    models=tuple(MODELS),
    permissions=permissions.ALL,
    roles=(Role(ADMIN_ROLE, msg("Administrator"), ()),),
    jobs=(
        Job(
            "core.sweep_sign_ins",
            msg("Clear away expired sign-ins"),
            sweep_sign_ins,
            schedule=Schedule("17 3 * * *"),
        ),
    ),
)
