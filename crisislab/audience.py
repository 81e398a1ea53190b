"""What the case declares about its audience: how many people, which rivals, which words."""

from __future__ import annotations

from datetime import date

from pydantic import Field, PositiveInt

from crisislab.settings import Settings


class Rival(Settings):
    """A name of the panel and the words by which posts name it."""

    name: str
    words: tuple[str, ...] = Field(min_length=1)


class Panel(Settings):
    """The brands among which share of voice is counted, fixed before counting.

    Attributes:
        locked: Day on which the panel was fixed; a later change starts a new series.
        brand: Words by which posts name the brand.
        rivals: The others.
    """

    locked: date
    brand: tuple[str, ...] = Field(min_length=1)
    rivals: tuple[Rival, ...] = Field(min_length=1)


class AudienceSettings(Settings):
    """``[audience]`` of ``case.toml``.

    Attributes:
        population: Platform -> people who could be on it, for bounds of reach.
        narrative: Words that make a post part of the crisis; missing: every post of the public
            from the onset on, and every statement of the brand from the first one on.
        panel: Panel of share of voice.
    """

    population: dict[str, PositiveInt] = Field(default_factory=dict)
    narrative: tuple[str, ...] = ()
    panel: Panel | None = None
