"""Style sheets, scripts, fonts and pictures, under names that change with their content.

So a browser keeps each for ever, and a new release is seen at once. The kernel's come bundled
in `static/dist` with a manifest; those of an addon lie in its `static` folder and are named
here, when a process starts. `static_url("app.css")` and `static_url("accounting/logo.svg")`.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath

import orjson
import structlog

from core.addons.catalog import Catalog
from core.web.answer import Answer, RawHeaders
from core.web.icons import icon_sheets

URL = "/static/"
BUNDLE = Path(__file__).parent / "static" / "dist"
_SMALLEST_COMPRESSED = 1024
_TEXTS = frozenset({".css", ".js", ".svg", ".json", ".txt", ".map"})
# The system's own table differs between machines.
_MEDIA_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_FOREVER = b"public, max-age=31536000, immutable"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asset:
    plain: bytes
    compressed: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]


@lru_cache(maxsize=2)
def static_files(catalog: Catalog) -> StaticFiles:
    """Those of a process: made once, and shared by the processes that it forks."""
    return StaticFiles(catalog)


class StaticFiles:
    """All of them, in memory; a few megabytes."""

    def __init__(self, catalog: Catalog, *, bundle: Path = BUNDLE) -> None:
        self._names: dict[str, str] = {}
        self._assets: dict[str, _Asset] = {}
        self._add_bundle(bundle)
        for name, rules in icon_sheets(catalog, bundle).items():
            self._add_content(PurePosixPath(name), rules.encode())
        for addon in catalog.addons.values():
            if addon.name != "core":
                self._add_folder(addon.name, addon.folder / "static")

    def url(self, name: str) -> str:
        """The address of a file by its logical name; raises KeyError naming what is missing."""
        try:
            return self._names[name]
        except KeyError:
            raise KeyError(
                f"no static file {name!r}: run script/setup to bundle the front end"
            ) from None

    def answer(self, path: str, accept_encoding: str) -> Answer | None:
        """The file at this path, compressed where that is understood."""
        asset = self._assets.get(path)
        if asset is None:
            return None
        headers: RawHeaders = list(asset.headers)
        if asset.compressed is not None and "gzip" in accept_encoding:
            headers.append((b"content-encoding", b"gzip"))
            return Answer(200, headers, asset.compressed)
        return Answer(200, headers, asset.plain)

    def _add_bundle(self, bundle: Path) -> None:
        manifest = bundle / "manifest.json"
        if not manifest.is_file():
            log.error("the front end is not bundled: run script/setup", folder=str(bundle))
            return
        for path in _files(bundle):
            if path.suffix != ".json":  # for the server: the manifest, and all the icons there are
                self._assets[f"{URL}{path.name}"] = _asset(path, path.read_bytes())
        for name, hashed in orjson.loads(manifest.read_bytes()).items():
            self._names[name] = f"{URL}{hashed}"

    def _add_folder(self, addon: str, folder: Path) -> None:
        for path in _files(folder):
            content = path.read_bytes()
            self._add_content(PurePosixPath(addon, path.relative_to(folder).as_posix()), content)

    def _add_content(self, name: PurePosixPath, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()[:10]
        url = f"{URL}{name.with_name(f'{name.stem}-{digest}{name.suffix}')}"
        self._names[str(name)] = url
        self._assets[url] = _asset(name, content)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _asset(path: PurePath, content: bytes) -> _Asset:
    guessed = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    media_type = guessed or "application/octet-stream"
    text = path.suffix in _TEXTS
    headers = [
        (b"content-type", (f"{media_type}; charset=utf-8" if text else media_type).encode()),
        (b"cache-control", _FOREVER),
    ]
    compressed = None
    if text and len(content) >= _SMALLEST_COMPRESSED:
        compressed = gzip.compress(content, compresslevel=9, mtime=0)
        headers.append((b"vary", b"accept-encoding"))
    return _Asset(content, compressed, tuple(headers))
