"""What the gateway adds: its settings, its two ways to pay, and where it is called back."""

from __future__ import annotations

from addons.sales.api import PaymentGateway
from core.api import PUBLIC, Extension, OptionSet, Route, hookimpl
from tests.fake_addons.paying.teller.gateway import BY_FORM, BY_LINK
from tests.fake_addons.paying.teller.options import OPTIONS
from tests.fake_addons.paying.teller.told import told


@hookimpl
def register_options() -> list[OptionSet]:
    return [OPTIONS]


@hookimpl
def register_extensions() -> list[Extension]:
    return [
        Extension(PaymentGateway, "teller", BY_LINK),
        Extension(PaymentGateway, "teller_form", BY_FORM),
    ]


@hookimpl
def register_routes() -> list[Route]:
    return [Route("POST", "/api/v1/teller/told", told, PUBLIC, never_blocked=True)]
