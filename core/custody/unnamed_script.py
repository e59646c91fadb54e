"""A company's database as a script for psql in which the platform's name does not occur.

Settings, triggers and roles of the platform bear its name. In what a company of another brand takes
out they bear another, the same throughout, so that the script restores as the dump does. Rows are
the company's own and stay as they are, but for the roles that the audit trail tells of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_NAME: Final = re.compile(rb"aorabooks", re.IGNORECASE)
_INSTEAD: Final = b"platform"
_ROWS_BEGIN: Final = re.compile(rb"COPY (\S+) .*FROM stdin;\n")
_ROWS_END: Final = b"\\.\n"
_TELLS_ROLES: Final = b"core.audit_log"
_ROLE: Final = re.compile(rb"(?<=\t)aorabooks_(?=[a-z0-9_]+[\t\n])")
"""A whole field, as the trail names the role of the database."""
ROLE_SQL: Final = "regexp_replace({column}, '^aorabooks_', 'platform_') AS {column}"
"""The same of a column in a query."""


def without_name(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a script that pg_dump writes, those of rows untouched."""
    table = None
    for line in lines:
        if table is None:
            begins = _ROWS_BEGIN.fullmatch(line)
            table = begins[1] if begins else None
            yield line if begins else _NAME.sub(_INSTEAD, line)
        else:
            yield _ROLE.sub(_INSTEAD + b"_", line) if table == _TELLS_ROLES else line
            table = None if line == _ROWS_END else table
