"""What is said of a database server before it is entered: what it is good for, what it lacks, and
what to do about that. Nothing is changed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import psycopg

from core.declare import msg
from core.i18n import phrase
from core.tenancy.tenant import DatabaseAddress
from tenants.placement.facts import Facts, facts_of
from tenants.provisioning import roles

LITTLE_ROOM: Final = 5 * 2**30
"""Bytes of free disk below which an operator is warned: an empty organization takes 30 MB."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A warning is what the server can do without; what is bad keeps
    it from being entered. `size` is a figure in bytes."""

    title: str
    tone: Literal["good", "warning", "bad", ""]
    figure: str = ""
    fix: str = ""
    size: int | None = None


def look_at(address: DatabaseAddress) -> list[Finding]:
    """Ask the server what it says of itself."""
    try:
        with roles.connect_as_admin(address) as admin:
            facts = facts_of(admin)
    except psycopg.OperationalError as error:
        fix = phrase("Check the address, the role and the password.")
        why = str(error).strip().partition("\n")[0]
        return [Finding(msg("It cannot be reached"), "bad", why, fix)]
    return [
        Finding(msg("It can be reached"), "good", f"PostgreSQL {facts.postgresql}"),
        _fitness(facts),
        *_moving(facts, address.user),
        Finding(msg("Connections"), "", f"{facts.connections} / {facts.max_connections}"),
        _room(facts),
    ]


def _fitness(facts: Facts) -> Finding:
    if facts.problem:
        return Finding(msg("It will not do"), "bad", fix=facts.problem)
    return Finding(msg("Version and rights are enough"), "good")


def _moving(facts: Facts, user: str) -> list[Finding]:
    """Whether people can go on working while organizations move away from it, and to it."""
    title = msg("Moving away while people work")
    if facts.wal_level != "logical":
        fix = phrase("Set wal_level = logical there and restart PostgreSQL, or do it later.")
        away = Finding(title, "warning", f"wal_level = {facts.wal_level}", fix)
    elif not facts.replicates:
        away = Finding(title, "warning", fix=_may('ALTER ROLE "{user}" REPLICATION', user))
    else:
        away = Finding(title, "good", "wal_level = logical")
    there = msg("Moving there while people work")
    if facts.takes_changes:
        return [away, Finding(there, "good")]
    fix = _may('GRANT pg_create_subscription TO "{user}"', user)
    return [away, Finding(there, "warning", fix=fix)]


def _may(statement: str, user: str) -> str:
    return phrase("The role lacks a right: {statement}", statement=statement.format(user=user))


def _room(facts: Facts) -> Finding:
    title = msg("Free disk")
    if facts.free_disk is None:
        return Finding(title, "", fix=msg("It cannot be seen from here; look at the server."))
    tone = "warning" if facts.free_disk < LITTLE_ROOM else "good"
    return Finding(title, tone, size=facts.free_disk)
