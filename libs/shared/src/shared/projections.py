"""Projections: what other services told, kept as rows that can be rebuilt (decision 12).

A fold is a pure function `(event, at) -> Fact`; it neither audits, tells nor reads a clock. The facts of a batch are
folded in memory, the last word per column, and written by one statement per table and set of columns.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, get_type_hints

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.events import Event

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
OWN = ("agency_id", "created_at", "version")


@dataclass(frozen=True, slots=True)
class Fact:
    """Columns of one row. `is_whole`: a row that is not there is made; else the fact is about a row that is."""

    shape: "Shape"
    values: dict[str, Any]
    is_whole: bool
    newest: str | None = None


Fold = Callable[[Any, datetime], Fact]


@dataclass(frozen=True, eq=False)
class Shape:
    """A projection's table: its name, the key beside the agency, the type of each column. One per table."""

    name: str
    keys: tuple[str, ...]
    types: dict[str, str]
    is_dated: bool


@cache
def shape_of(model: Any) -> Shape:
    """Of a SQLModel table or a Core table."""
    table: sa.Table = getattr(model, "__table__", model)
    keys = tuple(c.name for c in table.primary_key if c.name != "agency_id")
    types = {c.name: c.type.compile(DIALECT) for c in table.columns if c.name not in OWN}
    return Shape(table.name, keys, types, "created_at" in table.columns)


def put(model: Any, *, newest: str | None = None, **values: Any) -> Fact:
    """The row with these columns: made, or changed where it is there. `newest` names a column that must not go back."""
    return Fact(shape_of(model), values, True, newest)


def change(model: Any, **values: Any) -> Fact:
    """These columns of a row that is there; nothing where there is none."""
    return Fact(shape_of(model), values, False)


@dataclass(frozen=True)
class Project:
    """One line of a service's index of what it projects."""

    event: type[Event]
    fold: Fold
    shape: Shape
    topics: tuple[str, ...]


def project(event: type[Event], fold: Fold, *, into: Any) -> Project:
    """`fold` makes rows of the table `into`, and of no other."""
    return Project(event, fold, shape_of(into), (event.TOPIC,))


def projections(*found: Project) -> dict[str, Project]:
    """Wire type → fold. Two folds of one type, or one that is no plain function, are a mistake that does not start."""
    table = {one.event.NAME: one for one in found}
    if len(table) != len(found) or any(inspect.iscoroutinefunction(one.fold) for one in found):
        raise TypeError("Each projected event has one fold, and it is a plain function.")
    for one in found:
        hint = next(iter(get_type_hints(one.fold).values()))
        if not issubclass(one.event, hint):
            raise TypeError(f"{one.fold.__name__} takes {hint}, not {one.event}.")
    return table


@dataclass(slots=True)
class Row:
    values: dict[str, Any]
    is_whole: bool
    newest: str | None
    at: datetime


Key = tuple[Any, ...]


@dataclass
class Folded:
    """The facts of one agency in a batch, one row per table and key."""

    rows: dict[Shape, dict[Key, Row]] = field(default_factory=dict)

    def of(self, shape: Shape) -> dict[Key, Row]:
        return self.rows.get(shape) or self.rows.setdefault(shape, {})

    def take(self, fact: Fact, at: datetime) -> bool:
        """Fold a fact in. False: it makes a row of which only a change is known; write what is folded, then take it."""
        shape, values = fact.shape, fact.values
        new = Row(values, fact.is_whole, fact.newest, at)
        row = self.of(shape).setdefault(tuple([values[name] for name in shape.keys]), new)
        if row is new:
            return True
        if fact.is_whole and not row.is_whole:
            return False
        if fact.newest is None or row.values[fact.newest] <= values[fact.newest]:
            row.values = {**row.values, **values}
        return True

    async def write(self, driver: Any) -> None:
        """One statement per table and set of columns, rows in the order of their keys; then begin anew."""
        for shape, there in self.rows.items():
            for (columns, is_whole, newest), rows in alike(there.values()).items():
                statement = upsert(shape, columns, newest) if is_whole else update(shape, columns)
                await driver.execute(statement, *arrays(shape, columns, rows, is_whole=is_whole))
        self.rows.clear()


Alike = dict[tuple[tuple[str, ...], bool, str | None], list[Row]]


def alike(rows: Iterable[Row]) -> Alike:
    found: Alike = {}
    for row in rows:
        found.setdefault((tuple(row.values), row.is_whole, row.newest), []).append(row)
    return found


def arrays(shape: Shape, columns: tuple[str, ...], rows: list[Row], *, is_whole: bool) -> list[Any]:
    first = shape.keys[0]
    rows.sort(key=lambda row: getattr(row.values[first], "int", row.values[first]))
    found = [column(shape.types[name], [row.values[name] for row in rows]) for name in columns]
    return [*found, [row.at for row in rows]] if is_whole and shape.is_dated else found


def column(kind: str, values: list[Any]) -> list[Any]:
    return [json.dumps(value) for value in values] if kind == "JSONB" else values


def sources(shape: Shape, columns: Sequence[str]) -> str:
    return ", ".join(f"${n}::{shape.types[name]}[]" for n, name in enumerate(columns, 1))


@cache
def upsert(shape: Shape, columns: tuple[str, ...], newest: str | None) -> str:
    named = ", ".join(columns)
    more, given, dated = ("", "", "")
    if shape.is_dated:
        more, given, dated = ", version, created_at", ", 1, at", f", ${len(columns) + 1}::timestamptz[]"
    follow = [f"{name} = excluded.{name}" for name in columns if name not in shape.keys]
    action = f"UPDATE SET {', '.join(follow)}" if follow else "NOTHING"
    guard = f" WHERE {shape.name}.{newest} <= excluded.{newest}" if newest else ""
    return (
        f"INSERT INTO {shape.name} (agency_id, {named}{more}) SELECT agency(), {named}{given} "  # noqa: S608
        f"FROM unnest({sources(shape, columns)}{dated}) AS s ({named}{', at' if dated else ''}) "
        f"ON CONFLICT (agency_id, {', '.join(shape.keys)}) DO {action}{guard}"
    )


@cache
def update(shape: Shape, columns: tuple[str, ...]) -> str:
    follow = ", ".join(f"{name} = s.{name}" for name in columns if name not in shape.keys)
    same = " AND ".join(f"t.{name} = s.{name}" for name in shape.keys)
    return (
        f"UPDATE {shape.name} t SET {follow} FROM unnest({sources(shape, columns)}) AS s ({', '.join(columns)}) "  # noqa: S608
        f"WHERE t.agency_id = agency() AND {same}"
    )
