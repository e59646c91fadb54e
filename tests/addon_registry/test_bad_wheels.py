"""A wheel can be made to do harm when it is unpacked: none of these is, not even a signed one."""

from __future__ import annotations

import errno
import io
import os
import re
import resource
import signal
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon_registry.errors import InvalidPackage, UntrustedPackage
from addon_registry.package import limits
from addon_registry.package.archive import load, read_archive
from addon_registry.package.contents import Contents, to_bytes
from addon_registry.package.names import CONTENTS, dist_info, wheel_name
from addon_registry.package.unpacking import unpack
from addon_registry.package.verifying import verify_wheel
from core.addons import manifest as manifests
from core.errors import Conflict, Unavailable
from tests.addon_registry.packing import INFO, TOML, Publisher, changed, forged, small_addon


def _special(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


def _packed(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    return info


HARMFUL = {
    "leads outside": ([("parcel/../../evil.py", b"")], "is no path that a package may hold"),
    "is absolute": ([("/etc/cron.d/evil", b"")], "is no path that a package may hold"),
    "leads outside on windows": ([("parcel\\..\\evil.py", b"")], "is no path"),
    "names a drive": ([("C:/evil.py", b"")], "is no path that a package may hold"),
    "is a device on windows": ([("parcel/nul.py", b"")], "is no path that a package may hold"),
    "lies beside the addon": ([("json.py", b"")], "json.py lies beside the addon"),
    "is another distribution": ([("requests/api.py", b"")], "lies beside the addon"),
    "is a link": ([(_special("parcel/a", stat.S_IFLNK), b"/etc/passwd")], "is no ordinary file"),
    "is a device": ([(_special("parcel/a", stat.S_IFCHR), b"")], "is no ordinary file"),
    "is a pipe": ([(_special("parcel/a", stat.S_IFIFO), b"")], "is no ordinary file"),
    "differs in case": (
        [("parcel/A.py", b""), ("parcel/a.py", b"")],
        "would be one file on some systems",
    ),
    "is file and folder": (
        [("parcel/a", b""), ("parcel/a/b.py", b"")],
        "would be one file on some systems",
    ),
    "is packed strangely": (
        [(_packed("parcel/a.py", zipfile.ZIP_BZIP2), b"x" * 1000)],
        "packed in a way that is not read",
    ),
    "is a bomb": (
        [(_packed("parcel/a.bin", zipfile.ZIP_DEFLATED), b"\0" * 40_000_000)],
        "it would unpack into 38 MB",
    ),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_a_signed_wheel_that_would_do_harm_is_refused_before_anything_is_written(
    tmp_path: Path, case: str
) -> None:
    entries, says = HARMFUL[case]
    publisher = Publisher()
    wheel = _with(tmp_path / "dist", entries)
    with pytest.raises(InvalidPackage) as refused:
        verify_wheel(wheel, publisher.sign_anything(wheel), publisher.ring)
    assert says in refused.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist"]


def _with(out: Path, entries: list) -> Path:
    """Names that a manifest cannot hold are left out of it, which would be refused as well."""
    try:
        return forged(out, entries)
    except InvalidPackage:
        return forged(out, entries, declared=False)


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        wheel = forged(tmp_path, [("parcel/a.py", b"good"), ("parcel/a.py", b"evil")])
    with pytest.raises(InvalidPackage, match="would be one file"):
        read_archive(wheel.name, load(wheel))


def test_more_files_than_a_package_may_hold_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_FILES", 20)
    wheel = forged(tmp_path, [(f"parcel/{number}.py", b"") for number in range(20)])
    with pytest.raises(InvalidPackage, match="more than 20 files"):
        read_archive(wheel.name, load(wheel))


def test_a_file_larger_than_any_package_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WHEEL", 1000)
    wheel = forged(tmp_path, [("parcel/a.py", b"x" * 2000)])
    with pytest.raises(InvalidPackage, match="larger than"):
        load(wheel)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is damaged"),
        (b"PK\x03\x04 and nothing more", "the file is damaged"),
        (b"\0" * 1000, "the file is damaged"),
    ],
)
def test_what_is_no_wheel_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "some.whl").write_bytes(data)
    with pytest.raises(InvalidPackage, match=says):
        read_archive("some.whl", load(tmp_path / "some.whl"))


def test_a_wheel_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    wheel = forged(tmp_path, [("parcel/a.py", b"x = 1\n")])
    data = wheel.read_bytes()
    for length in range(0, len(data), 97):
        with pytest.raises(InvalidPackage):
            read_archive(wheel.name, data[:length])


def test_any_other_wheel_of_python_is_no_addon(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("six.py", "x = 1\n")
    with pytest.raises(InvalidPackage, match=r"it holds no aorabooks-manifest\.json"):
        read_archive("six-1.0-py3-none-any.whl", buffer.getvalue())


def test_a_wheel_under_another_name_is_refused(tmp_path: Path) -> None:
    wheel = forged(tmp_path, [])
    with pytest.raises(InvalidPackage, match=r"its name should be aorabooks_addon_parcel-1\.0\.0"):
        read_archive("aorabooks_addon_accounting-1.0.0-py3-none-any.whl", load(wheel))


def test_a_manifest_that_says_something_else_than_the_addon_is_refused(tmp_path: Path) -> None:
    wheel = forged(tmp_path, [], toml=TOML.replace("As small as", "As harmless as"))
    with pytest.raises(InvalidPackage, match="says something else than its manifest"):
        read_archive(wheel.name, load(wheel))


@pytest.mark.parametrize("path", ["parcel/addon.toml", f"{INFO}/entry_points.txt"])
def test_a_wheel_without_what_makes_it_an_addon_is_refused(tmp_path: Path, path: str) -> None:
    wheel = forged(tmp_path, [], without=[path])
    with pytest.raises(InvalidPackage, match=re.escape(f"{path} is missing")):
        read_archive(wheel.name, load(wheel))


def test_a_wheel_that_would_be_found_as_something_else_is_refused(tmp_path: Path) -> None:
    points = f"{INFO}/entry_points.txt"
    more = b"[aorabooks.addons]\nparcel = parcel\naccounting = parcel\n"
    wheel = forged(tmp_path, [(points, more)], without=[points])
    with pytest.raises(InvalidPackage, match="names more than the addon"):
        read_archive(wheel.name, load(wheel))


def test_a_wheel_that_bears_a_name_of_the_platform_is_refused(tmp_path: Path) -> None:
    manifest = manifests.parse(TOML.replace('"parcel"', '"core"'))
    contents = to_bytes(Contents(manifest, {}))
    wheel = tmp_path / wheel_name(manifest)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{dist_info(manifest)}/{CONTENTS}", contents)
    with pytest.raises(InvalidPackage, match="core is a name of the platform"):
        read_archive(wheel.name, load(wheel))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_a_wheel_it_is_whole_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    wheel = forged(tmp_path_factory.mktemp("fuzz"), [("parcel/a.py", b"x = 1\n")])
    whole = load(wheel)
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        files = read_archive(wheel.name, bytes(spoilt)).files
    except InvalidPackage:
        return
    assert files == read_archive(wheel.name, whole).files


class TestUnpacking:
    """What was verified is written whole or not at all."""

    @pytest.fixture
    def publisher(self) -> Publisher:
        return Publisher()

    @pytest.fixture
    def package(self, publisher: Publisher, tmp_path: Path) -> tuple[Path, Path]:
        more = {f"services/part_{n}.py": f"X = {n}\n" * 200 for n in range(20)}
        return publisher.signed(small_addon(tmp_path / "source", more), tmp_path / "dist")

    def test_it_may_be_done_again(
        self, publisher: Publisher, package: tuple[Path, Path], tmp_path: Path
    ) -> None:
        verified = verify_wheel(*package, publisher.ring)
        for _ in range(2):
            unpack(package[0], tmp_path / "store" / "here", verified)
        assert [path.name for path in (tmp_path / "store").iterdir()] == ["here"]

    def test_a_folder_that_holds_something_else_is_left_alone(
        self, publisher: Publisher, package: tuple[Path, Path], tmp_path: Path
    ) -> None:
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / "mine.txt").write_text("dear to me")
        with pytest.raises(Conflict, match="holds something else"):
            unpack(package[0], tmp_path / "here", verify_wheel(*package, publisher.ring))
        assert (tmp_path / "here" / "mine.txt").read_text() == "dear to me"

    def test_a_wheel_that_was_changed_after_it_was_verified_is_not_unpacked(
        self, publisher: Publisher, package: tuple[Path, Path], tmp_path: Path
    ) -> None:
        verified = verify_wheel(*package, publisher.ring)
        changed(package[0], lambda data: data.extend(b"\0"))
        with pytest.raises(UntrustedPackage, match="was changed since it was verified"):
            unpack(package[0], tmp_path / "here", verified)
        assert not (tmp_path / "here").exists()

    def test_a_disk_that_is_full_half_way_leaves_nothing_behind(
        self, publisher: Publisher, package: tuple[Path, Path], tmp_path: Path
    ) -> None:
        verified = verify_wheel(*package, publisher.ring)
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            # The system refuses to write more than this, as it does where no room is left.
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
            with pytest.raises(Unavailable, match=os.strerror(errno.EFBIG)) as refused:
                unpack(package[0], tmp_path / "store" / "here", verified)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            signal.signal(signal.SIGXFSZ, handler)
        assert "Make room on the disk" in refused.value.fix
        assert list((tmp_path / "store").iterdir()) == []
