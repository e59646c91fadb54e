"""Where a company's pages are, for links that leave them: in mails that jobs send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from core.db.session import binding

if TYPE_CHECKING:
    from core.kernel import Kernel

_LOCAL: Final = "localhost"


def origin(session: Session) -> str:
    """Scheme and host of the company's own address: below the domain of its brand, where that has
    one, else on the platform."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    config = kernel.config
    domain = bound.tenant.brand.domain or config.base_domain
    host = f"{bound.tenant.slug}.{domain}"
    # Only a platform on one's own machine is reached without a proxy that speaks TLS.
    if domain == _LOCAL or domain.endswith(f".{_LOCAL}"):
        return f"http://{host}:{config.port}"
    return f"https://{host}"
