"""The review: one immutable value from which every output is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from crisislab.later import Later
from crisislab.report.look import Look

if TYPE_CHECKING:
    from crisislab.report import drawing as _drawing
    from crisislab.report import extra as _extra
    from crisislab.report import numbers as _numbers
else:
    _drawing, _extra = Later("crisislab.report.drawing"), Later("crisislab.report.extra")
    _numbers = Later("crisislab.report.numbers")

Language = Literal["es", "en"]


@dataclass(frozen=True)
class Review:
    """A finished review; nothing in it changes and nothing is computed after it.

    Attributes:
        title: Name of the case.
        brand: Name of the brand.
        language: Language of the words, ``es`` or ``en``; numbers are the same in both.
        zone: Time zone in which instants are shown.
        scenario: Name of the scenario in the plan, or empty.
        plan_name: Name and version of the plan.
        n_posts: Posts reviewed.
        n_entries: Log entries reviewed.
        metrics: Every number (``schema.METRICS``).
        verdicts: Every judgement (``schema.VERDICTS``).
        actions: Every action of the plan with its state (``schema.ACTIONS``).
        clock: One row per milestone: ``milestone, at, uncertain_minutes, reason, evidence, text``.
        volume: One row per hour: ``hour_at, n_posts, expected, upper, n_own``.
        sentiment: One row per bin: ``hour_at, n_scored, n_unscored, index, lower, upper`` where the
            index is the change of the negative score against the quiet period (no percent).
        response_curve: Kaplan-Meier steps: ``minutes, waiting_share, lower, upper, n_at_risk``.
        reach: One row per platform: measured, estimated and n used of n total.
        waits: One row per conversation: first inbound, first reply, minutes, answered.
        ledger: One row per file.
        issues: Findings about the inputs.
        rejects: Rows set aside.
        manifest: Hashes of inputs, versions, settings, seed and time-zone database.
        tables: Further tables by name, each written as ``NAME.csv``; a part of the page that finds
            none of its tables is left out.
        look: Logo, colour, order and titles of a team.
        extras: Parts that people added: sections from a notebook, text written by hand.
    """

    title: str
    brand: str
    language: Language
    zone: str
    scenario: str
    plan_name: str
    n_posts: int
    n_entries: int
    metrics: pd.DataFrame
    verdicts: pd.DataFrame
    actions: pd.DataFrame
    clock: pd.DataFrame
    volume: pd.DataFrame
    sentiment: pd.DataFrame
    response_curve: pd.DataFrame
    reach: pd.DataFrame
    waits: pd.DataFrame
    ledger: pd.DataFrame
    issues: pd.DataFrame
    rejects: pd.DataFrame
    manifest: Mapping[str, Any] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    look: Look = field(default_factory=Look, repr=False)
    extras: tuple[_extra.Extra, ...] = field(default=(), repr=False)

    def write(self, folder: str | Path, *, forms: Collection[str] = ()) -> Path:
        """Write the review into a folder and return the path of ``review.html``.

        Every file is written beside and renamed, so that an interrupted run leaves the earlier
        review whole.

        Args:
            folder: Where it goes.
            forms: Further forms: ``pdf`` (by an installed browser), ``docx``, ``pptx``, ``xlsx``
                (every table) and ``md`` (with pictures, for wikis).

        Raises:
            CrisisLabError: If a form cannot be made or the folder cannot be written.
        """
        from crisislab.report.write import write_review

        return write_review(self, Path(folder), forms=forms)

    def with_section(
        self,
        title: str,
        text: str = "",
        *,
        figure: Any = None,
        alt: str = "",
        table: pd.DataFrame | None = None,
        about: str = "",
        metrics: pd.DataFrame | None = None,
        place: str = "added",
    ) -> Review:
        """Return the review with one more section; this one stays as it is.

        Args:
            title: Heading.
            text: Markdown. A number is not typed but named, ``{n_posts}`` or
                ``{reply_rate[within=60]}``, so that it opens like every other number.
            figure: A plotly figure or one of the review's own.
            alt: The figure in words; required for a plotly figure.
            table: A table; it is written as CSV beside the page.
            about: What the numbers of the table are and where they come from; required for it.
            metrics: Further numbers (``schema.METRICS``), which get cards.
            place: Section to stand in: ``added`` (of its own), ``chronology``, ``response``,
                ``sentiment``, ``reach``, ``plan`` or ``targets``.

        Raises:
            CrisisLabError: If the text has a bare number (``CL-SECTION-NUMBER``) or names a metric
                the review does not have, a table says nothing about itself, a figure has no alt
                text, or there is no such place.
        """
        from crisislab.report.extra import add_section

        return add_section(
            self, title, text, figure=figure, alt=alt, table=table, about=about,
            metrics=metrics, place=place,
        )  # fmt: skip

    def figure(self, name: str) -> _drawing.Figure:
        """Return one chart of the review, such as overview, public, waiting, sentiment or reach.

        Raises:
            KeyError: If there is no such chart, or no data for it.
        """
        from crisislab.report.blocks import all_figures

        drawn = all_figures(self)
        if name not in drawn:
            raise KeyError(f"no chart {name!r}; this review has: {', '.join(drawn)}")
        return drawn[name]

    def numbers(self, *metrics: str, **scope: object) -> _numbers.Numbers:
        """Return numbers in words: what each is of, its value with its unit, its interval and n.

        Args:
            metrics: Their names, such as ``reply_rate``; a ``*`` at the end stands for the rest
                of a name. Without names: all.
            scope: Pairs that the scope must have, such as ``platform="x"``; with ``None``: must
                not have, whatever the value.

        Raises:
            KeyError: If the review has no number of a name.
        """
        from crisislab.report.numbers import numbers_of

        return numbers_of(self, metrics, scope)

    def _repr_html_(self) -> str:
        from crisislab.report.tables import verdicts_table

        return verdicts_table(self)
