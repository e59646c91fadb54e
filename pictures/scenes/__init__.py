"""All pictures, in the order in which they are taken."""

from __future__ import annotations

from pictures.scenes import lists, records, settings

ALL = (*lists.SCENES, *records.SCENES, *settings.SCENES)
