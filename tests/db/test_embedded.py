"""The embedded PostgreSQL: a folder becomes a private server, and survives what machines do.

Every story begins with an empty folder and `start`. Servers here keep fsync on, as the product
does, because half of the stories are about crashes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, text

from core.db import embedded, embedded_account, embedded_process
from core.db.embedded import Embedded, EmbeddedError, start
from core.db.embedded_failure import from_output

Start = Callable[[Path], Embedded]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the cluster goes: in memory where that exists, and open to the server's account."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a random name
    home = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    home.chmod(0o755)
    yield home / "postgres"
    shutil.rmtree(home)


@pytest.fixture
def begin(folder: Path) -> Iterator[Start]:
    """`start` that cleans up: every server of the test is stopped before `folder` goes."""
    servers: list[Embedded] = []

    def _begin(at: Path) -> Embedded:
        servers.append(start(at))
        return servers[-1]

    yield _begin
    for server in servers:
        server.stop()


def process_of(server: Embedded) -> psutil.Process:
    lines = (server.folder / "data" / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def ask(server: Embedded, sql: str, dbname: str = "postgres") -> object:
    with psycopg.connect(server.url(dbname)) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def write_note(server: Embedded) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS word")


def test_a_first_start_gives_a_server_for_psycopg_and_sqlalchemy(
    begin: Start, folder: Path
) -> None:
    server = begin(folder)

    assert str(ask(server, "SHOW server_version")).startswith("18.")
    assert ask(server, "SELECT lower('ÀÉ')") == "àé"
    url = server.url().replace("postgresql://", "postgresql+psycopg://")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_the_server_is_private(begin: Start, folder: Path) -> None:
    server = begin(folder)

    assert ask(server, "SHOW listen_addresses") == ""
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    wrong = server.url().replace(server.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_clean_stop_keeps_the_data(begin: Start, folder: Path) -> None:
    server = begin(folder)
    write_note(server)
    before = process_of(server)

    assert server.stop()
    assert is_gone(before)
    assert ask(begin(folder), "SELECT word FROM note") == "kept"


def test_the_last_of_several_users_stops_the_server(begin: Start, folder: Path) -> None:
    first, second = begin(folder), begin(folder)
    process = process_of(first)

    assert not first.stop()
    assert ask(second, "SELECT 1") == 1
    assert second.stop()
    assert is_gone(process)
    assert not second.stop(), "letting go twice does nothing"


def test_after_kill_of_the_server_the_next_start_recovers(begin: Start, folder: Path) -> None:
    server = begin(folder)
    write_note(server)
    with psycopg.connect(server.url()):  # a backend outlives its server for a moment
        process_of(server).kill()
        assert ask(begin(folder), "SELECT word FROM note") == "kept"


def test_after_kill_of_the_starting_process_the_server_is_found_again(
    begin: Start, folder: Path
) -> None:
    program = """
        import pathlib, sys, time
        from core.db.embedded import start
        server = start(pathlib.Path(sys.argv[1]))
        print((server.folder / "data/postmaster.pid").read_text().split()[0], flush=True)
        time.sleep(600)
    """
    starter = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert starter.stdout is not None
    with starter.stdout:
        server_pid = int(starter.stdout.readline())
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()

    found = begin(folder)
    assert process_of(found).pid == server_pid
    assert ask(found, "SELECT 1") == 1
    assert found.stop(), "a killed process does not count as a user"


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(begin: Start, folder: Path) -> None:
    server = begin(folder)
    process_of(server).kill()
    pid_file = server.folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    assert ask(begin(folder), "SELECT 1") == 1


def test_a_pid_file_of_a_killed_initdb_is_no_obstacle(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"-{os.getpid()}\n{tmp_path}\n1790000000\n5432\n\n")

    assert embedded_process.find(tmp_path) is None
    assert not pid_file.exists()


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(
    begin: Start, folder: Path
) -> None:
    (folder / "new-half" / "data").mkdir(parents=True)
    (folder / "password").write_text("of a cluster that never came to be")

    server = begin(folder)
    assert ask(server, "SELECT 1") == 1
    assert not list(server.folder.glob("new-*"))


def test_data_of_another_major_version_is_refused_by_name(begin: Start, folder: Path) -> None:
    server = begin(folder)
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17; this installation has 18") as caught:
        start(folder)
    assert "Dump it" in caught.value.fix


def test_a_long_path_gets_a_short_socket(begin: Start, folder: Path) -> None:
    server = begin(folder / ("long" * 20))

    assert len(str(server.socket)) < 90
    assert ask(server, "SELECT 1") == 1
    server.stop()
    assert not server.socket.exists()


def test_settings_override_the_defaults(folder: Path) -> None:
    server = start(folder, settings={"max_connections": "17", "application_name": "it's \\ odd"})
    try:
        assert ask(server, "SHOW max_connections") == "17"
        assert ask(server, "SELECT reset_val FROM pg_settings WHERE name = 'application_name'")
    finally:
        server.stop()


def test_a_setting_that_postgres_refuses_is_shown_with_its_words(folder: Path) -> None:
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        start(folder, settings={"no_such_setting": "1"})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=str(tmp_path / "file")):
        start(tmp_path / "file" / "postgres")


def test_a_full_disk_is_called_that(tmp_path: Path) -> None:
    said = "FATAL:  could not write to file: No space left on device\nchild process exited"
    error = from_output(said, tmp_path)
    assert f"The disk that holds {tmp_path} is full." in error.message
    assert "AORABOOKS_VAR" in error.fix


if os.geteuid() == 0:  # these stories are about root alone

    def test_as_root_the_server_runs_as_an_account_of_its_own(begin: Start, folder: Path) -> None:
        assert process_of(begin(folder)).username() == embedded_account.SYSTEM_ACCOUNT

    def test_as_root_the_owner_of_existing_data_runs_the_server(begin: Start, folder: Path) -> None:
        begin(folder).stop()
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)

        assert process_of(begin(folder)).username() == "nobody"

    def test_as_root_a_checkout_in_a_closed_folder_works_and_stays_closed(
        begin: Start, monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        monkeypatch.setattr(embedded, "SYSTEM_HOME", folder.parent / "system")
        closed = folder
        closed.mkdir(mode=0o700)

        server = begin(closed / "postgres")
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        server.stop()
        assert ask(begin(closed / "postgres"), "SELECT 1") == 1

    def test_as_root_a_private_folder_given_for_it_becomes_the_servers(
        begin: Start, folder: Path
    ) -> None:
        folder.mkdir(mode=0o700)
        assert begin(folder).folder == folder

    def test_as_root_a_full_disk_is_found_at_the_first_start(folder: Path) -> None:
        disk = folder.parent / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=0755", "tmpfs", disk]
        subprocess.run(mount, check=True)
        try:
            with pytest.raises(EmbeddedError, match="is full"):
                start(disk / "postgres")
            assert not list((disk / "postgres").glob("new-*"))
        finally:
            subprocess.run(["umount", disk], check=True)
