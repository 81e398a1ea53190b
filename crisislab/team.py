"""The team's clock as ``case.toml`` declares it: opening hours and the holidays of a region."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from crisislab.estimate.business import Calendar, HoursError, Spans, parse_hours, regions_of
from crisislab.settings import Settings, Zone


def _check_hours(value: object) -> object:
    try:
        parse_hours(str(value))
    except HoursError as error:
        raise PydanticCustomError(error.code, "hours") from error
    return value


def _check_region(value: object) -> object:
    country = str(value).partition("-")[0]
    if str(value) in regions_of(country):
        return value
    near = sorted(regions_of(country.upper()))
    raise PydanticCustomError("CL-CASE-REGION", "region", {"known": ", ".join(near) or "-"})


Hours = Annotated[str, BeforeValidator(_check_hours)]
Region = Annotated[str, BeforeValidator(_check_region)]


class Team(Settings):
    """The team's clock: zone, opening hours per weekday and region for holidays.

    Attributes:
        zone: Zone of the opening hours.
        region: Region whose holidays are closed, such as ``ES-MD``; missing: no holidays.
        hours: Weekday -> spans such as ``09:00-14:00, 16:00-20:00``; absent: closed.
        closed: Further closed days.
    """

    zone: Zone
    region: Region | None = None
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Hours] = Field(
        default_factory=dict
    )
    closed: tuple[date, ...] = ()

    def calendar(self) -> Calendar | None:
        """Return the business clock; ``None`` when no opening hours are declared."""
        if not self.hours:
            return None
        spans: dict[str, Spans] = {day: parse_hours(text) for day, text in self.hours.items()}
        return Calendar(self.zone, spans, self.region, frozenset(self.closed))
