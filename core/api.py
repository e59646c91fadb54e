"""Everything of the kernel that an addon may use. What is not here may change at any time.

`from core.api import Model, Permission, emit` is the only import of the kernel in an addon.
"""

from __future__ import annotations

from core.addons.extensions import extension, extensions, from_each
from core.addons.options import options, set_options
from core.auth import throttle
from core.auth.acting import act_as
from core.auth.actor import Actor, actor
from core.auth.client import Client
from core.auth.secret_tokens import digest as token_digest
from core.auth.secret_tokens import new_token
from core.belongings import forget, notify, open_file, read_file, recall, remember, store_file
from core.conversation.addresses import origin
from core.conversation.attachments import open_attached
from core.conversation.from_outside import note_from_outside
from core.conversation.scanning import AttachmentScanner, Verdict
from core.days import day_of, today
from core.db.base import Model, Record, utc_now
from core.db.cached import cached_until_change
from core.db.changes import ChangePlace, Changes, RecordChange, changes_begin, changes_since
from core.db.direct import fetch_rows, fetch_value, run_sql
from core.db.session import after_commit, at_commit, binding, savepoint
from core.declare import (
    ANALYSIS_GROUP,
    PUBLIC,
    SETUP_GROUP,
    SIGNED_IN,
    Access,
    Action,
    Amount,
    ApiCall,
    Attachment,
    Board,
    Calendar,
    Card,
    ChartCard,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Extension,
    Field,
    FigureCard,
    Filter,
    FoundRecord,
    Importer,
    Importing,
    ImportOutcome,
    ImportProblem,
    Invariant,
    InvariantResult,
    Job,
    LineColumn,
    Lines,
    ListCard,
    ListView,
    Made,
    MenuItem,
    OnboardingStep,
    Operations,
    OptionSet,
    Period,
    Permission,
    Pivot,
    Point,
    Print,
    PrintSum,
    RecordRules,
    Related,
    Remedy,
    Report,
    ReportTable,
    Resource,
    Role,
    Route,
    Schedule,
    Section,
    Slot,
    Suggestion,
    TemplateFolder,
    Tile,
    Tone,
    Trouble,
    msg,
)
from core.errors import (
    AppError,
    Conflict,
    Forbidden,
    InvalidInput,
    NeedsConfirmation,
    NotEnabled,
    NotFound,
    Problem,
    TooManyRequests,
    Unavailable,
)
from core.event import Event, after, on
from core.events.dispatch import emit
from core.hookspecs import hookimpl
from core.i18n.formats import currency_digits
from core.i18n.locales import LOCALES
from core.i18n.localized import localized
from core.i18n.phrases import Phrase, phrase
from core.i18n.words import amount_in_words
from core.importing.encodings import ENCODINGS
from core.importing.figures import Figures, detect_figures
from core.importing.rows import Native, Row, harmless
from core.importing.tables import Table, read_table
from core.jobs.progress import Progress, progress_of, report_progress
from core.jobs.queue import enqueue
from core.live.adding import add_new
from core.live.changes import announce, announce_table
from core.mail.outgoing import can_send
from core.mail.with_files import MailFile, mail_files
from core.neighbours import (
    agree,
    agreements,
    letters_fetched,
    note_chain,
    noted_chains,
    send_letter,
    waiting_letters,
    withdraw,
)
from core.numbering.taking import require_pattern, take_number
from core.outgoing import OutgoingClient
from core.printing.codes import qr_svg
from core.printing.design import Letterhead
from core.printing.designs import letterheads
from core.printing.labels import LabelFormat
from core.printing.network import send_to_printer
from core.printing.placed import (
    ELEMENT_KINDS,
    Element,
    Filled,
    fill,
    read_elements,
    write_elements,
)
from core.printing.placed_printing import LabelRun, placed_pdf, placed_pictures, placed_zpl
from core.sealing import open_secret, seal_secret
from core.tenancy.post import Agreement, Letter
from core.tenancy.witness import Noted
from core.web.auth.browser import client_of
from core.web.confirmation import require_confirmation
from core.web.printing.logos import company_logo
from core.web.printing.service import Pdf, print_pdf
from core.web.reader import Reader, reader
from core.web.replies import Cookie, Empty, File, Fragment, Json, Page, Redirect, Reply
from core.web.request import Request, Upload

__all__ = [
    "ANALYSIS_GROUP",
    "ELEMENT_KINDS",
    "ENCODINGS",
    "LOCALES",
    "PUBLIC",
    "SETUP_GROUP",
    "SIGNED_IN",
    "Access",
    "Action",
    "Actor",
    "Agreement",
    "Amount",
    "ApiCall",
    "AppError",
    "Attachment",
    "AttachmentScanner",
    "Board",
    "Calendar",
    "Card",
    "ChangePlace",
    "Changes",
    "ChartCard",
    "Client",
    "Column",
    "Conflict",
    "Cookie",
    "Discussion",
    "Displays",
    "Duplicate",
    "Element",
    "Empty",
    "Event",
    "Extension",
    "Field",
    "FigureCard",
    "Figures",
    "File",
    "Filled",
    "Filter",
    "Forbidden",
    "FoundRecord",
    "Fragment",
    "ImportOutcome",
    "ImportProblem",
    "Importer",
    "Importing",
    "InvalidInput",
    "Invariant",
    "InvariantResult",
    "Job",
    "Json",
    "LabelFormat",
    "LabelRun",
    "Letter",
    "Letterhead",
    "LineColumn",
    "Lines",
    "ListCard",
    "ListView",
    "Made",
    "MailFile",
    "MenuItem",
    "Model",
    "Native",
    "NeedsConfirmation",
    "NotEnabled",
    "NotFound",
    "Noted",
    "OnboardingStep",
    "Operations",
    "OptionSet",
    "OutgoingClient",
    "Page",
    "Pdf",
    "Period",
    "Permission",
    "Phrase",
    "Pivot",
    "Point",
    "Print",
    "PrintSum",
    "Problem",
    "Progress",
    "Reader",
    "Record",
    "RecordChange",
    "RecordRules",
    "Redirect",
    "Related",
    "Remedy",
    "Reply",
    "Report",
    "ReportTable",
    "Request",
    "Resource",
    "Role",
    "Route",
    "Row",
    "Schedule",
    "Section",
    "Slot",
    "Suggestion",
    "Table",
    "TemplateFolder",
    "Tile",
    "Tone",
    "TooManyRequests",
    "Trouble",
    "Unavailable",
    "Upload",
    "Verdict",
    "act_as",
    "actor",
    "add_new",
    "after",
    "after_commit",
    "agree",
    "agreements",
    "amount_in_words",
    "announce",
    "announce_table",
    "at_commit",
    "binding",
    "cached_until_change",
    "can_send",
    "changes_begin",
    "changes_since",
    "client_of",
    "company_logo",
    "currency_digits",
    "day_of",
    "detect_figures",
    "emit",
    "enqueue",
    "extension",
    "extensions",
    "fetch_rows",
    "fetch_value",
    "fill",
    "forget",
    "from_each",
    "harmless",
    "hookimpl",
    "letterheads",
    "letters_fetched",
    "localized",
    "mail_files",
    "msg",
    "new_token",
    "note_chain",
    "note_from_outside",
    "noted_chains",
    "notify",
    "on",
    "open_attached",
    "open_file",
    "open_secret",
    "options",
    "origin",
    "phrase",
    "placed_pdf",
    "placed_pictures",
    "placed_zpl",
    "print_pdf",
    "progress_of",
    "qr_svg",
    "read_elements",
    "read_file",
    "read_table",
    "reader",
    "recall",
    "remember",
    "report_progress",
    "require_confirmation",
    "require_pattern",
    "run_sql",
    "savepoint",
    "seal_secret",
    "send_letter",
    "send_to_printer",
    "set_options",
    "store_file",
    "take_number",
    "throttle",
    "today",
    "token_digest",
    "utc_now",
    "waiting_letters",
    "withdraw",
    "write_elements",
]
