"""Whatever is wrong with a release, or with who hands it out, `aorabooks addon install` refuses it
in a sentence with the way out, and what was installed before stays as it is.

Where an honest registry would not take the package, whoever holds the machine that publishes, with
its keys, hands it out nevertheless.
"""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from addon_registry import keys
from addon_registry.deployment import layout
from addon_registry.deployment.changing import StepFailed
from addon_registry.package.contents import manifest_data
from addon_registry.package.names import signature_path
from addon_registry.repository import state
from addon_registry.repository.change import Change
from addon_registry.repository.client import Registry
from addon_registry.repository.index import File
from addon_registry.repository.layout import release_path, targets_folder
from addon_registry.repository.publishing import publish
from addon_registry.repository.trust import trust
from addon_registry.repository.withdrawing import yank
from core.addons import manifest as manifests
from core.db.base import utc_now
from tests.addon_registry.commands import Command
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import ONLINE, PLATFORM, Keeper, keep
from tests.addon_registry.packing import TOML, Publisher, changed, forged, small_addon


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """A deployment that trusts a registry, has seen it, and runs an addon of it."""
    made = Deployment(layout.of(tmp_path / "var"), keep(tmp_path))
    made.keeper.publish("notes", "1.0")
    trusted = made.layout.trust
    trust(trusted, str(made.keeper.folder), fingerprint=made.keeper.founded.fingerprint)
    Registry(trusted).refresh()
    made.take(made.package("notes", "1.0"))
    return made


def packed(keeper: Keeper, label: str = "") -> Path:
    """A parcel with this label, signed by the publisher."""
    addon = small_addon(keeper.work, {"static/label.txt": label})
    return Publisher(keeper.publisher_key).signed(addon, keeper.work / "dist")[0]


def put(keeper: Keeper, wheel: Path) -> None:
    """Publish it as a keeper does."""
    publish(keeper.folder, wheel, at_hand=keeper.at_hand, platform=PLATFORM)


def smuggle(keeper: Keeper, wheel: Path) -> None:
    """Put a parcel into the registry that nobody has looked at."""
    manifest = manifests.parse(TOML)
    with state.held(keeper.folder) as current:
        change = Change(current, keeper.only(*ONLINE), utc_now())
        record = {
            "version": manifest.version,
            "manifest": manifest_data(manifest),
            "wheel": _put(change, wheel),
            "signature": _put(change, signature_path(wheel)),
            "key_id": keys.key_id(keeper.publisher_key.public_key()),
            "published_at": utc_now().replace(microsecond=0).isoformat(),
            "changelog": "",
        }
        change.put_records({**current.records, manifest.name: [record]})
        change.commit()


def _put(change: Change, path: Path) -> dict[str, object]:
    info = change.put_release_file(release_path("parcel", "1.0.0", path.name), path.read_bytes())
    return asdict(File(info.path, info.length, info.hashes["sha256"]))


def one_byte(data: bytearray) -> None:
    """Change one byte in the middle."""
    data[len(data) // 2] ^= 1


@contextmanager
def tampered_on_its_way(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    put(keeper, packed(keeper))
    [stored] = targets_folder(keeper.folder).rglob("*parcel*.whl")
    changed(stored, one_byte)
    yield


@contextmanager
def tampered_in_the_registry(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    smuggle(keeper, changed(packed(keeper), one_byte))
    yield


@contextmanager
def signed_by_a_stranger(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    wheel, _ = Publisher().signed(small_addon(keeper.work), keeper.work / "dist")
    smuggle(keeper, wheel)
    yield


@contextmanager
def unpacking_outside(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    wheel = forged(keeper.work / "dist", [("parcel/../../evil.py", b"")])
    Publisher(keeper.publisher_key).sign_anything(wheel)
    smuggle(keeper, wheel)
    yield


@contextmanager
def expired(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    put(keeper, packed(keeper))
    with time_machine.travel(utc_now() + timedelta(days=15), tick=False):
        yield


@contextmanager
def replayed(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    put(keeper, packed(keeper))
    older = keeper.work / "older"
    shutil.copytree(keeper.folder, older)
    keeper.publish("board", "1.0")
    trusted.refresh()
    shutil.rmtree(keeper.folder)
    older.rename(keeper.folder)
    yield


@contextmanager
def imitating(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    wheel = keeper.wheel("parcel", "1.0.0", None, title="Acc0unting")
    publish(keeper.folder, wheel, at_hand=keeper.at_hand, platform={})
    yield


@contextmanager
def needing_what_was_withdrawn(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    keeper.publish("board", "1.0")
    keeper.publish("parcel", "1.0.0", depends=["board"])
    yank(keeper.folder, "board", "1.0", "It loses notices", at_hand=keeper.at_hand)
    yield


@contextmanager
def on_a_disk_that_fills_up(keeper: Keeper, trusted: Registry) -> Iterator[None]:
    put(keeper, packed(keeper, label="x" * 300_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


REFUSED = (
    (tampered_on_its_way, "changed after they were signed", "take another mirror"),
    (tampered_in_the_registry, "the file was changed since", "Fetch it again"),
    (signed_by_a_stranger, "a key that is not known here", "its registry"),
    (unpacking_outside, "is no path that a package may hold", "Tell its publisher"),
    (expired, "has expired", "Ask its keeper to renew it"),
    (replayed, "an older state", "Take another mirror"),
    (imitating, "imitates", "tell its publisher"),
    (
        needing_what_was_withdrawn,
        "board 1.0 was withdrawn: It loses notices",
        "Choose other versions",
    ),
    (on_a_disk_that_fills_up, "cannot be written", "Free some space"),
)


@pytest.mark.parametrize(
    ("brought_about", "says", "way_out"), REFUSED, ids=[case[0].__name__ for case in REFUSED]
)
def test_what_is_wrong_is_refused_and_what_was_installed_stays(
    aorabooks: Command,
    deployment: Deployment,
    brought_about: Callable[[Keeper, Registry], AbstractContextManager[None]],
    says: str,
    way_out: str,
) -> None:
    with brought_about(deployment.keeper, Registry(deployment.layout.trust)):
        refused = aorabooks("addon", "install", "parcel")
    assert refused.status in (1, 2)
    assert says in refused.err
    assert way_out in refused.err
    assert deployment.runs() == {"notes": "1.0"}
    assert deployment.stored() == {"notes 1.0"}
    assert not deployment.layout.journal.exists()


def test_a_preview_shows_what_an_installation_would_do_and_does_nothing(
    aorabooks: Command, deployment: Deployment
) -> None:
    said = {"hosts": ["notes.example"], "permissions": ["Read notes"], "needs": ["network"]}
    deployment.keeper.publish("notes", "1.1", **said)
    shown = aorabooks("addon", "install", "notes", "--preview", "--json")
    assert shown.status == 0, shown.err
    [change] = shown.json["changes"]
    assert (change["action"], change["version"], change["before"]) == ("upgrade", "1.1", "1.0")
    assert {name: change[name] for name in said} == said
    for_people = aorabooks("addon", "install", "notes", "--preview").out
    assert "notes.example" in for_people
    assert deployment.runs() == {"notes": "1.0"}


def test_nobody_goes_back_to_what_was_taken_back(
    aorabooks: Command, deployment: Deployment
) -> None:
    with pytest.raises(StepFailed):
        deployment.take(deployment.package("notes", "1.1"), troubles={"notes": "it lacks glue"})
    back = aorabooks("addon", "rollback", "--yes")
    assert back.status == 1
    assert "There is nothing to go back to" in back.err
    assert "NAME==VERSION" in back.err
    assert deployment.runs() == {"notes": "1.0"}
