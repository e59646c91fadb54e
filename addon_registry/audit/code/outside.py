"""What the code does outside the database: the network, files, other programs.

Each must stand in the manifest under `needs`, so that whoever installs the addon knows. What no
manifest can allow is in `dynamic`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from addon_registry.audit.finding import Finding, Place, error, warning
from addon_registry.audit.module import UNKNOWN, Module, is_below, names
from addon_registry.audit.subject import Subject
from core.addons import manifest as manifests
from core.addons.manifest import Capability
from core.i18n.phrases import Phrase, phrase

_OS_FILES: Final = names(
    "access chmod chown copy_file_range fdopen ftruncate lchown link listdir lstat makedirs mkdir"
    " mkfifo mknod open pread pwrite read readlink remove removedirs rename renames replace rmdir"
    " scandir sendfile stat statvfs symlink truncate unlink utime walk write"
)
_OS_PROGRAMS: Final = names(
    "abort fork forkpty kill killpg popen posix_spawn posix_spawnp startfile system"
    " execl execle execlp execlpe execv execve execvp execvpe"
    " spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe"
)
_PATH_METHODS: Final = names(
    "chmod hardlink_to iterdir mkdir read_bytes read_text rglob rmdir symlink_to touch unlink"
    " write_bytes write_text"
)

NAMES: Final[dict[Capability, frozenset[str]]] = {
    "network": names(
        "socket socketserver ssl http.client http.server urllib.request urllib3 requests httpx"
        " aiohttp smtplib imaplib poplib ftplib telnetlib nntplib xmlrpc websockets websocket"
        " paramiko webbrowser redis psycopg.connect psycopg.Connection.connect"
        " psycopg.AsyncConnection.connect"
        " sqlalchemy.create_engine asyncio.open_connection asyncio.start_server"
        " asyncio.open_unix_connection asyncio.start_unix_server core.api.OutgoingClient"
    ),
    "files": names(
        "builtins.open io.open io.open_code codecs.open shutil tempfile glob fileinput mmap"
        " sqlite3 dbm linecache"
    )
    | {f"os.{name}" for name in _OS_FILES}
    | {f"{UNKNOWN}.{name}" for name in _PATH_METHODS},
    "subprocess": names(
        "subprocess pty multiprocessing asyncio.create_subprocess_exec"
        " asyncio.create_subprocess_shell concurrent.futures.ProcessPoolExecutor"
    )
    | {f"os.{name}" for name in _OS_PROGRAMS},
}
"""What needs which capability, by dotted name; whatever is below such a name counts as well."""

_SAYS: Final[dict[Capability, Phrase]] = {
    "network": phrase("The code reaches the network"),
    "files": phrase("The code reads or writes files of the server"),
    "subprocess": phrase("The code runs other programs"),
}


def check(subject: Subject) -> Iterator[Finding]:
    """Every use of what was not declared, and every declaration that nothing uses."""
    used: set[Capability] = set()
    for module in subject.modules:
        own = _reads_of_own_files(module)
        for use in module.uses:
            need = need_of(use.name)
            if need is None or (use.name.startswith(UNKNOWN) and use.line in own):
                continue
            used.add(need)
            if need not in subject.manifest.needs:
                yield _undeclared(Place(module.path, use.line), need, use.name)
    for need in subject.manifest.needs:
        if need not in used:
            yield warning(
                need,
                Place(manifests.FILE_NAME),
                phrase("The manifest declares {need}, which nothing in the code uses.", need=need),
                phrase("Take it out of needs: whoever installs the addon is asked about it."),
            )


def need_of(name: str) -> Capability | None:
    """What somebody who uses this dotted name has to declare; to catch an error is nothing."""
    if name.endswith(("Error", "Exception")):
        return None
    return next((need for need, those in NAMES.items() if is_below(name, those)), None)


def _undeclared(place: Place, need: Capability, name: str) -> Finding:
    return error(
        need,
        place,
        phrase("{says} ({name}).", says=_SAYS[need], name=name.removeprefix(f"{UNKNOWN}.")),
        phrase('Write needs = ["{need}"] into addon.toml, or do without it.', need=need),
    )


def _reads_of_own_files(module: Module) -> frozenset[int]:
    """Lines that read what came with the addon: `(Path(__file__).parent / "x").read_text()`."""
    return frozenset(
        node.lineno
        for node in module.nodes
        if isinstance(node, ast.Attribute)
        and node.attr in ("read_text", "read_bytes", "iterdir", "rglob")
        and any(
            isinstance(part, ast.Name) and part.id == "__file__" for part in ast.walk(node.value)
        )
    )
