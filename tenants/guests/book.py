"""Notes at the control plane what companies answer."""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString

import psycopg
import structlog

from core.errors import Unavailable
from core.i18n import phrase
from tenants.control_connection import ControlConnection

_ANSWERED: Final[LiteralString] = """
UPDATE tenants.guest_request
   SET state = %(state)s, until = %(until)s, may_change = %(may_change)s
 WHERE organization_id = %(company)s AND key = %(key)s
"""

log = structlog.get_logger(__name__)


class ControlGuestBook:
    """The `GuestBook` of a process."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def answered(
        self, company_id: str, key: str, state: str, until: datetime | None, may_change: bool
    ) -> None:
        """Note it; raises Unavailable while the control plane is out of reach."""
        values = {
            "company": company_id,
            "key": key,
            "state": state,
            "until": until,
            "may_change": may_change,
        }
        try:
            self._connection.run(_ANSWERED, values)
        except psycopg.Error as error:
            log.warning("answer not told", tenant=company_id, reason=str(error).strip())
            raise Unavailable(
                phrase("The platform cannot be told at the moment. Please try again.")
            ) from error
