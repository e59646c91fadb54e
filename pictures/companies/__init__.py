"""The companies that stand in the pictures: in Riyadh in two languages, and in Dhaka."""

from __future__ import annotations

from pictures.companies.arabic import ARABIC
from pictures.companies.bengali import BENGALI
from pictures.companies.company import Company
from pictures.companies.english import ENGLISH

ALL = (ENGLISH, ARABIC, BENGALI)

__all__ = ["ALL", "ARABIC", "BENGALI", "ENGLISH", "Company"]
