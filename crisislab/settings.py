"""Settings files (TOML), strictly validated: every mistake named with its file and line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

import crisislab.limits as limits
from crisislab.errors import CrisisLabError, Problem, Said
from crisislab.words import has_words

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)
_UNITS = {
    "s": 1 / 60,
    "sec": 1 / 60,
    "seg": 1 / 60,
    "min": 1.0,
    "m": 1.0,
    "h": 60.0,
    "d": 1440.0,
    "day": 1440.0,
    "days": 1440.0,
    "día": 1440.0,
    "días": 1440.0,
    "dia": 1440.0,
    "dias": 1440.0,
    "hour": 60.0,
    "hours": 60.0,
    "hora": 60.0,
    "horas": 60.0,
    "minute": 1.0,
    "minutes": 1.0,
    "minuto": 1.0,
    "minutos": 1.0,
}
_PIECE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)", re.UNICODE)
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*[\w-]+)*\s*=""")
_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")


# What pydantic calls a kind of value -> what it is called here.
_KINDS = {
    "int_from_float": "int_type", "int_parsing": "int_type", "bool_parsing": "bool_type",
    "float_parsing": "float_type", "date_type": "date_from_datetime_parsing",
    "date_parsing": "date_from_datetime_parsing", "list_type": "tuple_type",
    "model_type": "dict_type", "model_attributes_type": "dict_type", "enum": "literal_error",
}  # fmt: skip
# How a message of tomllib begins -> what it means for somebody who writes settings.
_SYNTAX = (
    (r"Expected '=' after a key", "equals"),
    (r"Cannot (overwrite|declare|mutate|redefine)|Duplicate", "twice"),
    (r"Illegal character|Unterminated string|Expected ['\"]{2,}", "quotes"),
    (r"Unescaped|Invalid (hex|escape)|.*backslash", "backslash"),
    (r"Unclosed|Expected '\]", "brackets"),
    (r"Invalid date", "date"),
    (r"Expected newline", "rest"),
    (r"Invalid (statement|initial)", "statement"),
    (r"Invalid value", "value"),
)

_DEEP = re.compile(
    r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]{0,40}"|'[^'\n]{0,40}')[ \t]*\.[ \t]*)"""
    f"{{{limits.MAX_KEY_PARTS}}}"
)


class Settings(BaseModel):
    """Base of every settings model: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def parse_duration(value: object) -> object:
    """Return a duration in minutes from text with units, such as ``1 h 30 min``.

    Raises:
        PydanticCustomError: If the value is not text, or a number lacks its unit.

    >>> parse_duration("1 h 30 min")
    90.0
    """
    text = value.strip().casefold() if isinstance(value, str) else ""
    pieces = _PIECE.findall(text)
    leftover = _PIECE.sub("", text).strip(" y+and,")
    if not pieces or leftover or any(unit not in _UNITS for _, unit in pieces):
        raise PydanticCustomError("CL-SET-DURATION", "duration")
    return sum(float(number.replace(",", ".")) * _UNITS[unit] for number, unit in pieces)


def check_zone(value: object) -> object:
    """Return an IANA zone name after having found it.

    Raises:
        PydanticCustomError: If the time-zone database has no such zone.

    >>> check_zone("Europe/Madrid")
    'Europe/Madrid'
    """
    try:
        ZoneInfo(str(value))
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("CL-SET-ZONE", "zone") from error
    return value


def check_instant(value: object) -> object:
    """Return a date or date-time as TOML gives it; anything else is refused.

    Raises:
        PydanticCustomError: If the value is not a TOML date or date-time.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise PydanticCustomError("CL-SET-INSTANT", "instant")


_DURATION_SCHEMA = {
    "type": "string",
    "pattern": r"\d\s*[^\W\d_]",
    "examples": ["30 min", "2 h", "1 h 30 min", "3 d"],
}
Minutes = Annotated[float, BeforeValidator(parse_duration), WithJsonSchema(_DURATION_SCHEMA)]
Zone = Annotated[str, BeforeValidator(check_zone)]
LocalInstant = Annotated[datetime, BeforeValidator(check_instant)]


def to_utc(instant: datetime, *, zone: str) -> datetime:
    """Return a settings instant in UTC; one without offset is local time of ``zone``.

    Raises:
        ValueError: If the local time does not exist (clocks skipped it).

    >>> to_utc(datetime(2026, 3, 5, 10), zone="Europe/Madrid").isoformat()
    '2026-03-05T09:00:00+00:00'
    """
    utc = ZoneInfo("UTC")
    if instant.tzinfo is not None:
        return instant.astimezone(utc)
    there = instant.replace(tzinfo=ZoneInfo(zone)).astimezone(utc)
    if there.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != instant:
        raise ValueError(f"{instant} does not exist in {zone}: the clocks skipped it")
    return there


def read_settings(path: Path, model: type[M]) -> M:
    """Read one settings file into its model.

    Raises:
        CrisisLabError: With every problem of the file, each with its line.
    """
    try:
        size = path.stat().st_size
        if size > limits.MAX_SETTINGS:
            facts = {"limit": limits.MAX_SETTINGS}
            raise CrisisLabError(
                Problem("CL-LIMIT-SETTINGS", file=path.name, value=str(size), facts=facts)
            )
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise CrisisLabError(Problem("CL-SET-MISSING-FILE", file=path.name)) from None
    except UnicodeDecodeError:
        raise CrisisLabError(Problem("CL-SET-ENCODING", file=path.name)) from None
    if _DEEP.search(text):
        # The parser takes minutes over a key of thousands of parts.
        deep = {"detail": f"a key of more than {limits.MAX_KEY_PARTS} parts"}
        raise CrisisLabError(Problem("CL-SET-SYNTAX", file=path.name, facts=deep))
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CrisisLabError(_syntax_problem(path.name, error)) from None
    except ValidationError as error:
        lines = line_index(text)
        problems = [_problem(path.name, detail, lines, model) for detail in error.errors()]
        raise CrisisLabError(*problems) from None
    except (RecursionError, ValueError) as error:
        # Thousands of brackets or digits: made to break programs, not to say something.
        why = {"detail": type(error).__name__}
        raise CrisisLabError(Problem("CL-SET-SYNTAX", file=path.name, facts=why)) from None


def doubtful_times(path: Path, settings: BaseModel, *, zone: str) -> list[Problem]:
    """Return a finding for each local time of a settings file that a clock change makes doubtful.

    Where clocks go back, a local hour comes twice: the first is taken, and said. Where they go
    forward, an hour never comes: a time in it is refused. A time with its offset is never in doubt.
    """
    times = [(loc, at) for loc, at in _instants(settings, ()) if at.tzinfo is None]
    found = [(loc, at, _doubt(at, zone)) for loc, at in times]
    lines = line_index(path.read_text("utf-8-sig")) if any(doubt for *_, doubt in found) else {}
    return [
        Problem(
            doubt, "flagged" if doubt == "CL-SET-HOUR-TWICE" else "refused", file=path.name,
            line=_line(loc, lines), column=".".join(map(str, loc)), value=at.isoformat(),
            facts=_offsets(at, zone),
        )
        for loc, at, doubt in found if doubt
    ]  # fmt: skip


def _instants(value: object, loc: Path_) -> Iterator[tuple[Path_, datetime]]:
    """Return every date-time of a settings model with its path."""
    if isinstance(value, datetime):
        yield loc, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _instants(getattr(value, name), (*loc, info.alias or name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _instants(inner, (*loc, str(name)))
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield from _instants(inner, (*loc, index))


def _doubt(at: datetime, zone: str) -> str:
    """Return the code of what a clock change does to a local time, or nothing.

    >>> _doubt(datetime(2026, 10, 25, 2, 30), "Europe/Madrid")
    'CL-SET-HOUR-TWICE'
    >>> _doubt(datetime(2026, 3, 29, 2, 30), "Europe/Madrid")
    'CL-SET-HOUR-NEVER'
    """
    first, second = _both(at, zone)
    if first == second:
        return ""
    return "CL-SET-HOUR-TWICE" if first > second else "CL-SET-HOUR-NEVER"


def _both(at: datetime, zone: str) -> tuple[timedelta, timedelta]:
    """Return the offsets of a local time before and after a clock change; equal elsewhere."""
    there = at.replace(tzinfo=ZoneInfo(zone))
    first, second = (there.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first or timedelta(), second or timedelta()


def _offsets(at: datetime, zone: str) -> dict[str, object]:
    """Return the time as it is written with the offset before and after the clock change."""
    first, second = (at.replace(tzinfo=timezone(offset)) for offset in _both(at, zone))
    return {"first": first.isoformat(), "second": second.isoformat(), "zone": zone}


def line_index(text: str) -> dict[Path_, int]:
    r"""Return the line of every table and key of a TOML text, by path.

    >>> line_index("[plan]\nname = 'x'\n[[actions]]\nid = 'a'")[("actions", 0, "id")]
    4
    """
    lines: dict[Path_, int] = {(): 1}
    counts: dict[Path_, int] = {}
    here: Path_ = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if table := _TABLE.match(line):
            here = _enter(table, counts)
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            name = line[key.start() : key.end() - 1].strip()
            names = tuple(part.strip().strip("\"'") for part in name.split("."))
            for depth in range(1, len(names) + 1):
                lines.setdefault((*here, *names[:depth]), number)
    return lines


def _enter(table: re.Match[str], counts: dict[Path_, int]) -> Path_:
    names = [part.strip().strip("\"'") for part in table[2].split(".")]
    path: Path_ = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if table[1] == "[[":
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _line(loc: Path_, lines: dict[Path_, int]) -> int | None:
    for end in range(len(loc), 0, -1):
        if loc[:end] in lines:
            return lines[loc[:end]]
    return None


def _syntax_problem(file: str, error: tomllib.TOMLDecodeError) -> Problem:
    found = re.search(r"line (\d+)", str(error))
    line = int(found[1]) if found else None
    why = next((key for pattern, key in _SYNTAX if re.match(pattern, str(error))), "other")
    facts = {"detail": Said(f"settings.syntax.{why}")}
    return Problem("CL-SET-SYNTAX", file=file, line=line, facts=facts)


def _expected(detail: ErrorDetails) -> Said:
    """Return what a setting holds, in words of the catalogue instead of pydantic's English."""
    kind = _KINDS.get(detail["type"], detail["type"])
    facts = {k: str(v).replace(" or ", ", ") for k, v in detail.get("ctx", {}).items()}
    key = f"settings.expected.{kind}"
    return Said(key if has_words(key) else "settings.expected.other", facts)


def _problem(
    file: str, detail: ErrorDetails, lines: dict[Path_, int], model: type[BaseModel]
) -> Problem:
    loc: Path_ = tuple(detail["loc"])
    code, value, facts = explained(detail, model)
    column = ".".join(str(part) for part in loc)
    line = _line(loc, lines) if "line_of" not in facts else _line(facts.pop("line_of"), lines)
    return Problem(code, file=file, line=line, column=column, value=value, facts=facts)


def explained(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, dict[str, Any]]:
    """Return the code, the value and the facts behind one finding of the validation."""
    kind = detail["type"]
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    facts: dict[str, Any] = dict(detail.get("ctx", {}))
    facts.pop("error", None)
    if kind.startswith("CL-"):
        return kind, str(detail.get("input", "")), facts
    if kind == "extra_forbidden":
        return "CL-SET-UNKNOWN-KEY", key, {"near": _near(key, model)}
    if kind == "missing":
        return "CL-SET-MISSING-KEY", key, facts
    return "CL-SET-TYPE", str(detail.get("input", "")), {"expected": _expected(detail)}


def _near(key: str, model: type[BaseModel]) -> str:
    known: set[str] = set()
    _collect_keys(model, known, set())
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return close[0] if close else "-"


def _collect_keys(model: type[BaseModel], known: set[str], seen: set[type[BaseModel]]) -> None:
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        known.add(info.alias or name)
        for inner in _models_in(info.annotation):
            _collect_keys(inner, known, seen)


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    parts = getattr(annotation, "__args__", ())
    return [model for part in parts for model in _models_in(part)]
