"""Makes the shape of a resource from its declaration and its model, or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper

from core.addons.catalog import CatalogView, Owned
from core.declare import Column, Field, Filter, Lines, Resource, msg
from core.web.resources.attributes import Attribute, Attributes, NoAttribute
from core.web.resources.kinds import Choice
from core.web.resources.kinds_of import NoKind, humanize, kind_of
from core.web.resources.shape import Filtered, Grid, Group, Input, Shape, Shown
from core.web.resources.views.checking import mistakes

T = TypeVar("T")
_STAMPS: Final = (("created_at", msg("Created at")), ("updated_at", msg("Changed at")))


class DeclarationError(Exception):
    """A resource that cannot be served as declared; `problems` holds each mistake."""

    def __init__(self, resource: str, problems: list[str]) -> None:
        super().__init__(f"resource {resource}: {'; '.join(problems)}")
        self.problems = problems


@lru_cache(maxsize=2048)
def shape_of(owned: Owned[Resource]) -> Shape:
    """The shape of an addon's resource; raises DeclarationError naming every mistake."""
    maker = _Maker(owned.item)
    shape = maker.shape(owned.addon)
    if shape is not None and not maker.problems:
        maker.problems += mistakes(shape)
    if maker.problems or shape is None:
        raise DeclarationError(f"{owned.addon}.{owned.item.name}", maker.problems)
    return shape


def served_shapes(view: CatalogView) -> list[Shape]:
    """The shapes of a tenant's resources, without those that are not served."""
    shapes = (served_shape(view, name) for name in view.resources)
    return [shape for shape in shapes if shape is not None]


def served_shape(view: CatalogView, full_name: str) -> Shape | None:
    """The shape of the resource of this name, if the tenant has it and it is served."""
    owned = view.resources.get(full_name)
    try:
        return None if owned is None else shape_of(owned)
    except DeclarationError:
        return None


class _Maker:
    """Goes through one declaration and gathers what is wrong with it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.problems: list[str] = []
        self.mapper: Mapper[Any] = inspect(resource.model)
        self.attributes = Attributes(resource.model)
        self.fields = {field.name: field for part in resource.form for field in part.fields}

    def shape(self, addon: str) -> Shape | None:
        resource = self.resource
        if len(self.mapper.primary_key) != 1:
            self.problems.append("its model needs a primary key of one column")
            return None
        key = self.attributes.find(_key_name(self.mapper))
        columns = self._all(resource.columns, self._shown)
        filters = self._all(resource.filters, self._filtered)
        offered = (*columns, *self._further({item.name for item in columns}))
        listed = [Filtered(item.attribute, item.title, item.kind) for item in offered]
        by_key = Filtered(key, "Id", key.key)
        self._check_state(offered)
        has_version = "version" in self.mapper.columns
        if not has_version and (resource.access.update or resource.access.delete):
            self.problems.append("its model needs a column `version`, since it can be changed")
        return Shape(
            addon=addon,
            resource=resource,
            attributes=self.attributes,
            key=key,
            version=self.attributes.find("version") if has_version else None,
            columns=columns,
            offered=offered,
            filters=filters,
            filterable={item.name: item for item in (by_key, *listed, *filters)},
            sortable={key.name: key, **{item.name: item.attribute for item in offered}},
            search=self._all(resource.search, self._readable),
            order=self._all(resource.order, self._ordered),
            groups=tuple(
                Group(
                    part.title,
                    part.help,
                    self._all(part.fields, self._input(self.mapper)),
                    part.below_lines,
                )
                for part in resource.form
            ),
            grids=self._all(resource.lines, self._grid),
        )

    def _check_state(self, offered: Iterable[Shown]) -> None:
        state = self.resource.state
        kinds = [column.kind for column in offered if column.name == state]
        if state and not (kinds and isinstance(kinds[0], Choice)):
            self.problems.append(f"state: {state} is no column or field with choices")

    def _all(self, items: Iterable[Any], make: Callable[[Any], T]) -> tuple[T, ...]:
        made: list[T] = []
        for item in items:
            try:
                made.append(make(item))
            except (NoAttribute, NoKind) as error:
                name = getattr(item, "name", item)
                self.problems.append(str(error) if name in str(error) else f"{name}: {error}")
        return tuple(made)

    def _readable(self, name: str) -> Attribute:
        attribute = self.attributes.find(name)
        if attribute.secret:
            raise NoAttribute(f"{name} is secret and is never shown, searched or sent")
        return attribute

    def _ordered(self, name: str) -> tuple[Attribute, bool]:
        return self._readable(name.removeprefix("-")), name.startswith("-")

    def _shown(self, column: Column) -> Shown:
        attribute = self._readable(column.name)
        field = self.fields.get(column.name)
        widget = column.widget
        if widget == "auto" and field is not None:
            widget = field.widget
        choices = column.choices or (field.choices if field is not None else ())
        if column.permission is not None and field is not None:
            raise NoAttribute(f"{column.name} is for some alone, but the form shows it to all")
        return Shown(
            attribute=attribute,
            title=column.title or (field.title if field else "") or humanize(column.name),
            kind=kind_of(
                attribute.expression.type,
                widget=widget,
                choices=choices,
                reference=field.reference if field is not None else "",
            ),
            total=column.total,
            currency=self._readable(column.currency) if column.currency else None,
            tones=dict(column.tones),
            optional=column.optional,
            permission=column.permission.code if column.permission is not None else "",
        )

    def _further(self, known: set[str]) -> tuple[Shown, ...]:
        """What a list can show besides its columns: the fields of the form, and when a record
        was made and changed. References only where no column tells of the same record."""
        told = {name.partition(".")[0] for name in known if "." in name}
        fields = [
            Column(name, optional=True)
            for name, field in self.fields.items()
            if name not in known
            and field.widget != "password"
            and not (field.reference and name.removesuffix("_id") in told)
            and name in self.mapper.columns
            and not self.mapper.columns[name].info.get("secret")
        ]
        stamps = [
            Column(name, title, optional=True)
            for name, title in _STAMPS
            if name in self.mapper.columns and name not in known and name not in self.fields
        ]
        return self._all([*fields, *stamps], self._shown)

    def _filtered(self, declared: Filter) -> Filtered:
        attribute = self._readable(declared.name)
        field = self.fields.get(declared.name)
        column = next((c for c in self.resource.columns if c.name == declared.name), None)
        choices = declared.choices or (field.choices if field else ())
        title = declared.title or (column.title if column else "") or (field.title if field else "")
        return Filtered(
            attribute=attribute,
            title=title or humanize(declared.name),
            kind=kind_of(
                attribute.expression.type,
                choices=choices or (column.choices if column else ()),
                reference=declared.reference or (field.reference if field else ""),
            ),
        )

    def _input(self, mapper: Mapper[Any]) -> Callable[[Field], Input]:
        return lambda field: _input_of(mapper, field)

    def _grid(self, lines: Lines) -> Grid:
        relationship = self.mapper.relationships.get(lines.name)
        if relationship is None or not relationship.uselist:
            raise NoAttribute(
                f"{lines.name}: {self.resource.model.__name__} has no such one-to-many relationship"
            )
        if not relationship.cascade.delete_orphan:
            raise NoAttribute(f'{lines.name}: needs cascade="all, delete-orphan"')
        inputs = self._all(lines.fields, self._input(relationship.mapper))
        unknown = set(lines.totals) - {item.name for item in inputs}
        if unknown:
            raise NoAttribute(f"{lines.name}: totals of {sorted(unknown)}, which are no fields")
        if lines.order and lines.order not in relationship.mapper.columns:
            raise NoAttribute(f"{lines.name}: no column {lines.order} to keep the order in")
        if lines.scan is not None and lines.quantity not in {item.name for item in inputs}:
            raise NoAttribute(f"{lines.name}: scanning needs the field {lines.quantity}")
        model = relationship.mapper.class_
        pair = relationship.local_remote_pairs[0]
        return Grid(
            lines=lines,
            model=model,
            relationship=relationship,
            key=Attributes(model).find(_key_name(relationship.mapper)),
            parent=getattr(model, relationship.mapper.get_property_by_column(pair[1]).key),
            inputs=inputs,
        )


def _key_name(mapper: Mapper[Any]) -> str:
    return str(mapper.get_property_by_column(mapper.primary_key[0]).key)


def _input_of(mapper: Mapper[Any], field: Field) -> Input:
    column = mapper.columns.get(field.name)
    if column is None:
        raise NoAttribute(f"{field.name}: {mapper.class_.__name__} has no such column")
    secret = bool(column.info.get("secret"))
    if secret and field.widget != "password":
        raise NoAttribute(f'{field.name} is secret: only widget="password" may write it')
    scalar = getattr(column.default, "arg", None) if column.default is not None else None
    has_default = column.default is not None or column.server_default is not None
    required = field.required
    if required is None:
        required = not column.nullable and not has_default and not field.initial
    return Input(
        name=field.name,
        title=field.title or humanize(field.name),
        kind=kind_of(
            column.type, widget=field.widget, choices=field.choices, reference=field.reference
        ),
        required=required,
        nullable=bool(column.nullable),
        readonly=field.readonly or field.widget == "readonly",
        secret=secret or field.widget == "password",
        help=field.help,
        initial=field.initial,
        default=None if callable(scalar) else scalar,
        suggest=field.suggest,
    )
