"""Lists, forms and pages of electronic invoicing."""

from __future__ import annotations

from typing import Final

from addons.zatca.views import refusals, registration

ROUTES: Final = (*registration.ROUTES, *refusals.ROUTES)
