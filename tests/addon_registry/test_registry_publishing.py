"""A publisher hands in a signed wheel, and it becomes a release; others do not become one.

Told by a keeper with an empty registry and by a deployment that trusts it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from addon_registry import keys
from addon_registry.errors import InvalidPackage, UntrustedPackage
from addon_registry.package.building import build
from addon_registry.package.names import check_path, signature_path
from addon_registry.package.signing import sign
from addon_registry.package.verifying import verify_wheel
from addon_registry.repository import storage
from addon_registry.repository.conflicts import CannotResolve
from addon_registry.repository.pruning import KEPT, prune
from addon_registry.repository.publishers import add_publisher, revoke
from addon_registry.repository.publishing import AuditFailed, publish
from addon_registry.repository.refusals import ReleaseUnavailable
from addon_registry.repository.renewing import renew
from addon_registry.repository.resolving import resolve
from addon_registry.repository.state import NoRepository
from addon_registry.repository.withdrawing import offer_again, yank
from core.db.base import utc_now
from core.errors import Conflict, Forbidden, InvalidInput, Unavailable
from tests.addon_registry.keeper import ONLINE, PICTURE, PLATFORM, PUBLISHER, Keeper, keep

STRANGERS = Path(__file__).parent / "strangers"


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return keep(tmp_path, addons=("board", "shadow", "misbehaving", "cork_*"))


def publish_wheel(keeper: Keeper, wheel: Path) -> None:
    publish(keeper.folder, wheel, at_hand=keeper.only(*ONLINE), platform=PLATFORM)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_says_all_that_the_catalogue_shows(keeper: Keeper, tmp_path: Path) -> None:
    published = keeper.publish(
        "board", "1.2.0", screenshots=["one.png"], homepage="https://corkwood.example"
    )
    registry = keeper.trusting()
    registry.refresh()
    [release] = registry.index().releases("board")
    assert release == published
    assert release.manifest.homepage == "https://corkwood.example"
    assert (release.publisher, release.tier, release.offered) == (PUBLISHER, "none", True)
    assert release.key_id == keys.key_id(keeper.publisher_key.public_key())
    assert release.changelog == "- New."
    assert release.readme is not None
    assert registry.file(release.readme) == b"# Board\n"
    assert registry.files(release.screenshots) == [PICTURE]
    wheel, signature = registry.download(release, tmp_path / "incoming")
    assert (wheel.stat().st_size, signature) == (release.size, signature_path(wheel))
    assert verify_wheel(wheel, signature, registry.keyring()).manifest == release.manifest


def test_what_was_measured_goes_along_if_it_speaks_of_the_same_bytes(keeper: Keeper) -> None:
    wheel = keeper.wheel("board", "1.0")
    digest = build(keeper.source("board", "1.0"), keeper.work / "again").sha256
    check_path(wheel).write_text(f'{{"tier": "gold", "wheel_sha256": "{"0" * 64}"}}')
    with pytest.raises(InvalidPackage, match="does not speak of this wheel"):
        publish_wheel(keeper, wheel)
    check_path(wheel).write_text(f'{{"tier": "gold", "wheel_sha256": "{digest}"}}')
    publish_wheel(keeper, wheel)
    registry = keeper.trusting()
    registry.refresh()
    assert registry.index().releases("board")[0].tier == "gold"


def test_the_same_wheel_again_changes_nothing_and_another_one_is_refused(keeper: Keeper) -> None:
    release = keeper.publish("board", "1.0")
    before = files(keeper.folder)
    assert keeper.publish("board", "1.0") == release
    assert files(keeper.folder) == before
    with pytest.raises(Conflict, match="published already, with other content"):
        keeper.publish("board", "1.0", summary="Something else.")
    with pytest.raises(Conflict, match="published already"):
        keeper.publish("board", "1.0.0")  # PEP 440: the same version
    assert files(keeper.folder) == before


def test_nobody_publishes_what_is_not_theirs(keeper: Keeper) -> None:
    before = files(keeper.folder)
    stranger = keys.generate()
    with pytest.raises(UntrustedPackage, match="key that is not known"):
        publish_wheel(keeper, keeper.wheel("board", "1.0", stranger))
    with pytest.raises(Forbidden, match=f"{PUBLISHER} may not publish elsewhere"):
        keeper.publish("elsewhere", "1.0")
    wheel = keeper.wheel("board", "1.0")
    wheel.write_bytes(wheel.read_bytes().replace(b"A small addon", b"An evil addon"))
    with pytest.raises(UntrustedPackage, match="was changed since"):
        publish_wheel(keeper, wheel)
    assert files(keeper.folder) == before


def test_the_longest_grant_decides_whose_a_name_is(keeper: Keeper) -> None:
    other = keys.generate()
    public, at_hand = other.public_key(), keeper.only("targets", "snapshot", "timestamp")
    add_publisher(keeper.folder, "Other", public, ["*", "cork_oak"], at_hand=at_hand)
    with pytest.raises(Forbidden):
        keeper.publish("cork_oak", "1.0")
    publish_wheel(keeper, keeper.wheel("cork_oak", "1.0", other))
    keeper.publish("cork_tree", "1.0")
    with pytest.raises(Conflict, match="granted to Corkwood"):
        add_publisher(keeper.folder, "Other", public, ["board"], at_hand=at_hand)
    with pytest.raises(Conflict, match="This key is Other's"):
        add_publisher(keeper.folder, "Third", public, ["third"], at_hand=at_hand)
    with pytest.raises(InvalidInput, match="no name of an addon"):
        add_publisher(keeper.folder, "Other", public, ["No Name"], at_hand=at_hand)


def test_a_name_that_is_handed_over_takes_the_former_owner_s_releases_out(keeper: Keeper) -> None:
    keeper.publish("cork_tree", "1.0")
    heir = keys.generate()
    public = heir.public_key()
    add_publisher(keeper.folder, "Heir", public, ["cork_tree"], at_hand=keeper.at_hand)
    publish_wheel(keeper, keeper.wheel("cork_tree", "1.1", heir))
    registry = keeper.trusting()
    registry.refresh()
    newer, older = registry.index().releases("cork_tree")
    assert (newer.publisher, newer.offered) == ("Heir", True)
    assert older.revoked == "its publisher may not publish under the name cork_tree"


def test_the_audit_keeps_what_misbehaves_out_and_says_where(keeper: Keeper) -> None:
    wheel = build(STRANGERS / "misbehaving", keeper.work / "dist").path
    sign(wheel, keeper.publisher_key)
    with pytest.raises(AuditFailed) as caught:
        publish_wheel(keeper, wheel)
    assert len(caught.value.problems) > 5
    assert all(problem.field and problem.message for problem in caught.value.problems)
    another = keep(keeper.work / "another", addons=("acounting",))
    with pytest.raises(AuditFailed, match="imitates accounting"):
        another.publish("acounting", "1.0")


def test_a_revoked_key_takes_its_releases_along(keeper: Keeper, tmp_path: Path) -> None:
    keeper.publish("board", "1.0")
    registry = keeper.trusting()
    registry.refresh()
    [known] = registry.index().releases("board")
    old = registry.download(known, tmp_path / "before")
    key_id = keys.key_id(keeper.publisher_key.public_key())
    with pytest.raises(InvalidInput, match="Say why"):
        revoke(keeper.folder, key_id, " ", at_hand=keeper.at_hand)
    revoke(keeper.folder, key_id[:10], "It was stolen", at_hand=keeper.at_hand)
    registry.refresh()
    [release] = registry.index().releases("board")
    assert (release.revoked, release.offered) == ("It was stolen", False)
    with pytest.raises(ReleaseUnavailable, match="revoked: It was stolen"):
        registry.download(release, tmp_path / "after")
    with pytest.raises(CannotResolve, match=r"board 1\.0 was revoked: It was stolen"):
        resolve(registry.index(), {"board": ""}, installed={}, core_version="1.0", shipped={})
    with pytest.raises(UntrustedPackage, match="was revoked on"):
        verify_wheel(*old, registry.keyring())
    with pytest.raises(UntrustedPackage, match="was revoked on"):
        keeper.publish("board", "1.1")
    public = keeper.publisher_key.public_key()
    with pytest.raises(Conflict, match="was revoked"):
        add_publisher(keeper.folder, PUBLISHER, public, ["board"], at_hand=keeper.at_hand)


def test_a_yanked_release_stays_for_those_who_have_it(keeper: Keeper, tmp_path: Path) -> None:
    keeper.publish("board", "1.0")
    keeper.publish("board", "1.1")
    with pytest.raises(InvalidInput, match="Say why"):
        yank(keeper.folder, "board", "1.1", "", at_hand=keeper.at_hand)
    yank(keeper.folder, "board", "1.1.0", "It loses notices", at_hand=keeper.at_hand)
    registry = keeper.trusting()
    registry.refresh()
    newest = registry.index().newest("board", "1.0")
    assert newest is not None
    assert newest.version == "1.0"
    withdrawn = registry.index().release("board", "1.1")
    assert withdrawn is not None
    assert withdrawn.yanked == "It loses notices"
    assert all(path.is_file() for path in registry.download(withdrawn, tmp_path / "incoming"))
    offer_again(keeper.folder, "board", "1.1", at_hand=keeper.at_hand)
    registry.refresh()
    newest = registry.index().newest("board", "1.0")
    assert newest is not None
    assert newest.version == "1.1"


def test_a_publish_that_is_killed_leaves_the_registry_as_it_was(keeper: Keeper) -> None:
    """The process dies before each of its writes in turn, as `kill -9` would have it."""
    keeper.publish("board", "1.0")
    wheel = keeper.wheel("board", "2.0")
    written = 0
    while died(lambda: publish_wheel(keeper, wheel), before=written):
        registry = keeper.trusting()
        registry.refresh()
        assert [each.version for each in registry.index().releases("board")] == ["1.0"]
        written += 1
    assert written > 5
    registry.refresh()
    assert [each.version for each in registry.index().releases("board")] == ["2.0", "1.0"]


def test_a_full_disk_leaves_the_registry_as_it_was(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.publish("board", "1.0")
    before = (keeper.folder / "metadata" / "timestamp.json").read_bytes()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(storage, "write", full)
        with pytest.raises(Unavailable, match="No space left"):
            keeper.publish("board", "2.0")
    assert (keeper.folder / "metadata" / "timestamp.json").read_bytes() == before
    assert keeper.publish("board", "2.0").version == "2.0"


def test_two_who_publish_at_once_both_succeed(keeper: Keeper) -> None:
    wheels = [keeper.wheel("board", f"1.{number}") for number in range(4)]
    with ThreadPoolExecutor(len(wheels)) as pool:
        list(pool.map(lambda wheel: publish_wheel(keeper, wheel), wheels))
    registry = keeper.trusting()
    registry.refresh()
    versions = [release.version for release in registry.index().releases("board")]
    assert versions == ["1.3", "1.2", "1.1", "1.0"]


def test_what_is_superseded_is_removed_when_the_registry_is_renewed(keeper: Keeper) -> None:
    for number in range(3):
        keeper.publish("board", f"1.{number}")
    (keeper.folder / "targets" / ".new-left").write_bytes(b"by a publish that was killed")
    before = len(files(keeper.folder))
    assert renew(keeper.folder, at_hand=keeper.at_hand).removed == 0  # somebody may be reading
    with time_machine.travel(utc_now() + timedelta(days=200), tick=False):
        renewed = renew(keeper.folder, at_hand=keeper.only(*ONLINE))
        assert renewed.removed > 8
        assert set(renewed.roles) == {*ONLINE}
        assert [role for role, _ in renewed.due] == ["targets"]
        assert len(files(keeper.folder)) < before
        registry = keeper.trusting()
        registry.refresh()
        assert len(registry.index().releases("board")) == 3
        assert set(renew(keeper.folder, at_hand=keeper.at_hand).roles) == {"targets", "timestamp"}


def test_what_nobody_is_led_to_is_listed_then_removed_and_readers_in_the_middle_lose_nothing(
    keeper: Keeper, tmp_path: Path
) -> None:
    keeper.publish("board", "1.0")
    long_ago = (utc_now() - 2 * KEPT).timestamp()
    for path in keeper.folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    assert prune(keeper.folder, remove=True).files, "what was replaced long ago goes"
    led_to = files(keeper.folder)
    keeper.publish("board", "1.1")
    assert prune(keeper.folder, remove=True).files == (), "somebody may have read what was before"
    assert led_to.keys() <= files(keeper.folder).keys()

    left = keeper.folder / "targets" / "packages" / "board" / "0.9" / "abc.board-0.9.whl"
    left.parent.mkdir()
    left.write_bytes(b"by a publish that was killed")
    assert prune(keeper.folder, remove=True).files == (), "a publish may be under way"
    with time_machine.travel(utc_now() + 2 * KEPT, tick=False):
        listed = prune(keeper.folder, remove=False)
        assert "targets/packages/board/0.9/abc.board-0.9.whl" in listed.files
        assert left.is_file()
        assert listed.size > len(b"by a publish that was killed")
        assert prune(keeper.folder, remove=True) == listed
        assert not left.parent.exists()
        assert prune(keeper.folder, remove=True).files == ()
    registry = keeper.trusting()
    registry.refresh()
    for release in registry.index().releases("board"):
        assert registry.download(release, tmp_path / "incoming")[0].is_file()


def test_a_folder_that_is_no_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoRepository, match="holds no registry"):
        renew(tmp_path / "nowhere", at_hand={})


def died(work: Callable[[], None], *, before: int) -> bool:
    """Whether the work, in a process of its own, was ended by its write number `before`."""
    child = os.fork()
    if child == 0:
        write, count = storage.write, 0

        def counted(path: Path, content: bytes) -> None:
            nonlocal count
            if count == before:
                os._exit(9)
            count += 1
            write(path, content)

        storage.write = counted
        try:
            work()
        finally:
            os._exit(0 if count else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
