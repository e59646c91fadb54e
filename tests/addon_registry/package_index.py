"""An index of Python packages, as pip and uv ask one (PEP 503): wheels of one small module each."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_WHEEL = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """The folder that is handed out, and where."""

    folder: Path
    address: str

    def settings(self, cache: Path) -> dict[str, str]:
        """The environment of pip and uv on a machine that asks this index alone."""
        return {
            "UV_DEFAULT_INDEX": f"{self.address}/simple",
            "UV_CACHE_DIR": str(cache),
            "PIP_INDEX_URL": f"{self.address}/simple",
            "PIP_NO_CACHE_DIR": "1",
            "NO_PROXY": "127.0.0.1",
        }

    def offer(self, name: str, version: str, source: str, *, needs: Iterable[str] = ()) -> str:
        """Offer a package with this module, in place of an earlier one; the line that locks it."""
        wheel = f"{name}-{version}-py3-none-any.whl"
        path = self.folder / "files" / wheel
        path.parent.mkdir(exist_ok=True)
        _pack(path, name, version, source, needs)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        listed = self.folder / "simple" / name / "index.html"
        listed.parent.mkdir(parents=True, exist_ok=True)
        others = [
            line
            for line in (listed.read_text() if listed.is_file() else "").splitlines()
            if wheel not in line
        ]
        link = f'<a href="../../files/{wheel}#sha256={digest}">{wheel}</a>'
        listed.write_text("\n".join([*others, link]) + "\n")
        return f"{name}=={version} --hash=sha256:{digest}\n"


@contextmanager
def package_index(folder: Path) -> Iterator[PackageIndex]:
    """An index on a socket of this machine, until the block ends."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the tests' output is for the tests."""

    folder.mkdir()
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield PackageIndex(folder, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


def _pack(path: Path, name: str, version: str, source: str, needs: Iterable[str]) -> None:
    """The same wheel for the same words, whenever it is made."""
    info = f"{name}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {each}" for each in needs]
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": _WHEEL,
    }
    record = "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as wheel:
        for each, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(zipfile.ZipInfo(each), text)
