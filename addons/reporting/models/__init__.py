"""The tables of the schema `reporting`."""

from addons.reporting.models.definitions import ReportDefinition
from addons.reporting.models.sending import (
    CADENCES,
    FORMATS,
    RESULTS,
    SHARES,
    ReportSchedule,
    SavedReport,
)

MODELS: tuple[type, ...] = (ReportDefinition, SavedReport, ReportSchedule)

__all__ = [
    "CADENCES",
    "FORMATS",
    "MODELS",
    "RESULTS",
    "SHARES",
    "ReportDefinition",
    "ReportSchedule",
    "SavedReport",
]
