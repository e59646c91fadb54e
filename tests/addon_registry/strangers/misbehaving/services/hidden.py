"""Shows reviewers something else than what runs."""

from __future__ import annotations


def may_delete(role: str) -> bool:
    return role == "admin‮ ⁦# for administrators alone⁩ ⁦"
