"""Documents and master records, declared once for list, form, API and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from core.declare.boards import Displays
from core.declare.discussions import Discussion
from core.declare.documents import Duplicate, Related
from core.declare.importing import Importing
from core.declare.printing import Print
from core.declare.rights import Permission, RecordRules
from core.declare.views import ListView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


Widget = Literal[
    "auto",
    "text",
    "multiline",
    "number",
    "code",
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
"""How a value is shown and typed. "auto" follows the column's SQL type; "code" is a whole number
that names something and is not grouped; "money" shows at least two digits after the point;
"password" is written and never shown; "readonly" is shown alone."""

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
    An `optional` column is offered and not shown at first. With `permission`, it is for those
    who hold it: to nobody else is it shown, exported, summed, sorted or filtered by.
    """

    name: str
    title: str = ""
    widget: Widget = "auto"
    total: bool = False
    currency: str = ""
    choices: Choices = ()
    tones: tuple[tuple[str, Tone], ...] = ()
    optional: bool = False
    permission: Permission | None = None


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
class Suggestion:
    """What a text could become: `text` takes its place, `title` is what the list shows of it."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form, and a property in the API. `name` is a mapped column of the model,
    for a reference its foreign key: `Field("account_id", reference="accounting.accounts")`.

    `required` follows the column (not nullable, no default) unless given. `initial(session)`
    fills the input of a new record; the API's callers send what they want. A `readonly` field
    is shown and never written, neither in the form nor through the API. Where a text has
    `suggest(session, text)`, what it returns is offered under the input while somebody types.
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
    suggest: Callable[[Session, str], Sequence[Suggestion]] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of inputs. Those of a document that are seldom needed, and its sums, stand
    `below_lines`, so that the lines are seen at once."""

    title: str
    fields: tuple[Field, ...]
    help: str = ""
    below_lines: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's lines, edited as a grid: a one-to-many relationship of the model, loaded
    in its own `order_by`. `totals` names the fields summed under the grid.

    The relationship needs `cascade="all, delete-orphan"`: a line removed is a line deleted.

    `order` names the whole-number column that keeps a line's place, counted from 1: with it,
    lines can be moved. `scan(session, code)` is given what a barcode scanner read and returns
    the values of the line that it means, or None; scanned again, it raises the line's
    `quantity` by the quantity among those values, or by one.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    totals: tuple[str, ...] = ()
    order: str = ""
    scan: Callable[[Session, str], Values | None] | None = None
    quantity: str = "quantity"


@dataclass(frozen=True, slots=True)
class Made:
    """What an action made beside its record: a record of a resource such as `sales.invoices`. Its
    page opens next, where the actor may read it, with `message` on it."""

    resource: str
    key: Any
    message: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a record: `run(session, record)` returns a sentence to show, what it `Made`, or
    None.

    `when(record)` says whether it is offered and allowed; `confirm` is asked before it runs.
    The record is locked for the transaction. A `bulk` action is offered in the list too, for
    all records chosen there; each is done by itself, and those that refuse are reported.
    """

    name: str
    title: str
    permission: Permission
    run: Callable[[Session, Any], str | Made | None]
    when: Callable[[Any], bool] = lambda record: True
    confirm: str = ""
    style: Literal["primary", "secondary", "danger"] = "secondary"
    bulk: bool = False


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

    `create_all(session, several) -> records` and `update_all(session, pairs) -> records`, where
    there are any, are asked instead of `create` and `update`, with many at once or with one, and
    answer in the same order. Where something is wrong with one, they raise for all; an import
    then asks again with fewer, until it knows which.
    """

    create: Callable[[Session, Values], Any] | None = None
    update: Callable[[Session, Any, Values], Any] | None = None
    delete: Callable[[Session, Any], None] | None = None
    create_all: Callable[[Session, Sequence[Values]], Sequence[Any]] | None = None
    update_all: Callable[[Session, Sequence[tuple[Any, Values]]], Sequence[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A document or master record, declared once: list, form, actions, JSON API, export.

    `record_title(record)` is how one is called in a sentence. `help` is a sentence on what
    it is for, shown while there is none. `order` is the default order (a leading `-` for
    descending); the primary key breaks ties. `search` names the text attributes that the
    search box looks into, dotted like columns; a reference is looked up by them too.
    `editable(record)` says whether a record may still be changed or deleted at all: a posted
    entry may not, whoever asks. `state` names the attribute that says where a record stands,
    one of a few choices: the bar of states shows them in their order, without those `aside` that
    are no step on the way, such as "on hold", unless a record stands there. `related(session,
    record)` names the records of its story, for the graph of related documents.
    `prints` are the ways to print one; there is a document without any, too.
    `views` are views of the list that come with it. With `importing` it takes CSV and XLSX files.
    A company may add fields of its own to a `customizable` resource, if it has a form.
    `displays` are its board, its calendar and its table of sums, where others are wanted than
    follow from the rest. `discussed=False` leaves out the conversation beside each record; a
    `Discussion` says who may take part in it.
    `never_blocked` records can be written even after the addon's licence lapsed, when all others
    can only be read. `quota` names the quota of licences that counts these records, as "branches"
    does.
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
    rules: RecordRules = field(default_factory=RecordRules)
    editable: Callable[[Any], bool] = lambda record: True
    discussed: bool | Discussion = True
    state: str = ""
    aside: tuple[str, ...] = ()
    duplicate: Duplicate = field(default_factory=Duplicate)
    related: Callable[[Session, Any], Iterable[Related]] | None = None
    views: tuple[ListView, ...] = ()
    importing: Importing | None = None
    prints: tuple[Print, ...] = ()
    customizable: bool = True
    displays: Displays = field(default_factory=Displays)
    never_blocked: bool = False
    quota: str = ""
