"""Where a company's pages are, for links that leave them: in mails that jobs send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from core.db.session import binding

if TYPE_CHECKING:
    from core.kernel import Kernel

_LOCAL: Final = "localhost"


def origin(session: Session) -> str:
    """Scheme and host of the company's own address on the platform."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    config = kernel.config
    host = f"{bound.tenant.slug}.{config.base_domain}"
    # Only a platform on one's own machine is reached without a proxy that speaks TLS.
    if config.base_domain == _LOCAL or config.base_domain.endswith(f".{_LOCAL}"):
        return f"http://{host}:{config.port}"
    return f"https://{host}"
