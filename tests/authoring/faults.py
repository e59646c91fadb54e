"""What authors get wrong: each fault is one change to an addon that was fine, and the check that
must name it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tenants.authoring.creating import create_addon

VIEWS, MODELS, PLUGIN, TASKS = "views.py", "models.py", "plugin.py", "services/tasks.py"
MIGRATION = "migrations/versions/0001_tables.py"
OVERVIEW = "templates/{name}/overview.html"


@dataclass(frozen=True, slots=True)
class Fault:
    """Put `new` for `old` in a file (at its end without `old`): then `check` says `says`.

    `{name}` stands for the addon's name, in `file` and `says`.
    """

    name: str
    file: str
    old: str
    new: str
    check: str
    says: str

    def plant(self, folder: Path) -> Path:
        """A fresh addon below the folder with this one thing wrong."""
        addon = create_addon(self.name, folder)
        path = addon / self.file.format(name=self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert self.old in text
        changed = text.replace(self.old, self.new, 1) if self.old else text + self.new
        path.write_text(changed, encoding="utf-8")
        return addon

    @property
    def sentence(self) -> str:
        return self.says.format(name=self.name)


REFUSED = (
    Fault(
        *("unknown_key", "addon.toml", "", 'licens = "free"\n'),
        *("manifest", "licens: no such key; did you mean licence?"),
    ),
    Fault(
        *("misnamed", "addon.toml", 'name = "misnamed"', 'name = "other"'),
        *("manifest", "the folder must bear the addon's name, 'other'"),
    ),
    Fault(
        *("strange_schema", MODELS, '{"schema": "strange_schema"}', '{"schema": "elsewhere"}'),
        *("loading", "table elsewhere.task is outside the addon's schema '{name}'"),
    ),
    Fault(
        "strange_key",
        MODELS,
        "    due: Mapped",
        "    from sqlalchemy import ForeignKey\n\n"
        '    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))\n'
        "    due: Mapped",
        *("loading", "{name}.task refers to accounting.account.id; name accounting in depends"),
    ),
    Fault(
        *("no_permission", PLUGIN, "return [SEE_TASKS, EDIT_TASKS]", "return [SEE_TASKS]"),
        *("loading", "asks for the permission '{name}.task.edit', which nobody declares"),
    ),
    Fault(
        *("no_hook", PLUGIN, "def register_menu(", "def register_menus("),
        *("loading", "there is no hook called register_menus; did you mean register_menu?"),
    ),
    Fault(
        *("no_cron", "jobs.py", '"0 20 * * *"', '"every evening"'),
        *("loading", "job '{name}.count_open': 'every evening' is no cron expression"),
    ),
    Fault(
        *("soft_event", "events.py", "frozen=True, slots=True", "slots=True"),
        *("loading", "event TaskAdded must be a frozen dataclass"),
    ),
)
"""Those that keep an addon from being loaded."""

LOADED = (
    Fault(
        *("stray_file", "helpers.py", "", '"""This and that."""\n', "files", "helpers.py is not")
    ),
    Fault(
        *("past_the_door", TASKS, "", "\nfrom core.db.base import Model  # noqa\n"),
        *("imports", "core.db.base.Model may not be imported: use core.api"),
    ),
    Fault(
        *("uninvited", TASKS, "", "\nfrom addons.accounting.api import balances  # noqa\n"),
        *("imports", "addons.accounting.api.balances may not be imported"),
    ),
    Fault(
        *("upside_down", "permissions.py", "", "\nfrom .events import TaskAdded  # noqa\n"),
        *("layers", "permissions may not import events"),
    ),
    Fault(
        *("no_such_column", VIEWS, 'Column("title"', 'Column("titel"'),
        *("resources", "titel"),
    ),
    Fault(
        *("kept_to_itself", "api.py", '["TaskAdded", "add_task"]', '["add_task"]'),
        *("events", "TaskAdded is not exported: import it in api.py and name it in __all__."),
    ),
    Fault(*("unfinished", OVERVIEW, "", "{% if %}", "templates", "Expected an expression")),
    Fault(
        *("no_such_filter", OVERVIEW, "|number", "|numbr", "templates", "No filter named 'numbr'")
    ),
    Fault(
        *("wrong_folder", "templates/strangers/page.html", "", "<p></p>\n"),
        *("templates", "Move it into templates/{name}/."),
    ),
    Fault(
        *("untranslated", VIEWS, 'msg("What")', 'msg("Which one")'),
        *("translations", "'Which one' is not translated"),
    ),
    Fault(
        *("unregistered", PLUGIN, "return [Task, Tally]", "return [Task]"),
        *("tables", "{name}.tally: return its class from register_models."),
    ),
    Fault(
        *(
            "no_migration",
            MODELS,
            "    done: Mapped",
            "    note: Mapped[str | None]\n    done: Mapped",
        ),
        *("migrations", "add_column: {name}, task, "),
    ),
    Fault(
        *("half_migration", MIGRATION, '        "tally",', '        "task",'),
        *("migrations", 'relation "task" already exists'),
    ),
    Fault(
        *(
            "untrue",
            "services/tallies.py",
            "InvariantResult(wrong == 0",
            "InvariantResult(wrong > 0",
        ),
        *("invariants", "{name}.tallies_are_plausible does not hold: 0 tallies below zero"),
    ),
    Fault(
        *("page_fails", "routes.py", "    return Page(", "    1 / 0\n    return Page("),
        *("life", "/{name}/overview answers 500."),
    ),
    Fault(
        "leaves_something",
        PLUGIN,
        "",
        "\n\n@hookimpl\ndef addon_enabled(session) -> None:\n"
        "    from sqlalchemy import text\n\n"
        '    session.execute(text("CREATE SCHEMA IF NOT EXISTS left_here"))\n',
        *("life", "After a purge a schema is left: left_here."),
    ),
)
"""Those that are seen when the addon is looked at, or tried."""
