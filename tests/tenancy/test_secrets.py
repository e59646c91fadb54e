"""Secrets of this installation: sealed, they open only where they belong, and under any key that
is still known; signatures hold for one purpose; the key comes from the environment, a file, or what
a command prints, and is shown to nobody."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import secrets
from core.config import Config, ConfigError, from_environment
from core.jobs import carrier
from core.secrets import SealError, SecretBox

OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


def test_a_sealed_secret_opens_only_where_it_belongs() -> None:
    box = SecretBox(NEW)
    sealed = box.seal(b"hunter2", bound_to="tenant:1")

    assert box.open(sealed, bound_to="tenant:1") == b"hunter2"
    assert "hunter2" not in sealed
    with pytest.raises(SealError, match="tenant:2"):
        box.open(sealed, bound_to="tenant:2")


@pytest.mark.parametrize("place", [0.3, 0.6, 0.95])
def test_a_changed_secret_does_not_open(place: float) -> None:
    box = SecretBox(NEW)
    sealed = box.seal(b"hunter2", bound_to="x")
    at = int(len(sealed) * place)
    changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]

    with pytest.raises(SealError):
        box.open(changed, bound_to="x")


def test_after_rotation_old_secrets_open_and_new_ones_use_the_new_key() -> None:
    sealed = SecretBox(OLD).seal(b"s", bound_to="x")
    rotated = SecretBox(NEW | OLD)

    assert rotated.open(sealed, bound_to="x") == b"s"
    assert not rotated.is_current(sealed)
    again = rotated.seal(b"s", bound_to="x")
    assert rotated.is_current(again)
    with pytest.raises(SealError, match="'new'"):
        SecretBox(OLD).open(again, bound_to="x")


def test_a_signature_holds_for_its_message_and_purpose_alone() -> None:
    signature = SecretBox(OLD).sign(b"user 7", purpose="reset")
    box = SecretBox(NEW | OLD)

    assert box.verify(b"user 7", signature, purpose="reset")
    assert not box.verify(b"user 8", signature, purpose="reset")
    assert not box.verify(b"user 7", signature, purpose="login")
    assert not SecretBox(NEW).verify(b"user 7", signature, purpose="reset")
    assert not box.verify(b"user 7", "old.???", purpose="reset")


def test_derived_keys_follow_from_key_and_purpose() -> None:
    assert SecretBox(NEW).derive("a") == SecretBox(NEW).derive("a")
    assert SecretBox(NEW).derive("a") != SecretBox(NEW).derive("b")
    assert SecretBox(NEW).derive("a") != SecretBox(OLD).derive("a")


def test_without_a_key_one_is_made_that_only_we_can_read(tmp_path: Path) -> None:
    config = Config(var=tmp_path / "var")
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(lambda _: secrets.load(config), range(16)))

    assert len({box.derive("x") for box in boxes}) == 1, "processes that start at once agree"
    assert [path.name for path in config.var.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((config.var / "secret.key").stat().st_mode) == 0o600


def test_the_environment_gives_one_key_or_several(tmp_path: Path) -> None:
    first, second = secrets.generate(), secrets.generate()
    sealed = secrets.load(Config(tmp_path, secret_key=first)).seal(b"s", bound_to="x")

    both = secrets.load(Config(tmp_path, secret_key=f"{second}, {first}"))
    assert both.open(sealed, bound_to="x") == b"s"
    assert not both.is_current(sealed)
    bare = secrets.load(Config(tmp_path, secret_key=first.partition(":")[2]))
    assert bare.open(bare.seal(b"s", bound_to="x"), bound_to="x") == b"s"


@pytest.mark.parametrize("key", ["short", "a:b:c", "é", "1:" + "A" * 43 + ",1:" + "B" * 43])
def test_a_key_that_cannot_be_used_is_refused_by_the_variables_name(
    key: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="AORABOOKS_SECRET_KEY must be 32 bytes"):
        secrets.load(Config(tmp_path, secret_key=key))


def test_a_file_or_a_command_gives_the_keys(tmp_path: Path) -> None:
    key = secrets.generate()
    kept = tmp_path / "keys"
    kept.write_text(f"{key}\n")
    kept.chmod(0o640)
    sealed = secrets.load(Config(tmp_path, secret_key=key)).seal(b"s", bound_to="x")

    from_file = secrets.load(Config(tmp_path, secret_key_file=kept))
    printed = secrets.load(Config(tmp_path, secret_key_command=f"cat '{kept}'"))

    assert from_file.open(sealed, bound_to="x") == printed.open(sealed, bound_to="x") == b"s"
    assert not (tmp_path / "secret.key").exists(), "a key of its own was made beside the given one"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o620])
def test_a_file_that_others_can_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    kept = tmp_path / "keys"
    kept.write_text(secrets.generate())
    kept.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        secrets.load(Config(tmp_path, secret_key_file=kept))


def test_the_file_beside_the_data_is_held_to_the_same(tmp_path: Path) -> None:
    secrets.load(Config(tmp_path))
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        secrets.load(Config(tmp_path))


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("no-such-program-here", "no-such-program-here cannot be run: No such file"),
        ("sh -c 'echo the vault is locked >&2; exit 3' hush", "sh ended with status 3: the vault"),
        ("echo hush", "what AORABOOKS_SECRET_KEY_COMMAND prints must be 32 bytes"),
        ("sleep 30", "sleep has not answered within 0.2 seconds"),
        ("sh -c 'hush", "cannot be taken apart into words"),
    ],
)
def test_a_command_that_gives_no_key_is_named_and_its_words_are_not(
    command: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.master_key.COMMAND_SECONDS", 0.2 if "sleep" in command else 20)
    with pytest.raises(ConfigError, match=complaint) as refused:
        secrets.load(Config(tmp_path, secret_key_command=command))
    assert "hush" not in str(refused.value)


def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    command = f"echo {secrets.generate()} > {tmp_path}/leaked"
    with pytest.raises(ConfigError, match="must be 32 bytes"):
        secrets.load(Config(tmp_path, secret_key_command=command))
    assert not (tmp_path / "leaked").exists()


def test_two_sources_at_once_are_refused(tmp_path: Path) -> None:
    twice = Config(tmp_path, secret_key=secrets.generate(), secret_key_command="cat key")
    with pytest.raises(ConfigError, match="SECRET_KEY and AORABOOKS_SECRET_KEY_COMMAND are set"):
        secrets.load(twice)


def test_settings_that_are_printed_show_no_secret() -> None:
    environment = {
        "AORABOOKS_DATABASE_URL": "postgresql://u:hush@h/d",
        "AORABOOKS_REDIS_URL": "redis://:hush@h",
        "AORABOOKS_SMTP_URL": "smtp://u:hush@h",
        "AORABOOKS_SECRET_KEY": "hush",
        "AORABOOKS_SECRET_KEY_COMMAND": "vault --token hush",
        "AORABOOKS_METRICS_TOKEN": "hush",
    }
    assert "hush" not in repr(from_environment(environment))


def test_wake_ups_signed_before_a_rotation_are_heard_after_it() -> None:
    old, new = SecretBox(OLD), SecretBox(NEW | OLD)
    signed = carrier._Signed(old.derivations("jobs")).serialize("wake up")

    assert carrier._Signed(new.derivations("jobs")).deserialize(signed) == "wake up"
    with pytest.raises(ValueError, match="mismatch"):
        carrier._Signed(SecretBox(NEW).derivations("jobs")).deserialize(signed)
