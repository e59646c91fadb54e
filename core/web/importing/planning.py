"""The plan of an import: proposed from the file, taken from the wizard's form or from a call, and
held against what the resource needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.session import binding
from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.importing.layout import Layout
from core.web.importing.matching import match_columns, recall_plan, still_valid
from core.web.importing.missing import creatable
from core.web.importing.plan import KEEPS, MODES, Keep, Mode, Plan
from core.web.importing.targets import EXTERNAL_ID, Target, key_of, own_key, targets_of
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.input_reading import TEXT_SUFFIX, initial_texts
from core.web.resources.kinds import Boolean, Reference, Unreadable
from core.web.resources.references import titles_of
from core.web.resources.shape import Shape

COLUMN: Final = "column."
DEFAULT: Final = "default."
SHOWN: Final = "shown."


def propose(session: Session, shape: Shape, layout: Layout, culture: Culture) -> Plan:
    """As files like this one were matched before, else as the titles say."""
    remembered = recall_plan(session, shape.full_name, layout, actor(session).user_id)
    if remembered is not None:
        plan = still_valid(shape, layout, remembered)
        allowed = {target.name for target in creatable(session, shape)}
        missing = plan.create_missing & allowed
        return replace(plan, create_missing=missing)
    languages = binding(session).context["kernel"].languages
    columns = match_columns(languages, shape, layout.titles)
    return Plan(columns, initial_defaults(session, shape, culture))


def initial_defaults(session: Session, shape: Shape, culture: Culture) -> dict[str, str]:
    """What a new form would hold, by target."""
    texts = initial_texts(session, shape.inputs, culture)
    for grid in shape.grids:
        line = initial_texts(session, grid.inputs, culture)
        texts |= {f"{grid.name}.{name}": text for name, text in line.items()}
    known = {target.name: target for target in targets_of(shape)}
    return {
        name: _as_title(session, known[name], text, culture)
        for name, text in texts.items()
        if name in known and text
    }


def _as_title(session: Session, target: Target, text: str, culture: Culture) -> str:
    """References stand in files, and in defaults, by what they are called."""
    if not isinstance(target.kind, Reference):
        return text
    try:
        key = target.kind.read(text, culture)
    except Unreadable:
        return ""
    return titles_of(session, target.kind.resource, [key]).get(key, "")


def from_form(
    session: Session, shape: Shape, layout: Layout, form: Fields, culture: Culture
) -> Plan:
    """The plan that the wizard's form holds."""
    columns = {
        place: form[f"{COLUMN}{place}"]
        for place in range(len(layout.titles))
        if form.get(f"{COLUMN}{place}")
    }
    matched = set(columns.values())
    defaults = initial_defaults(session, shape, culture)
    for target in targets_of(shape):
        name = f"{DEFAULT}{target.name}"
        if target.name in matched or f"{SHOWN}{target.name}" not in form:
            continue
        text = form.get(name + TEXT_SUFFIX, "") or form.get(name, "")
        if isinstance(target.kind, Boolean):
            text = text or "false"
        defaults[target.name] = text.strip()
    allowed = {target.name for target in creatable(session, shape)}
    mode, keep = form.get("mode", ""), form.get("keep", "")
    return Plan(
        columns,
        {name: text for name, text in defaults.items() if text and name not in matched},
        cast("Mode", mode) if mode in MODES else "both",
        cast("Keep", keep) if keep in KEEPS else "all",
        frozenset(form.getlist("create_missing")) & allowed,
    )


def from_call(
    session: Session, shape: Shape, layout: Layout, given: Mapping[str, Any], culture: Culture
) -> Plan:
    """The plan of an API call: what it leaves out is proposed. `columns` maps titles of the file
    to names of fields, or to null. Raises InvalidInput."""
    proposed = propose(session, shape, layout, culture)
    unknown = given.keys() - {"columns", "defaults", "mode", "keep", "create_missing"}
    problems = [Problem(f"plan.{name}", phrase("There is no such field.")) for name in unknown]
    columns = dict(proposed.columns)
    places = {title: place for place, title in enumerate(layout.titles)}
    for title, name in _mapping(given, "columns", problems).items():
        if title not in places:
            message = phrase("The file has no such column.")
            problems.append(Problem(f"plan.columns.{title}", message))
        elif name is None:
            columns.pop(places[title], None)
        else:
            columns[places[title]] = str(name)
    defaults = {**proposed.defaults}
    for name, text in _mapping(given, "defaults", problems).items():
        defaults[name] = "" if text is None else str(text)
    for name, allowed in (("mode", MODES), ("keep", KEEPS)):
        if given.get(name, allowed[0]) not in allowed:
            offered = ", ".join(allowed)
            message = phrase("This must be one of: {choices}.", choices=offered)
            problems.append(Problem(f"plan.{name}", message))
    missing = given.get("create_missing", [])
    makable = {target.name for target in creatable(session, shape)}
    if not isinstance(missing, list) or not set(map(str, missing)) <= makable:
        message = phrase("Only these can be created: {fields}.", fields=", ".join(sorted(makable)))
        problems.append(Problem("plan.create_missing", message))
        missing = []
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return Plan(
        columns,
        {name: text for name, text in defaults.items() if text},
        given.get("mode", proposed.mode),
        given.get("keep", proposed.keep),
        frozenset(map(str, missing)),
    )


def _mapping(given: Mapping[str, Any], name: str, problems: list[Problem]) -> dict[str, Any]:
    value = given.get(name, {})
    if isinstance(value, dict) and all(
        isinstance(item, str) or item is None for item in value.values()
    ):
        return value
    problems.append(Problem(f"plan.{name}", phrase("Send an object of names and texts.")))
    return {}


def plan_problems(shape: Shape, layout: Layout, plan: Plan) -> list[Problem]:
    """What keeps a plan from being carried out, by the form's inputs."""
    return list(_problems(shape, layout, plan))


def _problems(shape: Shape, layout: Layout, plan: Plan) -> Iterator[Problem]:
    known = {target.name: target for target in targets_of(shape)}
    for place, name in plan.columns.items():
        if name not in known or not 0 <= place < len(layout.titles):
            yield Problem(f"{COLUMN}{place}", phrase("There is no such field."))
    for name, count in Counter(plan.columns.values()).items():
        if count > 1:
            for place, filled in plan.columns.items():
                if filled == name:
                    message = phrase("Two columns are matched to this field. Choose one.")
                    yield Problem(f"{COLUMN}{place}", message)
    if not plan.columns:
        yield Problem("", phrase("No column is matched to a field yet."))
    if plan.mode != "create" and plan.columns:
        yield from _not_told_apart(shape, plan)
    if plan.mode != "update":
        yield from _needed(plan, known.values())


def _not_told_apart(shape: Shape, plan: Plan) -> Iterator[Problem]:
    """Records can only be changed if the file says which."""
    told = bool(key_of(shape)) and set(key_of(shape)) <= plan.matched | plan.defaults.keys()
    if plan.mode == "update" and not told and EXTERNAL_ID not in plan.matched:
        message = phrase("To change records, match the column that tells which ones they are.")
        yield Problem("mode", message)


def _needed(plan: Plan, targets: Any) -> Iterator[Problem]:
    brought = {name.rpartition(".")[0] for name in plan.matched}
    for target in targets:
        if not target.required or (target.grid and target.grid not in brought):
            continue
        if target.name not in plan.matched and not plan.defaults.get(target.name):
            message = phrase("Match a column to this field, or write a value for all rows.")
            yield Problem(f"{DEFAULT}{target.name}", message)


def tells_apart(shape: Shape, plan: Plan) -> bool:
    """Whether importing the file again would change records instead of making them twice."""
    key = key_of(shape)
    return EXTERNAL_ID in plan.matched or (bool(key) and set(key) <= plan.matched)


def field_titles(shape: Shape) -> dict[str, str]:
    """Titles by target, those of lines as they are called there."""
    return {target.name: target.title or own_key(target) for target in targets_of(shape)}
