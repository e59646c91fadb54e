"""`aorabooks audit-pack` writes a year's books to a file, and says what to compare it with."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

from addons.accounting.services.calendar import ensure_years
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.tenants.conftest import Command


def test_the_pack_verifies_and_its_digest_is_said(
    aorabooks: Command, kernel: Kernel, tenant: Tenant, tmp_path: Path
) -> None:
    with kernel.session(tenant) as session:
        ensure_years(session, [date(2026, 1, 1)])
    target = tmp_path / "2026.zip"
    command = ("audit-pack", "--tenant", tenant.slug, "--to", str(target), "--json")
    said = aorabooks(*command, "--year", "2026")
    assert said.status == 0
    with zipfile.ZipFile(target) as archive:
        program = archive.extract("verify_audit_pack.py", tmp_path)
    ended = subprocess.run(
        [sys.executable, "-I", program, str(target)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    assert said.json["manifest_sha256"] in ended.stdout
    missing = aorabooks(*command, "--year", "1999")
    assert missing.status == 1
    assert "There are: 2026." in missing.err
