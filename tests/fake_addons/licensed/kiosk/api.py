"""What others may use of the kiosk."""

from .events import Sold

__all__ = ["Sold"]
