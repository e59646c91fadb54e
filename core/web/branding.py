"""What a brand looks like, as files: colours, logo and icons, and the manifest of the app.

They are the same for everybody at a host, signed in or not, and lie at addresses that change
with the brand, so that browsers keep them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import Executor
from typing import Final

from core.brand.palette import brand_sheet, nobody_sheet
from core.brand.values import URL, Brand, Brands, Picture
from core.brand.web_manifest import MANIFEST_URL, web_manifest
from core.i18n import direction
from core.web.answer import Answer, RawHeaders
from core.web.incoming import Incoming
from core.web.rendering import to_json
from core.web.static import StaticFiles

SHEETS: Final = {"colours.css": brand_sheet, "nobody.css": nobody_sheet}
_KEPT: Final = 500
"""Pictures that a process keeps; six for a brand, some kilobytes each."""
_FOREVER: Final = (b"cache-control", b"public, max-age=31536000, immutable")
_NOT_LONG: Final = (b"cache-control", b"no-cache")


class BrandFiles:
    """Answers for the files of brands; one per process, used by its event loop alone."""

    def __init__(self, brands: Brands, static: StaticFiles, threads: Executor) -> None:
        self._brands = brands
        self._static = static
        self._threads = threads
        self._pictures: OrderedDict[tuple[str, str], Picture | None] = OrderedDict()

    async def answer(self, path: str, brand: Brand) -> Answer | None:
        """The file of this brand at a path below `/brand/`, if there is one."""
        revision, _, name = path.removeprefix(URL).partition("/")
        if not brand.is_own or not name:
            return None
        # A page that is older than a change of the brand gets what is true now, for now.
        kept = _FOREVER if revision == brand.revision else _NOT_LONG
        if name in SHEETS:
            headers: RawHeaders = [(b"content-type", b"text/css; charset=utf-8"), kept]
            return Answer(200, headers, SHEETS[name](brand).encode())
        picture = await self._picture(brand, name)
        if picture is None:
            return None
        media_type = (b"content-type", picture.media_type.encode())
        return Answer(200, [media_type, kept], picture.content)

    def manifest(self, incoming: Incoming) -> Answer:
        """The manifest of the installable app of a tenant."""
        tenant, locale = incoming.tenant, incoming.locale
        data = web_manifest(
            tenant.brand,
            tenant.title,
            locale=locale,
            direction=direction(locale),
            icon=self._static.url("favicon.svg"),
        )
        headers: RawHeaders = [(b"content-type", b"application/manifest+json"), _NOT_LONG]
        return Answer(200, headers, to_json(data))

    async def _picture(self, brand: Brand, name: str) -> Picture | None:
        key = (brand.revision, name)
        if key not in self._pictures:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._threads, self._brands.picture, brand.id, name)
            self._pictures[key] = found
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return self._pictures[key]


def is_brand_file(path: str) -> bool:
    """Whether a path is that of such a file."""
    return path.startswith(URL)


def is_manifest(path: str) -> bool:
    """Whether a path is that of the app's manifest."""
    return path == MANIFEST_URL
