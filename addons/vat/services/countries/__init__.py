"""The countries whose taxes can be installed; "" is the general set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from addons.vat.services.countries.bangladesh import BANGLADESH
from addons.vat.services.countries.emirates import EMIRATES
from addons.vat.services.countries.general import GENERAL
from addons.vat.services.countries.saudi import SAUDI
from addons.vat.services.countries.values import CountryTemplate

COUNTRY_TEMPLATES: Final[Mapping[str, CountryTemplate]] = {
    template.key: template for template in (SAUDI, EMIRATES, BANGLADESH, GENERAL)
}

__all__ = ["COUNTRY_TEMPLATES", "CountryTemplate"]
