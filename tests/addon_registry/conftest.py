"""The addons of strangers are material here: their own tests are not run from it."""

from __future__ import annotations

collect_ignore = ["strangers"]
