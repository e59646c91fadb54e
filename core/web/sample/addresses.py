"""Where a company and its sample company are found, seen from each other."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.db.session import binding
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.request import Request


def origin_of(session: Session, request: Request, tenant: Tenant) -> str:
    """Scheme, host and port of another company of this platform, by its own name; below the
    domain of its brand, where that has one."""
    kernel: Kernel = binding(session).context["kernel"]
    _, colon, port = request.headers.get("host", "").partition(":")
    domain = tenant.brand.domain or kernel.config.base_domain
    scheme = "https" if request.secure else "http"
    return f"{scheme}://{tenant.slug}.{domain}{colon}{port}"


def company_origin(session: Session, request: Request) -> str:
    """From a sample company, where the company is that it was made for; else nothing."""
    if not request.tenant.sample_of:
        return ""
    kernel: Kernel = binding(session).context["kernel"]
    company = kernel.directory.find_id(request.tenant.sample_of)
    return "" if company is None else origin_of(session, request, company)
