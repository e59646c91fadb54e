"""The registry from the command line, from its founding to the day on which a key was stolen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.addon_registry.commands import Command
from tests.addon_registry.keeper import Keeper, keep

NOTICE_BOARD = Path(__file__).parent / "strangers" / "notice_board"


def test_a_registry_from_its_founding_to_a_stolen_key(aorabooks: Command, tmp_path: Path) -> None:
    keys = ("--keys", "keys")
    founded = aorabooks("registry", "init", "registry", *keys, "--json").json
    assert len(founded["keys"]) == 7
    public = aorabooks("addon", "key", "corkwood.key", "--json").json
    granted = ("--key", public["public"], "--addon", "notice_board", *keys)
    assert aorabooks("registry", "add-publisher", "registry", "Corkwood", *granted).status == 0
    wheel = aorabooks("addon", "build", str(NOTICE_BOARD), "--json").json["path"]
    unsigned = aorabooks("addon", "publish", wheel, "--to", "registry", *keys)
    assert (unsigned.status, "nobody has signed it" in unsigned.err) == (1, True)
    aorabooks("addon", "sign", wheel, "--key", "corkwood.key")
    published = aorabooks("addon", "publish", wheel, "--to", "registry", *keys, "--json").json
    assert (published["name"], published["publisher"]) == ("notice_board", "Corkwood")

    nothing = aorabooks("registry", "show")
    assert (nothing.status, "trusts no registry yet" in nothing.err) == (1, True)
    blind = aorabooks("registry", "trust", "registry")
    assert (blind.status, "cannot begin with what the network says" in blind.err) == (2, True)
    asked = aorabooks("registry", "trust", "registry", "--fingerprint", founded["fingerprint"])
    assert asked.status == 0
    assert "notice_board" in aorabooks("registry", "show").out
    assert aorabooks("registry", "mirror", "copy", "--json").json["files"] > 4

    yanked = ("registry", "yank", "registry", "notice_board", "1.0.0", *keys)
    assert aorabooks(*yanked, "--reason", "It loses notices").status == 0
    aorabooks("registry", "refresh")
    [release] = aorabooks("registry", "show", "notice_board", "--json").json["releases"]
    assert release["withdrawn"] == "It loses notices"
    assert aorabooks(*yanked, "--undo").status == 0

    pruned = aorabooks("registry", "prune", "registry", "--json").json
    assert pruned == {"files": [], "bytes": 0, "removed": False}, "all of it is young"

    stolen = ("registry", "revoke", "registry", public["key_id"][:12], *keys)
    assert aorabooks(*stolen, "--reason", "It was stolen").status == 0
    assert "It was stolen" in aorabooks("registry", "inspect", "registry").out
    assert aorabooks("registry", "refresh", "--json").json["offline"] == ""
    [release] = aorabooks("registry", "show", "--json").json["releases"]
    assert release["withdrawn"] == "It was stolen"


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return keep(tmp_path)


def test_keys_change_with_root_keys_in_two_places(
    aorabooks: Command, keeper: Keeper, tmp_path: Path
) -> None:
    for place, names in (("vault", ["root-1"]), ("safe", ["root-2"]), ("here", ["timestamp"])):
        (tmp_path / place).mkdir()
        for name in names:
            (tmp_path / "keys" / f"{name}.pem").rename(tmp_path / place / f"{name}.pem")
    aorabooks("addon", "key", "here/timestamp-2.pem")
    roles = aorabooks("registry", "inspect", "registry", "--json").json["roles"]
    [old] = next(role["keys"] for role in roles if role["role"] == "timestamp")
    change = ("rotate", "registry", "timestamp", "--add", "here/timestamp-2.pem.pub")
    change = ("registry", *change, "--remove", old[:12])
    short = aorabooks(*change, "--keys", "vault", "--keys", "here")
    assert (short.status, "2 of its keys are needed" in short.err) == (2, True)
    assert aorabooks(*change, "--draft", "root.json", "--keys", "vault").status == 0
    assert aorabooks("registry", "sign", "root.json", "--keys", "safe").status == 0
    accepted = aorabooks("registry", "accept", "registry", "root.json", "--keys", "here", "--json")
    assert accepted.json == {"root": 2}
    again = aorabooks("registry", "accept", "registry", "root.json", "--keys", "here")
    assert (again.status, "Draft it again" in again.err) == (1, True)
    done = aorabooks("registry", "renew", "registry", "--keys", "here", "--json")
    assert done.json["renewed"] == ["timestamp"]
    assert keeper.trusting().refresh().offline == ""


def test_what_cannot_be_is_refused_before_anything_is_written(
    aorabooks: Command, tmp_path: Path
) -> None:
    inside = aorabooks("registry", "init", "registry", "--keys", "registry/keys")
    assert (inside.status, "must not lie in the folder" in inside.err) == (2, True)
    threshold = ("--threshold", "4")
    many = aorabooks("registry", "init", "registry", "--keys", "keys", *threshold)
    assert (many.status, "4 of 3 keys" in many.err) == (2, True)
    assert not any(tmp_path.rglob("*.pem"))
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "something").touch()
    full = aorabooks("registry", "init", "registry", "--keys", "keys")
    assert (full.status, "is not empty" in full.err) == (1, True)
    assert not any(tmp_path.rglob("*.pem"))
