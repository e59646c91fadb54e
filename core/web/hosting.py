"""From the Host header to the tenant that answers there, or to a page that reveals nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.datastructures import Headers

from core.brand.values import PLATFORM, Brand
from core.errors import AppError, Unavailable
from core.i18n import DEFAULT_LOCALE, negotiate
from core.tenancy.directory import TenantDirectory
from core.tenancy.hosts import normalize
from core.tenancy.tenant import Tenant
from core.web.answer import Answer
from core.web.templating import Templates

Found = TypeVar("Found")

_LOOKUP_THREADS = 2
"""Of their own, so that a flood of unknown hosts takes no thread from anybody's work."""


class NobodyHere(Exception):
    """No tenant can be served at this address; `answer` says so and nothing more. At a reseller's
    domain it says so under the reseller's `brand`."""

    def __init__(self, answer: Answer, brand: Brand = PLATFORM) -> None:
        super().__init__(answer.status)
        self.answer = answer
        self.brand = brand


class HostDoor:
    """Leads each request to its tenant; one per process."""

    def __init__(self, directory: TenantDirectory, templates: Templates) -> None:
        self._directory = directory
        self._templates = templates
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="hosts")

    async def find(self, headers: Headers) -> tuple[Tenant, str]:
        """The tenant and the normalized host; raises NobodyHere."""
        try:
            host = normalize(headers.get("host", ""))
        except AppError:
            raise self._nobody(400, "That address cannot be understood.", headers) from None
        known, tenant = self._directory.peek_host(host)
        if not known:
            tenant = await self._look_up(self._directory.find_host, host, headers)
        if tenant is None or tenant.status == "deleting":
            brand = await self._brand_at(host, headers)
            raise self._nobody(404, "There is nothing at this address.", headers, brand)
        if tenant.former_slug:
            raise self._moved(tenant, host, headers)
        if tenant.status == "creating":
            raise self._nobody(503, "This address is being prepared.", headers, tenant.brand)
        return tenant, host

    async def is_served(self, host: str, headers: Headers) -> bool:
        """Whether somebody is served, or led on, at this name, so that it may have a certificate.
        Raises NobodyHere where that cannot be known now."""
        try:
            name = normalize(host)
        except AppError:
            return False
        tenant = await self._look_up(self._directory.find_host, name, headers)
        if tenant is not None:
            return True
        return (await self._brand_at(name, headers)).domain == name

    def close(self) -> None:
        """Stop looking up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _brand_at(self, host: str, headers: Headers) -> Brand:
        known, brand = self._directory.peek_brand(host)
        if not known:
            brand = await self._look_up(self._directory.find_brand, host, headers)
        return brand or PLATFORM

    async def _look_up(
        self, find: Callable[[str], Found | None], host: str, headers: Headers
    ) -> Found | None:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, find, host)
        except Unavailable:
            raise self._nobody(503, "Not available for the moment.", headers) from None

    def _moved(self, tenant: Tenant, host: str, headers: Headers) -> NobodyHere:
        """To the start page under the new name. Not to the page that was asked for, which would
        carry what the address holds, such as the token of a link, to another host."""
        _, _, domain = host.partition(".")
        _, colon, port = headers.get("host", "").partition(":")
        # The browser keeps the scheme that it came with.
        where = f"//{tenant.slug}.{domain}{colon}{port}/"
        moved = self._nobody(404, "This company has another address now.", headers, tenant.brand)
        moved.answer.status = 303
        moved.answer.headers.append((b"location", where.encode()))
        return moved

    def _nobody(
        self, status: int, message: str, headers: Headers, brand: Brand = PLATFORM
    ) -> NobodyHere:
        locale = negotiate(headers.get("accept-language", "")) or DEFAULT_LOCALE
        text = self._templates.plain("core/nobody.html", locale, {"message": message}, brand)
        answer = Answer(
            status,
            [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")],
            text.encode(),
        )
        if status == 503:
            answer.headers.append((b"retry-after", b"5"))
        return NobodyHere(answer, brand)
