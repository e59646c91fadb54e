"""Where a registry is asked: a folder, an HTTP server, mirrors one after the other, or nobody.

Whoever answers is believed for what is signed and for nothing else; where nobody answers, what was
verified last goes on to serve.
"""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine

from addon_registry.repository import fetching, storage
from addon_registry.repository.client import Registry
from addon_registry.repository.mirroring import mirror
from addon_registry.repository.refusals import (
    RegistryNotTrusted,
    RegistryRefused,
    RegistryUnreachable,
    ReleaseUnavailable,
)
from addon_registry.repository.trust import trust
from core.db.base import utc_now
from core.errors import InvalidInput, Unavailable
from tests.addon_registry.keeper import Keeper, keep


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    keeper = keep(tmp_path)
    keeper.publish("board", "1.0", screenshots=["one.png"])
    return keeper


@pytest.fixture
def address(keeper: Keeper) -> Iterator[str]:
    """The registry's folder on a web server of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the tests' output is for the tests."""

    handler = partial(Quiet, directory=str(keeper.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def versions(registry: Registry) -> list[str]:
    return [release.version for release in registry.index().releases("board")]


def trusting(keeper: Keeper, *locations: str) -> Registry:
    folder = keeper.work / "trust"
    root = keeper.founded.root.read_bytes()
    trust(folder, locations[0], root=root, mirrors=locations[1:])
    return Registry(folder)


def test_a_web_server_of_any_kind_hands_it_out(
    keeper: Keeper, address: str, tmp_path: Path
) -> None:
    trust(tmp_path / "trust", address, fingerprint=keeper.founded.fingerprint.upper())
    registry = Registry(tmp_path / "trust")
    assert registry.location == f"{address}/"
    registry.refresh()
    [release] = registry.index().releases("board")
    wheel, _ = registry.download(release, tmp_path / "incoming")
    assert wheel.stat().st_size == release.size


def test_a_server_that_sends_too_much_or_too_slowly_is_left(
    keeper: Keeper, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = trusting(keeper, address)
    registry.refresh()
    [release] = registry.index().releases("board")
    [wheel] = keeper.folder.rglob(f"{release.sha256}.*")
    wheel.write_bytes(wheel.read_bytes() + b"and more")
    with pytest.raises((RegistryRefused, RegistryUnreachable), match="exceeding"):
        registry.download(release, tmp_path / "incoming")
    monkeypatch.setattr(fetching, "PATIENCE", -1.0)
    monkeypatch.setattr(fetching, "SLOWEST", 2**60)
    assert "it is too slow" in registry.refresh().offline


def test_without_anybody_what_was_verified_last_goes_on_to_serve(keeper: Keeper) -> None:
    registry = keeper.trusting()
    registry.refresh()
    [release] = registry.index().releases("board")
    [picture] = registry.files(release.screenshots)
    shutil.rmtree(keeper.folder)
    with time_machine.travel(utc_now() + timedelta(days=3), tick=False):
        fresh = registry.refresh()
        assert "cannot be reached" in fresh.offline
        index = Registry(keeper.work / "trust").index()
        assert 3 * 86400 <= index.age(utc_now()) < 3 * 86400 + 600
        assert index.verified_at == fresh.verified_at
        assert index.releases("board") == (release,)
        assert registry.files(release.screenshots) == [picture]
        assert release.key_id in registry.keyring()
        with pytest.raises(RegistryUnreachable, match="cannot be reached"):
            registry.download(release, keeper.work / "incoming")
    assert not (keeper.work / "incoming").exists()


def test_a_deployment_that_never_reached_its_registry_says_so(
    keeper: Keeper, tmp_path: Path
) -> None:
    with pytest.raises(RegistryNotTrusted, match="trusts no registry"):
        Registry(tmp_path / "nothing")
    registry = trusting(keeper, str(tmp_path / "nowhere"))
    with pytest.raises(RegistryUnreachable):
        registry.refresh()
    with pytest.raises(RegistryUnreachable, match="never been reached"):
        registry.index()
    for wrong in ("", "ftp://example.com", "https://"):
        with pytest.raises(InvalidInput, match="no address of a registry"):
            trusting(keeper, wrong)


def test_pages_do_not_wait_one_after_the_other_for_nobody(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = trusting(keeper, str(keeper.folder))
    registry.refresh()
    [release] = registry.index().releases("board")
    keeper.folder.rename(tmp_path / "away")
    asked: list[str] = []
    fetch = fetching.Fetcher.fetch
    with monkeypatch.context() as patch:
        patch.setattr(
            fetching.Fetcher, "fetch", lambda own, url: asked.append(url) or fetch(own, url)
        )
        for _ in range(3):
            with pytest.raises(RegistryUnreachable, match="cannot be reached"):
                registry.files(release.screenshots)
        assert sorted(Path(url).name for url in asked) == ["2.root.json", "timestamp.json"]
        before = len(asked)
        registry.refresh()  # who asks on purpose is not kept from it
        assert len(asked) > before
    (tmp_path / "away").rename(keeper.folder)
    assert registry.refresh().offline == ""
    assert len(registry.files(release.screenshots)) == 1


def test_a_mirror_serves_when_the_registry_does_not(keeper: Keeper, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    done = mirror(keeper.trusting("keeper's own"), copy)
    assert done.files == 6  # two lists, a wheel, its signature, a README and a picture
    assert mirror(keeper.trusting("keeper's own"), copy).files == 0
    keeper.publish("board", "2.0")
    again = mirror(keeper.trusting("keeper's own"), copy)
    assert again.files == 4  # a list, and three files of the release without a picture
    registry = trusting(keeper, str(keeper.folder), str(copy))
    shutil.rmtree(keeper.folder)
    assert registry.refresh().offline == ""
    assert versions(registry) == ["2.0", "1.0"]
    for release in registry.index().releases("board"):
        assert registry.download(release, tmp_path / "incoming")[0].is_file()


def test_a_copy_that_was_interrupted_shows_its_old_state(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, source = tmp_path / "copy", keeper.trusting("keeper's own")
    mirror(source, copy)
    keeper.publish("board", "2.0")
    write = storage.write

    def interrupted(path: Path, content: bytes) -> None:
        if path == copy / "metadata" / "timestamp.json":
            raise KeyboardInterrupt
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mirror(source, copy)
    registry = trusting(keeper, str(copy))
    registry.refresh()
    assert versions(registry) == ["1.0"]
    mirror(source, copy)
    registry.refresh()
    assert versions(registry) == ["2.0", "1.0"]


def test_a_mirror_that_lies_is_passed_over_and_named_if_it_is_the_only_one(
    keeper: Keeper, tmp_path: Path
) -> None:
    lying = tmp_path / "lying"
    mirror(keeper.trusting("keeper's own"), lying)
    keeper.publish("board", "2.0")
    [index] = lying.glob("targets/*.index.json.gz")
    index.write_bytes(b"x" * index.stat().st_size)
    alone = trusting(keeper, str(lying))
    with pytest.raises(RegistryRefused, match=r"lying/: its files do not belong together"):
        alone.refresh()
    registry = trusting(keeper, str(lying), str(keeper.folder))
    assert registry.refresh().offline == ""
    assert versions(registry) == ["2.0", "1.0"]


def test_a_release_that_was_exchanged_after_it_was_chosen_is_not_taken(
    keeper: Keeper, tmp_path: Path
) -> None:
    """Somebody looked at the list, and meanwhile the registry was made anew."""
    registry = keeper.trusting()
    registry.refresh()
    [chosen] = registry.index().releases("board")
    other = keep(tmp_path / "other")
    theirs = other.publish("board", "1.0", summary="Another board.")
    with pytest.raises(ReleaseUnavailable, match="not in the registry any more as it was"):
        trusting(other, str(other.folder)).download(chosen, tmp_path / "incoming")
    assert theirs.sha256 != chosen.sha256


def test_a_trust_folder_that_cannot_be_written_says_so(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = keeper.trusting()
    registry.refresh()
    before = registry.index()
    keeper.publish("board", "2.0")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, os.strerror(28), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(storage, "write", full)
        with pytest.raises(Unavailable, match="No space left on device"):
            registry.refresh()
    assert registry.index() == before
    registry.refresh()
    assert versions(registry) == ["2.0", "1.0"]


def test_what_was_kept_and_is_damaged_is_fetched_again(keeper: Keeper) -> None:
    registry = keeper.trusting()
    registry.refresh()
    for kept in (keeper.work / "trust" / "files").iterdir():
        kept.write_bytes(b"damaged")
    fresh = Registry(keeper.work / "trust")
    with pytest.raises(RegistryUnreachable, match="damaged"):
        fresh.index()
    fresh.refresh()
    assert versions(fresh) == ["1.0"]
