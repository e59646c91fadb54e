"""What an addon can declare: frozen values, returned by the hooks in its `plugin.py`.

Titles are English message ids; they are translated when they are shown (`msg` marks them for
the catalogs). Names begin with the addon's name where the whole platform sees them:
permissions `accounting.entry.post`, jobs `accounting.verify_chain`, slots `accounting.entry`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from core.web.request import Request


def msg(text: str) -> str:
    """Mark a declared text for translation; returns it unchanged."""
    return text


# --- who may do what ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that routes, resources and actions can ask for: `addon.document.verb`."""

    code: str
    title: str


PUBLIC: Final = Permission("public", msg("Open to everybody"))
"""Asked for by routes that need no sign-in."""
SIGNED_IN: Final = Permission("signed_in", msg("Any signed-in user"))
"""Asked for by routes that every signed-in user may use."""


@dataclass(frozen=True, slots=True)
class Role:
    """A job description that the addon ships: permission codes, its own and others'."""

    code: str
    title: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordRules:
    """Columns that say whose a record is. A role with scope "own", "team" or "branch" sees
    only the records where the named column holds its user, one of its teams or branches."""

    owner: str = ""
    team: str = ""
    branch: str = ""


# --- pages -------------------------------------------------------------------------------

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Route:
    """A page or call of its own below `/<addon>`: `handler(session, request)` returns a Reply
    (core.web.replies). Runs in a thread, in one transaction, committed when it returns."""

    method: Method
    path: str
    handler: Callable[[Session, Request], Any]
    permission: Permission
    name: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu, shown to those who hold its permission."""

    title: str
    url: str
    permission: Permission
    section: str = ""
    icon: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of HTML put into a named place of somebody else's page.

    `context(session, given)` gets what the page hands over and returns the template's
    variables, or None to show nothing.
    """

    place: str
    template: str
    context: Callable[[Session, Mapping[str, Any]], Mapping[str, Any] | None]
    permission: Permission = SIGNED_IN
    order: int = 100


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A folder of Jinja templates; its only child is a folder that bears the addon's name."""

    path: Path


# --- resources ---------------------------------------------------------------------------

Widget = Literal[
    "auto",
    "text",
    "multiline",
    "number",
    "money",
    "date",
    "datetime",
    "time",
    "checkbox",
    "choice",
    "reference",
    "email",
    "password",
    "readonly",
]
"""How a value is shown and typed. "auto" follows the column's SQL type; "money" shows at least
two digits after the point; "password" is written and never shown; "readonly" is shown alone."""

Choices = tuple[tuple[str, str], ...]
"""Values of a choice, each with its title."""
Tone = Literal["good", "warning", "bad"]
"""How a state is coloured; the words say it too."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `name` is a model attribute, dotted through many-to-one
    relationships: `customer.name`.

    `total` adds its sum under the list, of all that the filters let through; with `currency`,
    the attribute that holds an ISO code, one sum a currency. `choices` give titles to values
    where no form field of the same name does; `tones` colour some: `(("overdue", "bad"),)`.
    """

    name: str
    title: str = ""
    widget: Widget = "auto"
    total: bool = False
    currency: str = ""
    choices: Choices = ()
    tones: tuple[tuple[str, Tone], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter above a list, on an attribute of the model: a search for a reference, a range
    for dates and numbers. `reference` and `choices` are those of the form field of the same
    name unless given."""

    name: str
    title: str = ""
    reference: str = ""
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form, and a property in the API. `name` is a mapped column of the model,
    for a reference its foreign key: `Field("account_id", reference="accounting.accounts")`.

    `required` follows the column (not nullable, no default) unless given. `initial(session)`
    fills the input of a new record; the API's callers send what they want. A `readonly` field
    is shown and never written, neither in the form nor through the API.
    """

    name: str
    title: str = ""
    widget: Widget = "auto"
    choices: Choices = ()
    reference: str = ""
    required: bool | None = None
    readonly: bool = False
    help: str = ""
    initial: Callable[[Session], Any] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of inputs."""

    title: str
    fields: tuple[Field, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's lines, edited as a grid: a one-to-many relationship of the model, loaded
    in its own `order_by`. `totals` names the fields summed under the grid.

    The relationship needs `cascade="all, delete-orphan"`: a line removed is a line deleted.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a record: `run(session, record)` returns a sentence to show, or None.

    `when(record)` says whether it is offered and allowed; `confirm` is asked before it runs.
    The record is locked for the transaction.
    """

    name: str
    title: str
    permission: Permission
    run: Callable[[Session, Any], str | None]
    when: Callable[[Any], bool] = lambda record: True
    confirm: str = ""
    style: Literal["primary", "secondary", "danger"] = "secondary"


@dataclass(frozen=True, slots=True)
class Access:
    """The permissions of a resource; None means that nobody can (no button, 405 in the API)."""

    read: Permission
    create: Permission | None = None
    update: Permission | None = None
    delete: Permission | None = None


Values = Mapping[str, Any]
"""What was typed or sent, parsed: field names to typed values, and for each `Lines` a tuple of
such mappings, where those of existing lines hold their "id"."""


@dataclass(frozen=True, slots=True)
class Operations:
    """The services that write. What is left out is done by the toolkit on the model itself.

    `create(session, values) -> record`, `update(session, record, values) -> record`,
    `delete(session, record)`. An update gets only what was sent: everything from the form,
    perhaps a part from the API; lines that are sent replace all that were there. The record
    is locked, and its version was compared. A new record's values hold who creates it in the
    column that `RecordRules` calls the owner.
    """

    create: Callable[[Session, Values], Any] | None = None
    update: Callable[[Session, Any, Values], Any] | None = None
    delete: Callable[[Session, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A document or master record, declared once: list, form, actions, JSON API, export.

    `record_title(record)` is how one is called in a sentence. `help` is a sentence on what
    it is for, shown while there is none. `order` is the default order (a leading `-` for
    descending); the primary key breaks ties. `search` names the text attributes that the
    search box looks into, dotted like columns; a reference is looked up by them too.
    `editable(record)` says whether a record may still be changed or deleted at all: a posted
    entry may not, whoever asks.
    """

    name: str
    model: type[Any]
    title: str
    singular: str
    access: Access
    columns: tuple[Column, ...]
    record_title: Callable[[Any], str]
    help: str = ""
    form: tuple[Section, ...] = ()
    lines: tuple[Lines, ...] = ()
    search: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    operations: Operations = Operations()
    rules: RecordRules = RecordRules()
    editable: Callable[[Any], bool] = lambda record: True


# --- work behind the pages ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs by itself: a cron expression in the tenant's time zone."""

    cron: str


@dataclass(frozen=True, slots=True)
class Job:
    """Background work: `run(session, **arguments)` in one transaction of its own.

    It may run again after a crash before its commit, never after. `title` is what people see.
    A job may take as long as it likes; `timeout_seconds` bounds one statement of it, and one
    pause between two.
    """

    name: str
    title: str
    run: Callable[..., Any]
    schedule: Schedule | None = None
    max_attempts: int = 3
    timeout_seconds: int = 300


@dataclass(frozen=True, slots=True)
class OptionSet:
    """Settings of the addon for one tenant: a frozen dataclass whose defaults are the defaults."""

    type: type[Any]
    title: str


@dataclass(frozen=True, slots=True)
class Extension:
    """An implementation of another addon's extension point (a `Protocol` in its `api`)."""

    point: type[Any]
    key: str
    implementation: Any


# --- figures -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a report; None means from the beginning, or to the end."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report's figures: column names, rows of values, and totals by column name; a total of
    several currencies is a mapping from their codes."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A named report: `aorabooks report NAME`, its page and its JSON."""

    name: str
    title: str
    permission: Permission
    run: Callable[[Session, Period], ReportTable]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Why a file was refused: the line (1 is the first of the file) and a sentence."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did. With problems nothing of the file is kept."""

    created: int
    unchanged: int
    problems: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads one kind of file: `aorabooks import KIND FILE`. Importing a file again changes
    nothing. `run(session, content, file_name)` gets the file's bytes."""

    kind: str
    title: str
    permission: Permission
    run: Callable[[Session, bytes, str], ImportOutcome]


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """Whether an invariant holds, the figure that shows it, and what is wrong if not."""

    holds: bool
    figure: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always true of a tenant's data; `aorabooks doctor` runs them all."""

    name: str
    title: str
    check: Callable[[Session], InvariantResult]


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A hit of the global search."""

    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on the start page."""

    title: str
    value: str
    url: str
    order: int = 100
