"""A deployment's addons change in steps: everything is unpacked beside what runs, one file says
which versions are active, and whatever is wrong leaves what ran before."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from addon_registry.deployment import active, changing, history, journal, lock, store
from addon_registry.deployment import layout as layouts
from addon_registry.deployment.changing import StepFailed
from addon_registry.errors import UntrustedPackage
from core.errors import Conflict, Unavailable
from tests.addon_registry.installing import Deployment, code_file
from tests.addon_registry.keeper import keep


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(layouts.of(tmp_path / "var"), keep(tmp_path))


def test_versions_lie_beside_each_other_until_nothing_refers_to_them(
    deployment: Deployment,
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        deployment.take(deployment.package("notes", version))
        assert deployment.runs() == {"notes": version}
    assert deployment.stored() == {"notes 1.1", "notes 1.2"}
    assert active.read(deployment.layout).previous["notes"].version == "1.1"


def test_going_back_is_a_step_forward(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "1.0"))
    deployment.take(deployment.package("notes", "2.0"), deployment.package("extra", "1.0"))
    before = active.read(deployment.layout)
    deployment.take(to=before.previous)
    assert deployment.runs() == {"notes": "1.0"}
    assert active.read(deployment.layout).generation == before.generation + 1
    assert "notes 2.0" in deployment.stored(), "its migrations may have to be undone"


def test_what_the_check_refuses_is_not_taken_up(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "1.0"))
    with pytest.raises(StepFailed, match="templates: cannot be read"):
        deployment.take(
            deployment.package("notes", "1.1"), troubles={"notes": "templates: cannot be read"}
        )
    assert deployment.runs() == {"notes": "1.0"}
    assert active.read(deployment.layout).state == "returned"
    assert not deployment.layout.journal.exists()


def test_a_file_that_was_changed_in_the_store_is_noticed_at_the_next_start(
    deployment: Deployment,
) -> None:
    deployment.take(deployment.package("notes", "1.0"))
    code_file(deployment, "notes", "plugin.py").write_text("import os\n")
    with pytest.raises(UntrustedPackage, match=r"plugin\.py"):
        deployment.runs()
    deployment.take(deployment.package("notes", "1.0"), deployment.package("extra", "1.0"))
    assert deployment.runs() == {"notes": "1.0", "extra": "1.0"}, "installing it again mends it"


def test_a_key_that_was_exchanged_in_the_store_is_noticed(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "1.0"))
    stranger = keep(deployment.keeper.work / "stranger")
    other = Deployment(layouts.of(stranger.work / "var"), stranger)
    other.take(other.package("notes", "1.0"))
    ours = active.read(deployment.layout).addons["notes"]
    theirs = active.read(other.layout).addons["notes"]
    for file in (store.SIGNATURE, store.PUBLISHER):
        source = store.folder_of(other.layout, theirs) / file
        (store.folder_of(deployment.layout, ours) / file).write_bytes(source.read_bytes())
    with pytest.raises(UntrustedPackage, match="not what was installed"):
        deployment.runs()


def test_one_installs_at_a_time(deployment: Deployment) -> None:
    package = deployment.package("notes", "1.0")
    with lock.locked(deployment.layout), pytest.raises(Conflict, match="Somebody else"):
        deployment.take(package)
    deployment.take(package)
    assert deployment.runs() == {"notes": "1.0"}


def test_two_who_replace_the_active_set_at_once_do_not_both_succeed(
    deployment: Deployment,
) -> None:
    now = active.read(deployment.layout)
    done: list[bool] = []

    def replace(step: str) -> None:
        wanted = active.successor(now, {}, step=step)
        done.append(active.replace_by(deployment.layout, wanted, after=now.generation))

    threads = [threading.Thread(target=replace, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count(True) == 1
    assert active.read(deployment.layout).generation == 1


def test_a_full_disk_is_said_before_anything_is_fetched(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = deployment.package("notes", "1.0")
    monkeypatch.setattr(changing, "_SPARE_BYTES", 2**60)
    with pytest.raises(Unavailable, match="MB are needed"):
        deployment.take(package)
    assert deployment.runs() == {}
    assert deployment.stored() == set()


def test_an_installer_that_died_while_it_checked_is_undone(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "1.0"))
    before = active.read(deployment.layout)
    step = journal.Step("dead", "install notes 2.0", "somebody")
    journal.begin(deployment.layout, step)
    package = deployment.package("notes", "2.0")
    added = store.put(
        deployment.layout, package.wheel, package.signature, package.verified, lambda *_: None
    )
    wanted = active.successor(before, {"notes": added}, step="dead")
    active.replace_by(deployment.layout, wanted, after=before.generation)
    journal.note_activated(deployment.layout, step)

    with lock.locked(deployment.layout):
        assert journal.recover(deployment.layout) is not None
        assert journal.recover(deployment.layout) is None
    assert deployment.runs() == {"notes": "1.0"}
    (entry,) = history.read(deployment.layout)
    assert (entry.step, entry.result) == ("dead", "failed")
