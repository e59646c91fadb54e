"""What other addons may use of the point of sale."""

from __future__ import annotations

__all__: list[str] = []
