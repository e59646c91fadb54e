"""A publisher at the command line: a key, a package, a signature, and what others make of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from tenants import cli
from tenants.authoring.checking import Verdict
from tenants.authoring.finding import Finding
from tenants.authoring.measured import keep, same_bytes
from tests.addon_registry.packing import STRANGERS, changed, small_addon, stranger

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def aorabooks(capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """`aorabooks("addon", "build", …)`: status, JSON on stdout, words on stderr."""
    log = structlog.get_config()

    def run(*arguments: object) -> tuple[int, Any, str]:
        capsys.readouterr()
        status = cli.run(["addon", *map(str, arguments), "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err

    yield run
    structlog.configure(**log)


@pytest.fixture
def wheel(aorabooks: Run, tmp_path: Path) -> Path:
    """A signed package; its publisher's key lies beside it as corkwood.pem."""
    assert aorabooks("key", tmp_path / "corkwood.pem")[0] == 0
    addon = stranger("notice_board", tmp_path)
    status, built, _ = aorabooks("build", addon, "--out", tmp_path / "dist")
    assert status == 0
    assert aorabooks("sign", built["path"], "--key", tmp_path / "corkwood.pem")[0] == 0
    return Path(built["path"])


def test_a_package_is_built_signed_and_verified(aorabooks: Run, wheel: Path) -> None:
    public = wheel.parent.parent / "corkwood.pem.pub"
    status, found, _ = aorabooks("verify", wheel, "--public", public)
    assert status == 0
    assert (found["name"], found["version"], found["publisher"]) == (
        *("notice_board", "1.0.0", "corkwood"),
    )


def test_a_tampered_package_is_refused_with_what_to_do(aorabooks: Run, wheel: Path) -> None:
    changed(wheel, lambda data: data.extend(b"\0"))
    public = wheel.parent.parent / "corkwood.pem.pub"
    status, found, said = aorabooks("verify", wheel, "--public", public)
    assert (status, found) == (1, None)
    assert "the file was changed since corkwood signed it" in said
    assert "Fetch it again" in said


def test_another_publishers_key_verifies_nothing(
    aorabooks: Run, wheel: Path, tmp_path: Path
) -> None:
    aorabooks("key", tmp_path / "other.pem")
    status, _, said = aorabooks("verify", wheel, "--public", tmp_path / "other.pem.pub")
    assert status == 1
    assert "a key that is not known here" in said


def test_a_passphrase_keeps_the_key_from_others(
    aorabooks: Run, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AORABOOKS_KEY_PASSPHRASE", "a long one")
    assert aorabooks("key", tmp_path / "closed.pem")[0] == 0
    assert aorabooks("sign", wheel, "--key", tmp_path / "closed.pem")[0] == 0
    monkeypatch.delenv("AORABOOKS_KEY_PASSPHRASE")
    status, _, said = aorabooks("sign", wheel, "--key", tmp_path / "closed.pem")
    assert status == 2
    assert "Give its passphrase" in said


def test_a_key_is_never_overwritten(aorabooks: Run, tmp_path: Path) -> None:
    assert aorabooks("key", tmp_path / "corkwood.pem")[0] == 0
    status, _, said = aorabooks("key", tmp_path / "corkwood.pem")
    assert status == 2
    assert "exists already" in said


def test_what_cannot_be_packed_is_said(aorabooks: Run, tmp_path: Path) -> None:
    addon = small_addon(tmp_path, {"requirements.txt": "requests\n"})
    status, _, said = aorabooks("build", addon, "--out", tmp_path / "dist")
    assert status == 2
    assert "requests: it must name one version with ==" in said


def test_the_audit_says_what_to_mend_before_anything_is_published(aorabooks: Run) -> None:
    status, found, _ = aorabooks("audit", STRANGERS / "misbehaving")
    assert (status, found["passed"]) == (1, False)
    [imitation] = [each for each in found["findings"] if "imitates" in each["message"]]
    assert imitation["message"].endswith("imitates Accounting.")
    status, found, _ = aorabooks("audit", STRANGERS / "shadow")
    assert (status, found["passed"], found["findings"]) == (0, True, [])


def test_a_tier_is_measured_of_these_bytes_alone(
    aorabooks: Run, wheel: Path, tmp_path: Path
) -> None:
    addon = tmp_path / "notice_board"
    sha256 = same_bytes(addon, wheel)
    verdict = Verdict("notice_board", (Finding("files", "Better."),), "bronze")
    said = json.loads(keep(verdict, wheel, sha256).read_text())
    assert (said["tier"], said["wheel_sha256"]) == ("bronze", sha256)
    assert said["findings"][0]["message"] == "Better."

    (addon / "services" / "more.py").write_text('"""More."""\n')
    status, _, refusal = aorabooks("check", addon, "--wheel", wheel)
    assert status == 2
    assert "was not built from" in refusal
