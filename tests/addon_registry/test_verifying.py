"""Nothing is believed that is not byte for byte what a known publisher signed."""

from __future__ import annotations

import contextlib
import json
import py_compile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from addon_registry import keys
from addon_registry.errors import InvalidPackage, UntrustedPackage
from addon_registry.package.signing import sign
from addon_registry.package.unpacking import unpack
from addon_registry.package.verifying import verify_unpacked, verify_wheel
from tests.addon_registry.packing import INFO, Publisher, changed, forged, small_addon

MORE = {"services/__init__.py": "", "services/parcels.py": "WEIGHT = 1\n"}


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def package(publisher: Publisher, tmp_path: Path) -> tuple[Path, Path]:
    """A wheel and its signature."""
    return publisher.signed(small_addon(tmp_path / "source", MORE), tmp_path / "dist")


@pytest.fixture
def unpacked(publisher: Publisher, package: tuple[Path, Path], tmp_path: Path) -> Path:
    """The wheel, unpacked."""
    wheel, signature = package
    unpack(wheel, tmp_path / "store", verify_wheel(wheel, signature, publisher.ring))
    return tmp_path / "store"


def test_what_was_signed_is_verified(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path
) -> None:
    wheel, signature = package
    found = verify_wheel(wheel, signature, publisher.ring)
    assert (found.manifest.name, found.publisher.name) == ("parcel", "Corkwood Software")
    assert "parcel/services/parcels.py" in found.files
    assert verify_unpacked(unpacked, signature, publisher.ring) == found


def test_a_signature_is_bound_to_when_and_by_whom(publisher: Publisher, tmp_path: Path) -> None:
    wheel, _ = publisher.signed(small_addon(tmp_path), tmp_path)
    signature = sign(wheel, publisher.key, at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    statement = verify_wheel(wheel, signature, publisher.ring).statement
    assert statement.signed_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert statement.key_id == keys.key_id(publisher.key.public_key())


@pytest.mark.parametrize("position", [0, 100, -1])
def test_one_changed_byte_of_the_wheel_is_enough(
    publisher: Publisher, package: tuple[Path, Path], position: int
) -> None:
    wheel, signature = package

    def flip(data: bytearray) -> None:
        data[position] ^= 1

    changed(wheel, flip)
    with pytest.raises(UntrustedPackage, match="the file was changed since Corkwood Software"):
        verify_wheel(wheel, signature, publisher.ring)


def test_a_key_that_nobody_knows_is_not_believed(package: tuple[Path, Path]) -> None:
    wheel, signature = package
    with pytest.raises(UntrustedPackage, match="a key that is not known here"):
        verify_wheel(wheel, signature, Publisher().ring)


def test_a_key_that_was_revoked_is_not_believed(
    publisher: Publisher, package: tuple[Path, Path]
) -> None:
    [known] = publisher.ring.values()
    revoked = replace(known, revoked_at=datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(UntrustedPackage, match="Corkwood Software was revoked on 2026-02-01"):
        verify_wheel(*package, keys.keyring([revoked]))


def test_a_signature_that_claims_to_be_of_another_key_is_not_believed(
    publisher: Publisher, package: tuple[Path, Path]
) -> None:
    wheel, signature = package
    other = Publisher()
    said = json.loads(signature.read_bytes())
    said["signatures"][0]["keyid"] = keys.key_id(other.key.public_key())
    signature.write_text(json.dumps(said))
    with pytest.raises(UntrustedPackage, match="the signature does not hold"):
        verify_wheel(wheel, signature, {**publisher.ring, **other.ring})


def test_the_signature_of_another_package_is_not_believed(
    publisher: Publisher, package: tuple[Path, Path], tmp_path: Path
) -> None:
    other = small_addon(tmp_path / "other", {"plugin.py": '"""Another."""\n'})
    _, theirs = publisher.signed(other, tmp_path / "elsewhere")
    with pytest.raises(UntrustedPackage, match="the file was changed"):
        verify_wheel(package[0], theirs, publisher.ring)


@pytest.mark.parametrize(
    ("said", "value"),
    [("name", "parcels"), ("version", "9.0.0"), ("manifest_sha256", "0" * 64)],
)
def test_a_statement_must_be_about_this_very_package(
    publisher: Publisher, package: tuple[Path, Path], said: str, value: str
) -> None:
    signature = publisher.sign_anything(package[0], **{said: value})
    with pytest.raises(UntrustedPackage, match="the signature belongs to another package"):
        verify_wheel(package[0], signature, publisher.ring)


def _without_signatures(text: str) -> str:
    return json.dumps({**json.loads(text), "signatures": []})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: "", "cannot be read"),
        (lambda text: "[" * 100_000, "cannot be read"),
        (lambda text: "x" * 10**6, "cannot be read"),
        (lambda text: text.replace("vnd.aorabooks.addon", "vnd.aorabooks.other"), "not one of an"),
        (lambda text: text.replace('"payload":"e', '"payload":"f'), "does not hold"),
        (_without_signatures, "cannot be read"),
    ],
)
def test_what_is_no_signature_is_refused(
    publisher: Publisher, package: tuple[Path, Path], spoil: Callable[[str], str], says: str
) -> None:
    wheel, signature = package
    signature.write_text(spoil(signature.read_text()))
    with pytest.raises(UntrustedPackage, match=says):
        verify_wheel(wheel, signature, publisher.ring)


def test_a_package_without_a_signature_is_refused(
    publisher: Publisher, package: tuple[Path, Path]
) -> None:
    package[1].unlink()
    with pytest.raises(UntrustedPackage, match="nobody has signed it"):
        verify_wheel(*package, publisher.ring)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda at: (at / "parcel/plugin.py").write_text("import os\n"), "plugin.py is not what"),
        (lambda at: (at / "parcel/services/parcels.py").unlink(), "services/parcels.py is missing"),
        (lambda at: (at / "parcel/services/more.py").write_text(""), "more.py is not in its"),
        (lambda at: (at / "json.py").write_text(""), "json.py is not in its manifest"),
        (lambda at: (at / f"{INFO}/RECORD").write_text(""), "RECORD is not what"),
        (lambda at: (at / f"{INFO}/aorabooks-manifest.json").write_text("{}"), "cannot be read"),
        (lambda at: (at / INFO).rename(at / "gone"), "holds no package"),
        (lambda at: (at / "parcel/services/etc").symlink_to("/etc"), "services/etc is a link"),
    ],
)
def test_whatever_is_changed_after_unpacking_is_noticed_at_the_next_start(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path, spoil, says: str
) -> None:
    spoil(unpacked)
    with pytest.raises(UntrustedPackage) as refused:
        verify_unpacked(unpacked, package[1], publisher.ring)
    assert says in refused.value.message


def test_byte_code_that_nobody_signed_is_gone_before_anything_runs(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path
) -> None:
    cache = unpacked / "parcel" / "__pycache__"
    cache.mkdir()
    (cache / "plugin.cpython-311.pyc").write_bytes(b"anything")
    verify_unpacked(unpacked, package[1], publisher.ring)
    assert not cache.exists()


def test_processes_that_start_together_do_not_take_each_others_byte_code_for_harm(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path
) -> None:
    source = unpacked / "parcel" / "services" / "parcels.py"

    def verify(_: int) -> str:
        return verify_unpacked(unpacked, package[1], publisher.ring).manifest.name

    def run(_: int) -> None:
        with contextlib.suppress(OSError):  # which Python itself does when it writes byte code
            py_compile.compile(str(source))

    with ThreadPoolExecutor(4) as together:
        running = [together.submit(run, number) for number in range(100)]
        verified = [together.submit(verify, number) for number in range(100)]
        assert {each.result() for each in verified} == {"parcel"}
        assert all(each.exception() is None for each in running)


def test_byte_code_cannot_be_a_way_out_of_the_folder(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letters.txt").write_text("dear to me")
    (unpacked / "parcel" / "__pycache__").symlink_to(tmp_path / "precious")
    verify_unpacked(unpacked, package[1], publisher.ring)
    assert (tmp_path / "precious" / "letters.txt").read_text() == "dear to me"
    assert not (unpacked / "parcel" / "__pycache__").exists()


def test_only_what_is_expected_may_lie_beside_the_addon(
    publisher: Publisher, package: tuple[Path, Path], unpacked: Path
) -> None:
    (unpacked / "deps").mkdir()
    (unpacked / "deps" / "six.py").write_text("")
    beside = frozenset({"deps"})
    verify_unpacked(unpacked, package[1], publisher.ring, beside=beside)
    with pytest.raises(UntrustedPackage, match=r"deps/six\.py is not in its manifest"):
        verify_unpacked(unpacked, package[1], publisher.ring)


def test_a_known_publisher_cannot_sign_what_is_no_package(
    publisher: Publisher, tmp_path: Path
) -> None:
    wheel = forged(tmp_path, [("parcel/secret.py", b"")], declared=False)
    with pytest.raises(InvalidPackage, match=r"secret\.py is not in its manifest"):
        sign(wheel, publisher.key)
    with pytest.raises(InvalidPackage, match=r"secret\.py is not in its manifest"):
        verify_wheel(wheel, publisher.sign_anything(wheel), publisher.ring)
