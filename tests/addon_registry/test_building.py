"""An addon becomes a wheel that any tool for Python packages understands, always the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from email.parser import HeaderParser
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import parse_wheel_filename

from addon_registry.errors import InvalidPackage
from addon_registry.package.archive import load, read_archive
from addon_registry.package.building import build
from tests.addon_registry.packing import INFO, small_addon, stranger

LOCKED = """\
# written by a tool
num2words==0.5.14 \\
    --hash=sha256:{0} \\
    --hash=sha256:{1}
    # via parcel
docopt==0.6.2 ; python_version < "4" --hash=sha256:{0}
""".format("a" * 64, "b" * 64)


def _said(wheel: Path, path: str) -> str:
    return read_archive(wheel.name, load(wheel)).files[f"{INFO}/{path}"].decode()


def test_the_same_source_gives_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    first = build(stranger("notice_board", tmp_path / "here"), tmp_path / "one")
    copy = stranger("notice_board", tmp_path / "there")
    for path in copy.rglob("*"):
        os.utime(path, (time.time() - 10**6, time.time() - 10**6))
        path.chmod(0o700)
    (copy / "services" / "__pycache__").mkdir()
    (copy / "services" / "__pycache__" / "notices.cpython-311.pyc").write_bytes(b"stale")
    (copy / ".editor").write_text("mine alone")
    again = build(copy, tmp_path / "two")
    assert again.path.read_bytes() == first.path.read_bytes()
    assert (again.sha256, again.size) == (first.sha256, first.path.stat().st_size)


def test_a_changed_source_gives_other_bytes(tmp_path: Path) -> None:
    addon = small_addon(tmp_path)
    before = build(addon, tmp_path).sha256
    (addon / "plugin.py").write_text('"""Something."""\n')
    assert build(addon, tmp_path).sha256 != before


def test_a_tool_for_python_packages_installs_it_and_its_entry_point_is_found(
    tmp_path: Path,
) -> None:
    built = build(stranger("notice_board", tmp_path), tmp_path / "dist")
    name, version, _, tags = parse_wheel_filename(built.path.name)
    assert (name, str(version)) == ("aorabooks-addon-notice-board", "1.0.0")
    assert {str(tag) for tag in tags} == {"py3-none-any"}
    site = tmp_path / "site"
    installer = Path(sys.executable).with_name("uv")
    command = ["pip", "install", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([installer, *command, str(built.path)], check=True, capture_output=True)
    asked = (
        "from importlib.metadata import entry_points, files\n"
        "[point] = entry_points(group='aorabooks.addons', name='notice_board')\n"
        "listed = files('aorabooks-addon-notice-board')\n"
        "whole = all(each.read_binary() is not None for each in listed)\n"
        "print(point.value, whole)"
    )
    answer = subprocess.run(
        [sys.executable, "-S", "-c", asked],
        env={"PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.split() == ["notice_board", "True"]


def test_tests_stay_with_their_author(tmp_path: Path) -> None:
    built = build(stranger("shadow", tmp_path), tmp_path / "dist")
    files = read_archive(built.path.name, load(built.path)).files
    assert "shadow/reactions/notice_board.py" in files
    assert [path for path in files if "tests" in path] == []


def test_the_manifest_says_what_addon_toml_says_and_digests_every_file(tmp_path: Path) -> None:
    built = build(stranger("shadow", tmp_path), tmp_path / "dist")
    contents = read_archive(built.path.name, load(built.path)).contents
    assert contents.manifest.depends == ("notice_board",)
    assert contents.manifest.ranges == {"notice_board": "<2,>=1"}
    assert contents.size == sum(
        len(data)
        for path, data in read_archive(built.path.name, load(built.path)).files.items()
        if path in contents.files
    )


def test_packages_of_others_are_named_in_the_metadata_and_in_the_bill_of_materials(
    tmp_path: Path,
) -> None:
    built = build(small_addon(tmp_path, {"requirements.txt": LOCKED}), tmp_path)
    metadata = HeaderParser().parsestr(_said(built.path, "METADATA"))
    assert metadata.get_all("Requires-Dist") == [
        'docopt==0.6.2 ; python_version < "4"',
        "num2words==0.5.14",
    ]
    bill = json.loads(_said(built.path, "sboms/parcel.cdx.json"))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    assert [part["purl"] for part in bill["components"]] == [
        "pkg:pypi/docopt@0.6.2",
        "pkg:pypi/num2words@0.5.14",
    ]
    assert len(bill["components"][1]["hashes"]) == 2
    contents = read_archive(built.path.name, load(built.path)).contents
    assert contents.requirements == contents.files["parcel/requirements.txt"].sha256


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("num2words", "it must name one version with =="),
        ("num2words>=0.5", "it must name one version with =="),
        ("num2words==0.5.*", "it must name one version with =="),
        ("num2words==0.5.14", "it has no --hash=sha256"),
        ("num2words==0.5.14 --hash=md5:abc", "it is no package with a version"),
        ("num2words[x]==0.5.14 --hash=sha256:" + "a" * 64, "extras cannot be locked"),
        ("-r more.txt", "it is no package with a version"),
        ("--index-url https://elsewhere.example", "it is no package with a version"),
        ("num2words @ https://elsewhere.example/x.whl", "addresses"),
        ("git+https://elsewhere.example/x", "it is no package with a version"),
        (f"a==1 --hash=sha256:{'a' * 64}\na==2 --hash=sha256:{'a' * 64}", "there twice"),
    ],
)
def test_a_requirement_that_is_not_locked_is_refused(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(InvalidPackage) as refused:
        build(small_addon(tmp_path, {"requirements.txt": line}), tmp_path / "dist")
    assert says in refused.value.message
    assert not (tmp_path / "dist").exists()


def _link(addon: Path) -> None:
    (addon / "passwd").symlink_to("/etc/passwd")


def _pipe(addon: Path) -> None:
    os.mkfifo(addon / "pipe")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_link, "passwd is no ordinary file"),
        (_pipe, "pipe is no ordinary file"),
        (lambda addon: (addon / "a:b.txt").write_text(""), "is no path that a package may hold"),
        (lambda addon: (addon / "aux.txt").write_text(""), "is no path that a package may hold"),
        (lambda addon: (addon / "PLUGIN.py").write_text(""), "one file on some systems"),
        (lambda addon: (addon / "plugin.py").unlink(), "plugin.py is missing"),
        (lambda addon: (addon / "addon.toml").unlink(), "cannot be read"),
        (lambda addon: (addon / "README.md").write_bytes(b"\xff\xfe"), "is no text in UTF-8"),
        (lambda addon: addon.rename(addon.with_name("box")) / "x", ""),
    ],
)
def test_what_cannot_be_packed_is_refused_by_name(tmp_path: Path, spoil, says: str) -> None:
    addon = small_addon(tmp_path)
    spoil(addon)
    folder = addon if addon.exists() else addon.with_name("box")
    with pytest.raises(InvalidPackage) as refused:
        build(folder, tmp_path / "dist")
    assert says in refused.value.message
    assert refused.value.fix


def test_a_screenshot_that_the_manifest_names_must_be_there(tmp_path: Path) -> None:
    addon = small_addon(tmp_path)
    toml = (addon / "addon.toml").read_text() + 'screenshots = ["static/board.png"]\n'
    (addon / "addon.toml").write_text(toml)
    with pytest.raises(InvalidPackage, match=r"static/board\.png is missing"):
        build(addon, tmp_path / "dist")
