"""A company is moved to another database server while people work in it: nothing is lost, nothing
is left half done, and whoever is killed on the way is nobody's loss."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.auth.users import ADMIN_ROLE
from core.errors import Conflict, Unavailable
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import names, organizations
from tenants.control import control
from tenants.fleet import registering
from tenants.move_models import Move
from tenants.moving import carrying, copying, fence, jobs, steps
from tenants.provisioning import copying as copies
from tenants.provisioning import pouring, roles, servers
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests import forked
from tests.tenants.conftest import Command
from tests.tenants.killed_moving import STEPS, move_and_be_killed
from tests.tenants.second_server import Second, second_server

ROOT = Path(__file__).parents[2]
_RESTORES_TO_A_FULL_DISK = """#!/bin/sh
head -c 1000 >/dev/null
echo 'pg_restore: error: could not extend file "base/5/1": No space left on device' >&2
exit 1
"""


@pytest.fixture(scope="module")
def second(kernel: Kernel) -> Iterator[Second]:
    with second_server(kernel) as second:
        yield second


@pytest.fixture
def company(kernel: Kernel, second: Second) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "wanderer", addons=("accounting",), server="first") as tenant:
        yield tenant


def begin(kernel: Kernel, there: str, slug: str = "wanderer") -> Move:
    with kernel.session(control(kernel)) as session:
        organization = organizations.find(session, slug)
        return steps.begin(session, organization, registering.find(session, there), confirmed=False)


def now(kernel: Kernel, slug: str = "wanderer") -> Tenant:
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    return tenant


def write(kernel: Kernel, word: str) -> None:
    with kernel.session(now(kernel)) as session:
        session.execute(text("INSERT INTO core.team (name) VALUES (:word)"), {"word": word})


def words(kernel: Kernel) -> list[str]:
    with kernel.session(now(kernel), readonly=True) as session:
        found = session.execute(text("SELECT name FROM core.team WHERE name LIKE 'word%'"))
        return [name for (name,) in found]


def nothing_left(kernel: Kernel, second: Second) -> bool:
    """Whether neither server has a slot, a copy, a subscription or a role of a move. Databases that
    were kept of companies that are gone by now are swept, too."""
    with kernel.session(control(kernel), readonly=True) as session:
        known = [registering.find(session, name) for name in ("first", second.name)]
    swept = [name for server in known for name in jobs.sweep(kernel, server)]
    return not any(map(names.is_move, swept))


def test_a_company_is_moved_while_people_write_and_is_moved_back(
    aorabooks: Command, kernel: Kernel, second: Second, company: Tenant
) -> None:
    acknowledged: list[str] = []
    ended = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not ended.is_set():
            word = f"word {number}"
            try:
                write(kernel, word)
            except Unavailable:
                continue  # and the same once more, as a person would
            acknowledged.append(word)
            number += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        moved = aorabooks("tenant", "move", "wanderer", second.name, "--json")
    finally:
        ended.set()
        writer.join()
    assert (moved.status, moved.json["phase"]) == (0, "kept"), moved.err
    assert moved.json["method"] == "replication"
    assert moved.json["invariants"] > 5
    there = now(kernel)
    assert (there.server, there.region) == (second.name, "Elsewhere")
    assert there.runtime.user != company.runtime.user, "the roles of the new server are new"
    assert acknowledged
    assert words(kernel) == acknowledged
    assert nothing_left(kernel, second)
    with kernel.session(control(kernel), readonly=True) as session:
        first = registering.find(session, "first")
    with servers.connect(first, kernel.secrets) as admin:
        assert roles.roles_of(admin, names.database_name(company.id)) == []
        kept = names.moved_name(moved.json["id"])
        assert roles.database_exists(admin, kept)
        with pytest.raises(psycopg.OperationalError, match="not currently accepting"):
            roles.connect_as_admin(servers.admin_address(first, kernel.secrets, kept))
        assert aorabooks("tenant", "moves", "--forget", moved.json["id"]).status == 0
        assert not roles.database_exists(admin, kept)

    write(kernel, "word of the other server")
    back = aorabooks("tenant", "move", "wanderer", "first", "--json")
    assert (back.status, now(kernel).server) == (0, "first"), back.err
    assert words(kernel) == [*acknowledged, "word of the other server"]
    assert aorabooks("tenant", "move", "wanderer", "first").status == 1, "it is there already"


def test_a_killed_move_goes_on_from_whatever_step(
    kernel: Kernel, environment: dict[str, str], second: Second, company: Tenant
) -> None:
    write(kernel, "word")
    done = forked.start(
        move_and_be_killed,
        "wanderer",
        second.name,
        "first",
        environment=environment,
        folder=ROOT,
    ).wait()
    assert done.out.splitlines() == [*(f"{step} -9" for step in STEPS), "ended 0"], done.err
    kernel.directory.forget()
    assert now(kernel).server == "first", "there and back three times"
    assert words(kernel) == ["word"]
    write(kernel, "word of afterwards")
    assert nothing_left(kernel, second)


def test_where_changes_cannot_be_sent_it_is_copied_while_nobody_writes(
    aorabooks: Command, kernel: Kernel, company: Tenant
) -> None:
    write(kernel, "word")
    with second_server(kernel, "modest", modest=True) as modest:
        planned = aorabooks("tenant", "move", "wanderer", modest.name, "--plan", "--json").json
        assert planned["method"] == "dump"
        assert "needs the role pg_create_subscription" in planned["reason"]
        refused = aorabooks("tenant", "move", "wanderer", modest.name)
        assert refused.status == 1
        assert "Nobody can change anything in wanderer" in refused.err
        assert "--read-only" in refused.err
        assert now(kernel).server == "first"

        there = aorabooks("tenant", "move", "wanderer", modest.name, "--read-only", "--json")
        assert (there.status, there.json["method"]) == (0, "dump"), there.err
        assert now(kernel).server == modest.name
        write(kernel, "word of the other server")
        assert nothing_left(kernel, modest)

        planned = aorabooks("tenant", "move", "wanderer", "first", "--plan", "--json").json
        assert "wal_level = logical, and its administrator the attribute" in planned["reason"]
        back = aorabooks("tenant", "move", "wanderer", "first", "--read-only", "--json")
        assert (back.status, now(kernel).server) == (0, "first"), back.err
        assert words(kernel) == ["word", "word of the other server"]
        assert nothing_left(kernel, modest)


@pytest.mark.parametrize("while_it", ["is poured", "is made"])
def test_a_full_disk_of_the_new_server_ends_the_move_and_says_what_to_do(
    aorabooks: Command,
    kernel: Kernel,
    second: Second,
    company: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    while_it: str,
) -> None:
    write(kernel, "word")
    if while_it == "is poured":
        full = tmp_path / "pg_restore"
        full.write_text(_RESTORES_TO_A_FULL_DISK)
        full.chmod(0o755)
        real = pouring.program
        monkeypatch.setattr(
            pouring, "program", lambda name: str(full) if name == full.name else real(name)
        )
    else:

        def make_empty(*_: object) -> None:
            raise psycopg.errors.DiskFull("could not extend file: No space left on device")

        monkeypatch.setattr(copies, "make_empty", make_empty)
    ended = aorabooks("tenant", "move", "wanderer", second.name, "--json")
    assert (ended.status, ended.json["phase"]) == (1, "failed")
    assert "The disk of second is full" in ended.json["problem"]
    assert "wanderer stays where it is" in ended.json["problem"]
    assert now(kernel).server == "first"
    write(kernel, "word of afterwards")
    assert nothing_left(kernel, second)


def test_the_second_operator_is_told_who_is_at_it_and_a_cancelled_move_leaves_nothing(
    kernel: Kernel, second: Second, company: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = begin(kernel, second.name)
    with pytest.raises(Conflict, match="wanderer is being moved to second, as system asked"):
        begin(kernel, second.name)

    def cancel_late(*_: object) -> dict[str, str]:
        with kernel.session(control(kernel)) as session:
            steps.cancel(session, steps.load(session, move.id))
        return {}

    monkeypatch.setattr(copying, "look_at", cancel_late)
    assert carrying.carry_out(kernel, move.id).phase == "cancelled"
    assert now(kernel).server == "first"
    write(kernel, "word")
    assert nothing_left(kernel, second)


def test_writers_wait_for_the_moment_of_the_switch_and_readers_do_not(
    kernel: Kernel, transport: AppTransport, company: Tenant
) -> None:
    answers: list[int] = []

    def sign_in() -> None:
        with open_browser(transport, "wanderer.localhost") as browser:
            sent = {"email": "nobody@example.com", "password": "wrong"}
            answers.append(browser.post("/login", data=sent).status_code)

    fence.hold(kernel, company.id, fence.LEASE)
    writer = threading.Thread(target=sign_in)
    writer.start()
    with open_browser(transport, "wanderer.localhost") as browser:
        assert browser.get("/login").status_code == 200
    assert answers == []
    fence.hold(kernel, company.id, None)
    writer.join()
    assert answers
    assert answers[0] < 500


def test_an_operator_moves_a_company_on_its_page_and_sees_how_the_servers_fare(
    kernel: Kernel, transport: AppTransport, second: Second, company: Tenant
) -> None:
    with open_browser(transport, "app.localhost") as operator:
        sign_in(kernel, control(kernel), operator, [ADMIN_ROLE])
        listed = operator.get("/tenants/servers")
        assert "Elsewhere" in listed.text
        with kernel.session(control(kernel), readonly=True) as session:
            server = registering.find(session, second.name)
        page = f"/tenants/servers/{server.id}"
        shown = operator.get(page).text
        assert "Moving away while people work" in shown
        port = second.address.port
        assert str(port) in shown
        assert str(port) in listed.text
        assert f"{port:,}" not in shown + listed.text, "a port is a name and no amount"
        for step in ("check", "close"):
            assert operator.post(f"{page}/do/{step}").status_code in (200, 303)
        move = f"/tenants/organizations/{company.id}/server"
        assert "second · Elsewhere (it is closed)" in operator.get(move).text
        refused = operator.post(move, data={"server": second.name})
        assert refused.status_code == 409
        assert "second: it is closed" in refused.text
        operator.post(f"{page}/do/open")
        operator.post(move, data={"server": second.name})
        standing = operator.get(f"/api/v1{move}").json()
        assert (standing["server"], standing["move"]["phase"]) == ("first", "waiting")
        work_off(kernel, control(kernel))
        standing = operator.get(f"/api/v1{move}").json()
        assert (standing["server"], standing["move"]["phase"]) == ("second", "kept")
        assert "Nobody could write for" in operator.get(move).text
