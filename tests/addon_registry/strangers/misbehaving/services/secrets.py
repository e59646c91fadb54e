"""Keeps what nobody may see where everybody can: the keys are those of documentation."""

from __future__ import annotations

AWS = "AKIAIOSFODNN7EXAMPLE"
password = "correct horse battery staple"
