"""Why a licence, a certificate or a list of revocations is not accepted."""

from __future__ import annotations

from core.errors import InvalidInput


class LicenceRefused(InvalidInput):
    """It cannot be accepted as it is; the message says why, `fix` what to do."""

    code = "licence-refused"
