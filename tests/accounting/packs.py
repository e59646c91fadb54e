"""Making audit packs and running the verifier as an auditor does: a program of its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import FiscalYear
from addons.accounting.services.audit_pack.making import write_year

VERIFIER = "verify_audit_pack.py"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier said."""

    status: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        mark = "  WRONG: "
        return [line[len(mark) :] for line in self.out.splitlines() if line.startswith(mark)]


def make_pack(session: Session, target: Path, year: str = "2026") -> Path:
    """The pack of a year, as the job writes it."""
    found = session.scalars(select(FiscalYear).where(FiscalYear.name == year)).one()
    write_year(session, found, target, "an auditor")
    return target


def run_verifier(pack: Path, *more: str) -> Verdict:
    """Run the verifier that is in the pack, without any package, far from the project."""
    folder = pack.parent / "unpacked"
    with zipfile.ZipFile(pack) as archive:
        program = archive.extract(VERIFIER, folder)
    command = [sys.executable, "-I", "-S", program, str(pack), *more]
    ended = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=folder, env={}, timeout=60, check=False
    )
    return Verdict(ended.returncode, ended.stdout, ended.stderr)


def changed(pack: Path, target: Path, changes: Mapping[str, bytes | None]) -> Path:
    """A copy of the pack with other files in it; None takes a file away."""
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = changes.get(name, source.read(name))
            if content is not None:
                copy.writestr(name, content)
        for name in set(changes) - set(source.namelist()):
            copy.writestr(name, changes[name] or b"")
    return target
