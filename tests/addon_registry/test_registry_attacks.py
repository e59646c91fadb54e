"""What somebody who holds the network, a mirror or some of the keys can do to a deployment.

Each attack is played on the files of a registry that a deployment trusts. Whatever happens, the
deployment keeps what it verified before, and says what to do.
"""

# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from tuf.api.metadata import Metadata, Root, Timestamp

from addon_registry import keys
from addon_registry.repository import rotating, state
from addon_registry.repository.change import Change
from addon_registry.repository.client import Registry
from addon_registry.repository.grants import GrantedKey, Publisher, as_bytes
from addon_registry.repository.layout import PUBLISHERS, RELEASES
from addon_registry.repository.publishers import add_publisher
from addon_registry.repository.refusals import RegistryRefused
from addon_registry.repository.renewing import renew
from addon_registry.repository.rotating import Keys
from addon_registry.repository.signing_keys import MissingKeys, signers, tuf_key
from addon_registry.repository.trust import trust
from core.db.base import utc_now
from core.errors import AppError, InvalidInput
from tests.addon_registry.keeper import ONLINE, Keeper, keep


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return keep(tmp_path)


@pytest.fixture
def registry(keeper: Keeper) -> Registry:
    """A deployment that has seen version 1.0 of an addon."""
    keeper.publish("board", "1.0")
    registry = keeper.trusting()
    registry.refresh()
    return registry


def offered(registry: Registry) -> list[str]:
    return [release.version for release in registry.index().releases("board")]


def refused(registry: Registry) -> str:
    """What the deployment says to an attack, which must leave it with what it had."""
    before = registry.index()
    with pytest.raises(RegistryRefused) as caught:
        registry.refresh()
    assert registry.index() == before
    assert caught.value.fix
    return caught.value.message


def test_a_registry_that_nobody_renews_is_not_believed_any_more(
    keeper: Keeper, registry: Registry
) -> None:
    with time_machine.travel(utc_now() + timedelta(days=15), tick=False):
        assert "has expired" in refused(registry)
        assert registry.index().is_expired(utc_now())
        renew(keeper.folder, at_hand=keeper.only(*ONLINE))
        assert registry.refresh().offline == ""
        assert not registry.index().is_expired(utc_now())


def test_an_older_state_is_not_taken_for_the_newest(
    keeper: Keeper, registry: Registry, tmp_path: Path
) -> None:
    shutil.copytree(keeper.folder, tmp_path / "older")
    keeper.publish("board", "2.0")
    registry.refresh()
    shutil.rmtree(keeper.folder)
    (tmp_path / "older").rename(keeper.folder)
    assert "older state" in refused(registry)
    assert offered(registry) == ["2.0", "1.0"]


def test_a_mirror_that_stands_still_is_found_out_when_its_timestamp_ends(
    keeper: Keeper, registry: Registry, tmp_path: Path
) -> None:
    frozen = tmp_path / "frozen"
    shutil.copytree(keeper.folder, frozen)
    held_back = keeper.trusting("elsewhere", mirrors=())
    keeper.publish("board", "2.0")
    shutil.rmtree(keeper.folder)
    frozen.rename(keeper.folder)
    held_back.refresh()
    assert offered(held_back) == ["1.0"]  # nobody can know yet
    with time_machine.travel(utc_now() + timedelta(days=15), tick=False):
        assert "newer releases may be held back" in refused(held_back)


@pytest.mark.parametrize("role", ["snapshot", "releases", "targets"])
def test_files_of_two_states_do_not_pass_for_one(
    keeper: Keeper, registry: Registry, role: str
) -> None:
    """Each file is signed; only their being together is a lie."""
    publisher = keys.generate().public_key()
    add_publisher(keeper.folder, "Another", publisher, ["other"], at_hand=keeper.at_hand)
    old = newest(keeper, role).read_bytes()
    another = keys.generate().public_key()
    add_publisher(keeper.folder, "Third", another, ["third"], at_hand=keeper.at_hand)
    keeper.publish("board", "2.0")
    newest(keeper, role).write_bytes(old)
    assert "do not belong together" in refused(registry)


def test_an_index_of_somebody_else_is_not_read(keeper: Keeper, registry: Registry) -> None:
    keeper.publish("board", "2.0")
    [index] = keeper.folder.glob(f"targets/{current_index(keeper)}.*")
    index.write_bytes(b"another".ljust(index.stat().st_size))
    assert "changed after they were signed" in refused(registry)


def test_a_wheel_that_was_exchanged_is_not_downloaded(
    keeper: Keeper, registry: Registry, tmp_path: Path
) -> None:
    [release] = registry.index().releases("board")
    [wheel] = keeper.folder.rglob(f"{release.sha256}.*.whl")
    wheel.write_bytes(wheel.read_bytes().replace(b"A small addon", b"An evil addon"))
    with pytest.raises(RegistryRefused, match="changed after they were signed"):
        registry.download(release, tmp_path / "incoming")
    assert not (tmp_path / "incoming").exists()


def test_a_root_needs_as_many_keys_as_it_says(keeper: Keeper, registry: Registry) -> None:
    mine = keys.generate()
    takeover = Keys("timestamp", add=(mine.public_key(),))
    with pytest.raises(MissingKeys, match="2 of its keys"):
        rotating.rotate(keeper.folder, takeover, at_hand=keeper.only("root-1", *ONLINE))
    root = rotating.sign(rotating.draft(keeper.folder, takeover), keeper.only("root-1"))
    root.to_file(str(keeper.folder / "metadata" / "2.root.json"))
    assert "not signed by the keys that are trusted" in refused(registry)


def test_a_deployment_follows_from_root_to_root(keeper: Keeper, registry: Registry) -> None:
    new = [keys.generate() for _ in range(2)]
    at_hand = {**keeper.at_hand, **{keys.key_id(key.public_key()): key for key in new}}
    old = state.read(keeper.folder).root.signed.roles["root"].keyids
    change = Keys("root", tuple(key.public_key() for key in new), tuple(old[:2]), 3)
    rotating.rotate(keeper.folder, change, at_hand=at_hand)
    third = Keys("root", remove=(old[2],), threshold=2)
    rotating.rotate(keeper.folder, third, at_hand=at_hand)
    keeper.publish("board", "2.0")
    registry.refresh()
    assert offered(registry) == ["2.0", "1.0"]
    newcomer = keeper.trusting("newcomer")
    newcomer.refresh()
    assert offered(newcomer) == ["2.0", "1.0"]


def test_a_key_that_was_rotated_out_signs_nothing_any_more(
    keeper: Keeper, registry: Registry
) -> None:
    stolen, new = keeper.only("timestamp"), keys.generate()
    [old_id] = stolen
    at_hand = {**keeper.at_hand, keys.key_id(new.public_key()): new}
    change = Keys("timestamp", (new.public_key(),), (old_id,))
    rotating.rotate(keeper.folder, change, at_hand=at_hand)
    assert registry.refresh().offline == ""
    path = keeper.folder / "metadata" / "timestamp.json"
    forged = Metadata[Timestamp].from_file(str(path))
    forged.signed.version += 1
    forged.signatures.clear()
    for signer in signers(stolen, stolen):
        forged.sign(signer)
    forged.to_file(str(path))
    assert "not signed by the keys that are trusted" in refused(registry)


def test_a_lost_key_is_replaced_without_it(keeper: Keeper, registry: Registry) -> None:
    [lost] = keeper.only("timestamp")
    (keeper.work / "keys" / "timestamp.pem").unlink()
    new = keys.generate()
    at_hand = {**keeper.at_hand, keys.key_id(new.public_key()): new}
    with pytest.raises(MissingKeys, match="timestamp"):
        renew(keeper.folder, at_hand=keeper.at_hand)
    rotating.rotate(keeper.folder, Keys("timestamp", (new.public_key(),), (lost,)), at_hand=at_hand)
    renew(keeper.folder, at_hand=at_hand)
    assert registry.refresh().offline == ""


def test_a_registry_restored_from_a_backup_is_believed_under_new_keys(
    keeper: Keeper, registry: Registry, tmp_path: Path
) -> None:
    """The specification's way back when versions have run ahead (5.3.11)."""
    shutil.copytree(keeper.folder, tmp_path / "backup")
    keeper.publish("board", "2.0")
    registry.refresh()
    shutil.rmtree(keeper.folder)
    (tmp_path / "backup").rename(keeper.folder)
    assert "older state" in refused(registry)
    at_hand = dict(keeper.at_hand)
    for role in ("snapshot", "timestamp"):
        new = keys.generate()
        at_hand[keys.key_id(new.public_key())] = new
        [old] = keeper.only(role)
        change = Keys(role, (new.public_key(),), (old,))
        rotating.rotate(keeper.folder, change, at_hand=at_hand)
    assert registry.refresh().offline == ""
    assert offered(registry) == ["1.0"]


def test_root_keys_need_never_meet(keeper: Keeper, registry: Registry, tmp_path: Path) -> None:
    new = keys.generate()
    change = Keys("root", (new.public_key(),), threshold=3)
    draft = tmp_path / "draft.json"
    rotating.draft(keeper.folder, change).to_file(str(draft))
    for holder in ("root-1", "root-2"):
        rotating.sign(rotating.read_draft(draft), keeper.only(holder)).to_file(str(draft))
    with pytest.raises(MissingKeys, match="3 of its keys"):
        rotating.accept(keeper.folder, rotating.read_draft(draft), at_hand={})
    mine = {keys.key_id(new.public_key()): new}
    rotating.sign(rotating.read_draft(draft), mine).to_file(str(draft))
    rotating.accept(keeper.folder, rotating.read_draft(draft), at_hand={})
    assert registry.refresh().offline == ""
    assert state.read(keeper.folder).root.signed.roles["root"].threshold == 3


def test_whoever_takes_over_the_machine_that_publishes_names_no_publisher(
    keeper: Keeper, registry: Registry
) -> None:
    mine = keys.generate()
    online = keeper.only(*ONLINE)
    with pytest.raises(MissingKeys, match="targets"):
        add_publisher(keeper.folder, "Mallory", mine.public_key(), ["m*"], at_hand=online)
    raw = mine.public_key().public_bytes_raw().hex()
    mallory = Publisher("Mallory", (GrantedKey(keys.key_id(mine.public_key()), raw),), ("*",))
    # Putting the list under the role whose keys they have is of no use: nobody looks there.
    change = Change(state.read(keeper.folder), online, utc_now())
    change.put_release_file(PUBLISHERS, as_bytes([mallory]))
    change.commit()
    registry.refresh()
    assert keys.key_id(mine.public_key()) not in registry.keyring()
    # Nor is signing for the role above as if the root had named their key.
    current = state.read(keeper.folder)
    root = deepcopy(current.root)
    [own] = (key for key_id, key in online.items() if key_id in keeper.only(RELEASES))
    root.signed.add_key(tuf_key(own.public_key()), "targets")
    change = Change(replace(current, root=root), online, utc_now())
    change.put_publishers([mallory])
    change.commit()
    assert "not signed by the keys that are trusted" in refused(registry)


def test_trust_does_not_begin_with_what_the_network_says(keeper: Keeper, tmp_path: Path) -> None:
    another = keep(tmp_path / "another")
    with pytest.raises(InvalidInput, match="another fingerprint"):
        Keeper(tmp_path, another.founded).trusting()
    keeper.trusting().refresh()
    root = another.founded.root.read_bytes()
    with pytest.raises(AppError, match="trusts another registry"):
        trust(tmp_path / "trust", str(another.folder), root=root)


def test_a_root_that_its_own_keys_did_not_sign_is_no_beginning(
    keeper: Keeper, tmp_path: Path
) -> None:
    root = Metadata[Root].from_file(str(keeper.founded.root))
    root.signed.roles["root"].threshold = 1
    with pytest.raises(InvalidInput, match="no root metadata"):
        trust(tmp_path / "forged", str(keeper.folder), root=root.to_bytes())


def newest(keeper: Keeper, role: str) -> Path:
    """The file of the newest version of a role's metadata."""
    files = keeper.folder.glob(f"metadata/*.{role}.json")
    return max(files, key=lambda path: int(path.name.partition(".")[0]))


def current_index(keeper: Keeper) -> str:
    """The digest of the index as the releases' metadata names it."""
    signed = json.loads(newest(keeper, RELEASES).read_bytes())["signed"]
    return signed["targets"]["index.json.gz"]["hashes"]["sha256"]
