"""Cache, files and notices are each company's own, in the process and in Redis alike."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.cache import ProcessStore, TenantCache, open_cache
from core.channels import Channels
from core.errors import NotFound
from core.files import TenantFiles
from core.tenancy.tenant import DatabaseAddress, Tenant
from tests.own_redis import Server
from tests.waiting import PATIENCE

NOWHERE = DatabaseAddress("", 0, "", "", "")
ACME = Tenant("0a1b", "acme", "Acme", "active", NOWHERE, NOWHERE)
BOLT = replace(ACME, id="2c3d", slug="bolt")


@pytest.fixture
def redis_at(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.redis)])
def cache(request: pytest.FixtureRequest) -> TenantCache:
    if request.param == "process":
        return open_cache(None)
    return open_cache(request.getfixturevalue("redis_at").url)


def test_what_one_company_keeps_another_never_sees(cache: TenantCache) -> None:
    cache.put(ACME, "tiles", b"of acme", seconds=60)
    assert cache.get(ACME, "tiles") == b"of acme"
    assert cache.get(BOLT, "tiles") is None
    cache.drop(BOLT, "tiles")
    assert cache.get(ACME, "tiles") == b"of acme"
    cache.drop(ACME, "tiles")
    assert cache.get(ACME, "tiles") is None


def test_a_key_cannot_reach_over_to_another_company(cache: TenantCache) -> None:
    cache.put(BOLT, "x", b"of bolt", seconds=60)
    for key in (f"../{BOLT.id}:x", f":{BOLT.id}:x", f"{BOLT.id}:x", "*"):
        assert cache.get(ACME, key) is None


def test_an_entry_expires() -> None:
    now = [100.0]
    cache = TenantCache(ProcessStore(clock=lambda: now[0]))
    cache.put(ACME, "k", b"v", seconds=10)
    now[0] += 9.9
    assert cache.get(ACME, "k") == b"v"
    now[0] += 0.2
    assert cache.get(ACME, "k") is None


def test_the_cache_in_the_process_is_bounded_in_number_and_size() -> None:
    few = TenantCache(ProcessStore(max_entries=2))
    for key in ("a", "b", "c"):
        few.put(ACME, key, b"v", seconds=60)
    assert [few.get(ACME, key) for key in ("a", "b", "c")] == [None, b"v", b"v"]
    small = TenantCache(ProcessStore(max_bytes=10))
    small.put(ACME, "a", b"123456", seconds=60)
    small.put(ACME, "b", b"123456", seconds=60)
    assert small.get(ACME, "a") is None
    assert small.get(ACME, "b") == b"123456"


@pytest.mark.redis
def test_redis_gone_costs_the_entries_and_no_answer(redis_at: Server) -> None:
    cache = open_cache(redis_at.url)
    cache.put(ACME, "k", b"v", seconds=60)
    redis_at.kill()
    assert cache.get(ACME, "k") is None
    cache.put(ACME, "k", b"v", seconds=60)
    cache.drop(ACME, "k")
    redis_at.start()
    cache.put(ACME, "k", b"again", seconds=60)
    assert cache.get(ACME, "k") == b"again"


@pytest.mark.redis
def test_notices_reach_the_pages_of_other_processes_and_no_other_company(
    redis_at: Server,
) -> None:
    web, worker = Channels(redis_at.url), Channels(redis_at.url)

    async def scenario() -> None:
        relay = asyncio.create_task(web.relay())
        with (
            web.subscribe(ACME, frozenset({"jobs", "hello"})) as here,
            web.subscribe(BOLT, frozenset({"jobs", "hello"})) as there,
        ):
            while here.queue.empty():  # until the relay listens
                worker.publish(ACME, "hello", {})
                await asyncio.sleep(0.02)
            worker.publish(ACME, "jobs", {"job": 7})
            async with asyncio.timeout(PATIENCE):
                while (notice := await here.next()).channel == "hello":
                    continue
            assert (notice.channel, notice.data) == ("jobs", {"job": 7})
            assert there.queue.empty()
        relay.cancel()

    asyncio.run(scenario())


@pytest.mark.redis
def test_without_redis_notices_still_reach_the_pages_of_this_process(redis_at: Server) -> None:
    channels = Channels(redis_at.url)
    redis_at.kill()

    async def scenario() -> int:
        with channels.subscribe(ACME, frozenset({"jobs"})) as here:
            threading.Thread(target=channels.publish, args=(ACME, "jobs", {"job": 1})).start()
            async with asyncio.timeout(PATIENCE):
                return (await here.next()).data["job"]

    assert asyncio.run(scenario()) == 1


def test_a_file_is_found_by_its_content_and_by_its_own_company_alone(tmp_path: Path) -> None:
    files = TenantFiles(tmp_path)
    stored = files.store(ACME, [b"led", b"ger"])
    assert files.store(ACME, [b"ledger"]) == stored
    assert b"".join(files.read(ACME, stored.digest)) == b"ledger"
    assert stored.size == 6
    with pytest.raises(NotFound):
        files.open(BOLT, stored.digest)
    files.delete(BOLT, stored.digest)
    files.open(ACME, stored.digest).close()
    files.delete(ACME, stored.digest)
    with pytest.raises(NotFound):
        files.open(ACME, stored.digest)


def test_no_name_leads_out_of_the_companys_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("secret")
    files = TenantFiles(tmp_path / "files")
    for name in ("../../secret.key", "/etc/passwd", "..", "", "A" * 64, "0" * 63 + "\n"):
        with pytest.raises(NotFound):
            files.open(ACME, name)
        with pytest.raises(NotFound):
            files.delete(ACME, name)
    with pytest.raises(ValueError, match="cannot name a folder"):
        files.store(replace(ACME, id="../other"), [b"x"])


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        TenantFiles(tmp_path).store(ACME, breaks_off())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
