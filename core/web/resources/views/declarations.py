"""What views of lists contribute to the kernel: their tables, and who may share them."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg
from core.part import KernelPart
from core.web.resources.views.models import MODELS

SHARE_VIEWS: Final = Permission(
    "core.view.share",
    msg("Share views of lists with everybody, and choose which opens first for a role"),
)

PART: Final = KernelPart(models=MODELS, permissions=(SHARE_VIEWS,))
