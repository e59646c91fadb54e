"""The tenant directory: asks its source once, believes the answer for a bounded time, and never
keeps an answer that an invalidation has overtaken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from core.brand.values import Brand
from core.tenancy import directory as module
from core.tenancy.directory import TTL, TTL_DEAF, TenantDirectory
from core.tenancy.tenant import DatabaseAddress, Tenant


def tenant(slug: str) -> Tenant:
    address = DatabaseAddress("db", 5432, slug, slug, "secret")
    return Tenant(f"id-{slug}", slug, slug, "active", address, address)


class Source:
    """Tenants by host, and how often each was asked for. `during` runs inside a look-up."""

    def __init__(self) -> None:
        self.hosts: dict[str, Tenant] = {}
        self.asked: Counter[str] = Counter()
        self.during: Callable[[], None] = lambda: None

    def by_host(self, host: str) -> Tenant | None:
        self.asked[host] += 1
        found = self.hosts.get(host)
        self.during()
        return found

    def by_id(self, tenant_id: str) -> Tenant | None:
        return next((t for t in self.hosts.values() if t.id == tenant_id), None)

    def by_slug(self, slug: str) -> Tenant | None:
        return next((t for t in self.hosts.values() if t.slug == slug), None)

    def brand_at(self, host: str) -> Brand | None:
        return None


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def source() -> Source:
    source = Source()
    source.hosts = {"a.example": tenant("a"), "b.example": tenant("b")}
    return source


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory(source: Source, clock: Clock) -> TenantDirectory:
    directory = TenantDirectory(source, clock=clock)
    directory.listening = True
    return directory


def test_a_host_is_looked_up_once(directory: TenantDirectory, source: Source) -> None:
    for _ in range(3):
        found = directory.find_host("a.example")
        assert found is not None
        assert found.slug == "a"
        assert directory.find_host("nobody.example") is None
    assert source.asked == {"a.example": 1, "nobody.example": 1}


@pytest.mark.parametrize(("listening", "ttl"), [(True, TTL), (False, TTL_DEAF)])
def test_an_answer_is_believed_for_a_bounded_time(
    listening: bool, ttl: float, directory: TenantDirectory, source: Source, clock: Clock
) -> None:
    directory.listening = listening
    directory.find_host("a.example")
    clock.now += ttl - 0.01
    directory.find_host("a.example")
    assert source.asked["a.example"] == 1
    clock.now += 0.02
    directory.find_host("a.example")
    assert source.asked["a.example"] == 2


def test_forgetting_a_tenant_forgets_its_hosts_and_all_unknown_ones(
    directory: TenantDirectory, source: Source
) -> None:
    for host in ("a.example", "b.example", "new.example"):
        directory.find_host(host)
    source.hosts["new.example"] = source.hosts["a.example"]
    directory.forget("id-a")
    found = directory.find_host("new.example")
    assert found is not None
    assert found.slug == "a"
    directory.find_host("b.example")
    assert source.asked["b.example"] == 1, "another tenant's answer is untouched"


def test_an_answer_that_was_overtaken_by_a_change_is_not_kept(
    directory: TenantDirectory, source: Source
) -> None:
    source.during = lambda: directory.forget("id-a")
    directory.find_host("a.example")
    source.during = lambda: None
    directory.find_host("a.example")
    assert source.asked["a.example"] == 2


def test_a_scan_of_hosts_does_not_fill_the_memory(
    directory: TenantDirectory, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CAPACITY", 100)
    for number in range(300):
        directory.find_host(f"h{number}.example")
    directory.find_host("h299.example")
    directory.find_host("h0.example")
    assert source.asked["h299.example"] == 1
    assert source.asked["h0.example"] == 2


def test_a_source_that_fails_is_asked_again(directory: TenantDirectory, source: Source) -> None:
    def fail() -> None:
        raise ConnectionError

    source.during = fail
    with pytest.raises(ConnectionError):
        directory.find_host("a.example")
    source.during = lambda: None
    assert directory.find_host("a.example") is not None


def test_secrets_do_not_show_when_a_tenant_is_printed() -> None:
    assert "secret" not in repr(tenant("a"))
