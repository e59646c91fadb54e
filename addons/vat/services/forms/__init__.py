"""The return forms that there are, by the country that asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from addons.vat.services.forms.bangladesh import BANGLADESH
from addons.vat.services.forms.emirates import EMIRATES
from addons.vat.services.forms.general import GENERAL
from addons.vat.services.forms.saudi import SAUDI
from addons.vat.services.forms.values import Box, Column, Form

FORMS: Final[Mapping[str, Form]] = {
    form.key: form for form in (SAUDI, EMIRATES, BANGLADESH, GENERAL)
}

__all__ = ["FORMS", "Box", "Column", "Form"]
