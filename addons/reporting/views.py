"""What is declared of reports: when they are sent, and the reports of the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import SEND_REPORTS, VIEW_BOOKS
from addons.reporting.models import CADENCES, FORMATS, RESULTS, ReportSchedule
from addons.reporting.services import scheduling
from addons.reporting.services.command_line import table_of
from addons.reporting.services.definitions.shipped import ALL
from addons.reporting.services.files.pdf_file import PRINTED, printed_of
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Operations,
    Period,
    Print,
    RecordRules,
    Report,
    ReportTable,
    Resource,
    Section,
    msg,
    phrase,
)

_PAPER: Final = Path(__file__).parent / "templates" / "reporting" / "paper" / "report.typ"
_LANGUAGES: Final = (("en", "English"), ("ar", "العربية"), ("bn", "বাংলা"))
_WEEKDAYS: Final = (
    ("1", msg("Monday")),
    ("2", msg("Tuesday")),
    ("3", msg("Wednesday")),
    ("4", msg("Thursday")),
    ("5", msg("Friday")),
    ("6", msg("Saturday")),
    ("7", msg("Sunday")),
)


def _title(schedule: ReportSchedule) -> str:
    return schedule.saved_report.name if schedule.saved_report is not None else ""


def _send(session: Session, schedule: ReportSchedule) -> str:
    scheduling.send_now(session, schedule)
    return phrase("It is on its way.")


def _pause(session: Session, schedule: ReportSchedule) -> str:
    scheduling.set_paused(session, schedule, paused=True)
    return phrase("It is paused.")


def _resume(session: Session, schedule: ReportSchedule) -> str:
    scheduling.set_paused(session, schedule, paused=False)
    return phrase("It will be sent.")


SCHEDULES: Final = Resource(
    name="schedules",
    model=ReportSchedule,
    title=msg("Reports by e-mail"),
    singular=msg("Report by e-mail"),
    help=msg("Open a report, save the view, and have it sent from there."),
    access=Access(SEND_REPORTS, update=SEND_REPORTS, delete=SEND_REPORTS),
    columns=(
        Column("saved_report.name", msg("Report")),
        Column("cadence", msg("How often"), choices=CADENCES),
        Column("format", msg("As"), choices=FORMATS),
        Column("recipients", msg("To")),
        Column("paused", msg("Paused")),
        Column("next_at", msg("Next time")),
        Column("last_at", msg("Last time")),
        Column(
            "result",
            msg("Last result"),
            choices=RESULTS,
            tones=(("sent", "good"), ("failed", "bad")),
        ),
    ),
    record_title=_title,
    form=(
        Section(
            msg("When"),
            (
                Field("cadence", msg("How often"), choices=CADENCES),
                Field("weekday", msg("Weekday"), help=msg("1 is Monday; for every week.")),
                Field("day", msg("Day of the month"), help=msg("For every month and quarter.")),
                Field("hour", msg("Hour"), help=msg("By the company's clock, 0 to 23.")),
                Field("paused", msg("Paused")),
            ),
        ),
        Section(
            msg("What and to whom"),
            (
                Field("format", msg("As"), choices=FORMATS),
                Field(
                    "language",
                    msg("Language"),
                    choices=_LANGUAGES,
                    required=False,
                    help=msg("Without one, that of whoever has it sent."),
                ),
                Field(
                    "recipients",
                    msg("To"),
                    widget="multiline",
                    help=msg("E-mail addresses, one a line."),
                ),
            ),
            help=msg("It is made with the rights of whoever changed this last."),
        ),
        Section(
            msg("What became of it"),
            (
                Field("next_at", msg("Next time"), readonly=True),
                Field("last_at", msg("Last time"), readonly=True),
                Field("result", msg("Last result"), choices=RESULTS, readonly=True),
                Field("error", msg("Why not"), readonly=True),
            ),
        ),
    ),
    filters=(
        Filter("cadence", msg("How often"), choices=CADENCES),
        Filter("paused", msg("Paused")),
    ),
    order=("next_at",),
    actions=(
        Action("send", msg("Send now"), SEND_REPORTS, _send, style="primary"),
        Action("pause", msg("Pause"), SEND_REPORTS, _pause, when=lambda one: not one.paused),
        Action("resume", msg("Resume"), SEND_REPORTS, _resume, when=lambda one: one.paused),
    ),
    operations=Operations(update=scheduling.update_schedule),
    rules=RecordRules(owner="owner_id"),
    prints=(
        Print(
            "report",
            msg("Report"),
            template=_PAPER,
            data=printed_of,
            when=lambda record: hasattr(record, PRINTED),
        ),
    ),
    discussed=False,
    customizable=False,
)


def _run(key: str) -> Callable[[Session, Period], ReportTable]:
    return lambda session, period: table_of(session, key, period)


RESOURCES: Final = (SCHEDULES,)
# Apart from the names of accounting's own reports, which scripts ask for without the addon's.
_NAMES: Final = {"trial-balance": "balances", "balance-sheet": "financial_position"}
REPORTS: Final = tuple(
    Report(
        f"reporting.{_NAMES.get(one.key, one.key.replace('-', '_'))}",
        one.titles["en"],
        VIEW_BOOKS,
        _run(one.key),
    )
    for one in ALL
)
