"""What an addon can declare: frozen values, returned by the hooks in its `plugin.py`.

Titles are English message ids; they are translated when they are shown (`msg` marks them for
the catalogs). Names begin with the addon's name where the whole platform sees them:
permissions `accounting.entry.post`, jobs `accounting.verify_chain`, slots `accounting.entry`.
"""

from __future__ import annotations

from core.declare.api_calls import ApiCall
from core.declare.boards import Board, Calendar, ChartKind, Displays, Pivot
from core.declare.dashboards import (
    Amount,
    Card,
    ChartCard,
    FigureCard,
    ListCard,
    OnboardingStep,
    Point,
)
from core.declare.discussions import Discussion
from core.declare.documents import Duplicate, Related
from core.declare.figures import (
    Importer,
    ImportOutcome,
    ImportProblem,
    Invariant,
    InvariantResult,
    Period,
    Report,
    ReportTable,
)
from core.declare.importing import Importing
from core.declare.pages import (
    ANALYSIS_GROUP,
    SETUP_GROUP,
    FoundRecord,
    MenuItem,
    Method,
    Route,
    Slot,
    TemplateFolder,
    Tile,
)
from core.declare.printing import Attachment, LineColumn, Print, PrintSum
from core.declare.repairs import Remedy, Trouble
from core.declare.resources import (
    Access,
    Action,
    Choices,
    Column,
    Field,
    Filter,
    Lines,
    Made,
    Operations,
    Resource,
    Section,
    Suggestion,
    Tone,
    Values,
    Widget,
)
from core.declare.rights import (
    PUBLIC,
    SIGNED_IN,
    Permission,
    RecordRules,
    Role,
    Scope,
    msg,
)
from core.declare.views import ListView
from core.declare.work import (
    Extension,
    Job,
    OptionSet,
    Schedule,
)

__all__ = [
    "ANALYSIS_GROUP",
    "PUBLIC",
    "SETUP_GROUP",
    "SIGNED_IN",
    "Access",
    "Action",
    "Amount",
    "ApiCall",
    "Attachment",
    "Board",
    "Calendar",
    "Card",
    "ChartCard",
    "ChartKind",
    "Choices",
    "Column",
    "Discussion",
    "Displays",
    "Duplicate",
    "Extension",
    "Field",
    "FigureCard",
    "Filter",
    "FoundRecord",
    "ImportOutcome",
    "ImportProblem",
    "Importer",
    "Importing",
    "Invariant",
    "InvariantResult",
    "Job",
    "LineColumn",
    "Lines",
    "ListCard",
    "ListView",
    "Made",
    "MenuItem",
    "Method",
    "OnboardingStep",
    "Operations",
    "OptionSet",
    "Period",
    "Permission",
    "Pivot",
    "Point",
    "Print",
    "PrintSum",
    "RecordRules",
    "Related",
    "Remedy",
    "Report",
    "ReportTable",
    "Resource",
    "Role",
    "Route",
    "Schedule",
    "Scope",
    "Section",
    "Slot",
    "Suggestion",
    "TemplateFolder",
    "Tile",
    "Tone",
    "Trouble",
    "Values",
    "Widget",
    "msg",
]
