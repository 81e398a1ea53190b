"""The data handed to plotly: right, local, escaped."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from crisislab.report.drawing import Figure
from crisislab.report.figures import figures, waiting_curve
from crisislab.report.scripts import plotly_config
from crisislab.report.show import Show
from crisislab.report.timeline import close_window, public_curve, whole_window
from tests.report.fake import HOSTILE, empty_review, hostile_review, make_review

SHOW = Show("en", "Europe/Madrid")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _trace(figure: Figure | None, name: str) -> dict[str, list[object]]:
    assert figure is not None
    return next(trace for trace in figure.data if trace.get("name") == name)


def test_figures_has_one_of_each() -> None:
    """A review with data has its charts, each with words for who cannot see it."""
    drawn = figures(make_review())
    assert list(drawn) == ["public", "waiting", "sentiment", "reach"]
    assert all(figure.alt and figure.title for figure in drawn.values())


def test_figures_of_nothing_are_none() -> None:
    """A review without data draws nothing rather than empty axes."""
    assert figures(empty_review()) == {}


def test_figure_refuses_to_be_without_words() -> None:
    """A figure without alt text cannot be made."""
    with pytest.raises(ValueError, match="alt text"):
        Figure("x", "x", " ", (), {})


def test_figures_are_plain_data() -> None:
    """Every figure is JSON without NaN, as plotly and a test can read it."""
    drawn = figures(make_review())
    assert len(drawn) == 4
    for figure in drawn.values():
        spec = figure.spec()
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec, figure.name


def test_public_curve_holds_the_counts_in_local_time() -> None:
    """Each hour's count stands at its local wall time, and the axis names the zone."""
    review = make_review()
    figure = public_curve(review, SHOW)
    posts = _trace(figure, "posts")
    assert posts["x"][0] == "2026-03-04T01:00:00"
    assert posts["y"][:-1] == [float(n) for n in review.volume["n_posts"]]
    assert figure is not None
    assert "Europe/Madrid" in figure.layout["xaxis"]["title"]["text"]


def test_public_curve_draws_every_action_with_an_instant() -> None:
    """Done actions stand where they were done, undone ones where they were due."""
    figure = public_curve(make_review(), SHOW)
    assert _trace(figure, "on time")["x"] == ["2026-03-05T12:45:00"]
    assert _trace(figure, "late")["x"] == ["2026-03-05T16:30:00"]
    assert _trace(figure, "not done")["x"] == ["2026-03-05T15:00:00"]
    assert figure is not None
    names = [note["text"] for note in figure.layout["annotations"]]
    assert "Retirar el producto" not in names


def test_close_window_leaves_out_a_late_straggler() -> None:
    """One action a week later does not squeeze all others; it is told at the edge."""
    review = make_review()
    hours = pd.concat([review.volume] * 4, ignore_index=True)
    start = hours["hour_at"].iloc[0]
    hours["hour_at"] = start + pd.to_timedelta(hours.index, unit="h")
    actions = review.actions.copy()
    actions.loc[1, "done_at"] = start + pd.Timedelta(days=10)
    late = replace(review, volume=hours, actions=actions)
    assert close_window(late)[1] < whole_window(late)[1] - pd.Timedelta(days=4)
    figure = public_curve(late, SHOW)
    assert figure is not None
    assert any(note["text"].startswith("→ late") for note in figure.layout["annotations"])
    assert "overview" in figures(late)


def test_waiting_curve_is_a_step_that_keeps_its_ends() -> None:
    """The curve steps, starts and ends where the data do, and marks the plan's targets."""
    review = make_review()
    figure = waiting_curve(review, SHOW)
    steps = _trace(figure, "still waiting")
    assert steps["line"]["shape"] == "hv"  # type: ignore[call-overload]
    assert steps["y"][0] == round(review.response_curve["waiting_share"].iloc[0], 4)
    assert steps["y"][-1] == steps["y"][-2]
    target = _trace(figure, "Target: Ocho de cada diez en una hora")
    assert target["x"][1] == 60.0
    assert target["y"][1] == 0.2


def test_waiting_curve_stays_small() -> None:
    """A hundred thousand steps are thinned to what a screen can show."""
    curve = make_review().response_curve
    many = pd.concat([curve] * 400, ignore_index=True).sort_values("minutes")
    figure = waiting_curve(make_review(response_curve=many), SHOW)
    assert len(_trace(figure, "still waiting")["x"]) <= 1502


def test_sentiment_has_no_percent() -> None:
    """Without hand labels nothing on the chart is a percentage, and a gap stays a gap."""
    review = make_review()
    tone = review.sentiment.copy()
    tone.loc[3, ["index", "lower", "upper"]] = float("nan")
    figure = figures(replace(review, sentiment=tone))["sentiment"]
    axes = json.dumps([figure.layout["yaxis"], figure.layout["yaxis2"]])
    assert "%" not in axes
    assert "tickformat" not in axes
    assert None in _trace(figure, "tono negativo")["y"]


def test_reach_keeps_measured_and_estimated_apart() -> None:
    """Each measure has its own axis; a platform without a figure is unknown, not 0."""
    figure = figures(make_review(language="en"))["reach"]
    measured, estimated = figure.data
    assert measured["xaxis"] != estimated["xaxis"]
    assert measured["x"] == [None, 512345.0]
    assert estimated["marker"]["pattern"]["shape"] == "/"
    assert estimated["text"][1] == "about 1,200,000"
    texts = [note["text"] for note in figure.layout["annotations"]]
    assert texts.count("unknown") == 2


def test_figures_escape_every_text_from_data() -> None:
    """Plotly reads text as HTML: nothing from the data reaches it as a tag."""
    for figure in figures(hostile_review()).values():
        for text in _strings(figure.spec()):
            bare = text.replace("<br>", "").replace("<b>", "").replace("</b>", "")
            bare = bare.replace("<extra>", "").replace("</extra>", "")
            assert "<" not in bare, text
    assert any("&lt;" in html.escape(text) for text in HOSTILE)


def test_plotly_config_never_shares() -> None:
    """The share button is off and there is no address to send to."""
    config = plotly_config("es")
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    assert "http" not in json.dumps(config)


def test_last_hour_of_a_curve_has_its_width() -> None:
    """A step is drawn to the end of its hour, the last one too; its hover names that hour."""
    review = make_review()
    hours = review.volume["hour_at"]
    for name in ("public", "overview"):
        figure = figures(review).get(name)
        if figure is None:
            continue
        steps = [trace for trace in figure.data if trace.get("line", {}).get("shape") == "hv"]
        assert steps
        for trace in steps:
            assert len(trace["x"]) == len(trace["y"]) == len(hours) + 1
            assert pd.Timestamp(trace["x"][-1]) - pd.Timestamp(trace["x"][-2]) == pd.Timedelta("1h")
            assert trace["y"][-1] == trace["y"][-2]
        assert steps[-1]["text"][-1] == steps[-1]["text"][-2]


def test_waiting_curve_shows_who_the_targets_are_about() -> None:
    """The curve of those who wrote from the rise on stands beside that of everybody."""
    review = make_review()
    name = "siguen esperando, de quienes escribieron desde la subida"
    waits = review.waits
    tables = {**review.tables, "crisis_curve": review.response_curve}
    with_it = waiting_curve(replace(review, waits=waits, tables=tables), Show("es", "UTC"))
    without = waiting_curve(review, Show("es", "UTC"))
    assert with_it is not None
    assert without is not None
    assert any(str(trace["name"]).startswith(name) for trace in with_it.data)
    assert len(with_it.data) == len(without.data) + 1
