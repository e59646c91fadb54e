"""Decides which user the embedded PostgreSQL runs as, and runs its programs as that user.

PostgreSQL refuses to run as root. An ordinary user runs it as itself; for root it runs as the
owner of the data, or, when there is none yet, as a system account of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db.embedded_failure import EmbeddedError

SYSTEM_ACCOUNT = "aorabooks"


@dataclass(frozen=True, slots=True)
class Account:
    """The user that owns the data and runs the server."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()


def choose(data: Path) -> Account:
    """The account for the cluster in `data`, which need not exist yet."""
    us = Account(os.geteuid(), os.getegid())
    owner = data.stat() if data.exists() else None
    if us.uid != 0:
        if owner and owner.st_uid != us.uid:
            raise EmbeddedError(
                f"The database in {data} belongs to the user {_name(owner.st_uid)}.",
                fix="Run as that user or as root, or name another folder in AORABOOKS_VAR.",
            )
        return us
    if owner and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def run(
    account: Account, command: Sequence[str | Path], *, cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Runs a program of PostgreSQL as `account`; its output comes back as one text."""
    # PGDATA, PGPORT and the like of the caller's shell are about other servers.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    drop = (
        {}
        if account.is_us
        else {"user": account.uid, "group": account.gid, "extra_groups": list[int]()}
    )
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **drop,
    )


def can_reach(account: Account, path: Path) -> bool:
    """Whether `account` may enter a folder or run a program, and every folder above it."""
    if account.is_us:
        return True
    return run(account, ["/bin/sh", "-c", 'test -x "$0"', path], cwd=Path("/")).returncode == 0


def give(account: Account, path: Path) -> None:
    """Makes `account` the owner of `path` alone."""
    if not account.is_us:
        os.chown(path, account.uid, account.gid)


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        _create_system_account()
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def _create_system_account() -> None:
    commands = (
        # The second form is BusyBox's (Alpine).
        ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_ACCOUNT],
        ["adduser", "-S", "-D", "-H", SYSTEM_ACCOUNT],
    )
    for command in commands:
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_ACCOUNT!r} "
        "for it could not be added.",
        fix="Add that user, run as an ordinary user, or set AORABOOKS_DATABASE_URL.",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
