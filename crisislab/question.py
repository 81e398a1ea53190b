"""What is asked of the response, written into the case before anybody looks at the curves."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from crisislab.plan import Milestone
from crisislab.settings import LocalInstant, Minutes, Settings


class Concurrent(Settings):
    """Something else that happened near the response and could have moved the curve."""

    at: LocalInstant
    what: str


class Question(Settings):
    """The table ``[effect]`` of ``case.toml``.

    Attributes:
        question: What the response was meant to do, in words.
        outcome: What is counted per hour: ``posts`` or ``originals`` (no reposts).
        response: Milestone of the crisis clock that is the response.
        at: The response as an instant, instead of a milestone.
        decided: When this was fixed; the report says whether it was before the crisis ended.
        window: How long after the response to look.
        control: CSV file of what the response did not reach: ``at, n`` per hour (UTC), and
            ``series`` where there are several.
        library: Library file of past crises, or ``reference`` for the one that is shipped.
        engine: ``bayes`` adds CausalPy's reckoning (extra ``bayes``; a minute or two) to the other
            choices; it never decides.
        concurrent: Other things that happened near it.
    """

    question: str
    outcome: Literal["posts", "originals"] = "posts"
    response: Milestone | None = None
    at: LocalInstant | None = None
    decided: LocalInstant | None = None
    window: Minutes = 1440.0
    control: str | None = None
    library: str | None = None
    engine: Literal["light", "bayes"] = "light"
    concurrent: tuple[Concurrent, ...] = ()

    @model_validator(mode="after")
    def _one_response(self) -> Self:
        if (self.response is None) == (self.at is None):
            raise PydanticCustomError("CL-CASE-EFFECT", "effect")
        return self
