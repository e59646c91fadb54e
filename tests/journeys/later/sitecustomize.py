"""Python reads this at its start where it is on the path: the clock then runs so many days ahead.

A licence of thirty days is lived through by starting the platform on the forty-fifth.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import time_machine

if days := os.environ.get("DAYS_LATER"):
    time_machine.travel(datetime.now(UTC) + timedelta(days=int(days)), tick=True).start()
