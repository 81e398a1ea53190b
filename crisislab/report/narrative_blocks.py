"""Blocks of the narratives: stories, topics over time and group, words, fast co-sharing."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.drawing import Figure, Spec, axis, layout, numbers, plain
from crisislab.report.grid import Cell, grid, opened, row_list
from crisislab.report.masks import excerpt, masked
from crisislab.report.show import Show
from crisislab.report.spread_blocks import heads, said, table_of
from crisislab.report.value import Review
from crisislab.words import say

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8a6d3b")


def narrative_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the narratives that have data."""
    made = (_stories(review, cards, show), _topics(review, cards, show),
            _over_time(review, show), _words(review, show), _fast(review, show))  # fmt: skip
    return [block for block in made if block is not None]


def _stories(review: Review, cards: Cards, show: Show) -> Block | None:
    table = table_of(review, "stories")
    if table is None:
        return None
    rows = [
        (excerpt(row["text"]), show.number(row["n_authors"]), show.number(row["n_posts"]),
         show.number(row["n_reposts"]), show.number(row["n_platforms"]),
         show.instant(row["first_at"]), row_list(row["evidence"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(
        show, heads("words", "authors", "posts", "reposts", "platforms", "first", "evidence"),
        rows, numeric=(1, 2, 3, 4),
    )  # fmt: skip
    intro = show.say("spread.block.stories.intro", n=cards.link("n_stories"),
                     share=cards.link("copied_share"))  # fmt: skip
    return said(show, "narratives", "stories", intro=intro, table=made)


def _topics(review: Review, cards: Cards, show: Show) -> Block | None:
    table = table_of(review, "topics")
    if table is None or not table["shown"].any():
        return None
    picks = review.tables.get("topic_exemplars", pd.DataFrame(columns=["topic", "text"]))
    rows: list[tuple[Cell, ...]] = []
    for row in table[table["shown"]].to_dict("records"):
        mine = picks[picks["topic"] == row["topic"]]
        quotes = Markup("<br>").join(
            Markup("<q>{}</q>").format(excerpt(text, 120)) for text in mine["text"]
        )
        rows.append((masked(row["terms"]), show.number(row["n_texts"]),
                     show.rounded(row["stability"], 0.01), quotes))  # fmt: skip
    made = grid(show, heads("terms", "texts", "stability", "exemplars"), rows, numeric=(1, 2))
    hidden = int((~table["shown"].astype(bool)).sum())
    intro = show.say("spread.block.topics.intro", shown=cards.link("n_topics_shown"),
                     hidden=opened("topics", "stability", show.number(hidden)))  # fmt: skip
    return said(show, "narratives", "topics", intro=intro, table=made)


def _over_time(review: Review, show: Show) -> Block | None:
    table, topics = table_of(review, "topic_times"), table_of(review, "topics")
    if table is None or topics is None:
        return None
    names = dict(zip(topics["topic"], topics["terms"], strict=True))
    rows = [
        (show.instant(pd.Timestamp(row["day"], tz=show.zone), "d MMM y"),
         show.word("report.platform", row["group"]), _short(names, row["topic"]),
         show.number(row["n"]), show.number(row["n_of"]), show.share(row["share"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(show, heads("day", "platform", "topic", "posts", "of", "share"), rows,
                numeric=(3, 4, 5))  # fmt: skip
    drawn = _figure(table, names, show)
    return said(show, "narratives", "over_time", figure=drawn, table=made)


def _short(names: dict[str, str], topic: str) -> str:
    return ", ".join(masked(names.get(topic, topic)).split()[:3])


def _figure(table: pd.DataFrame, names: dict[str, str], show: Show) -> Figure:
    daily = table.groupby(["day", "topic"])["n"].sum().unstack(fill_value=0)
    data: list[Spec] = [
        {"type": "bar", "x": list(daily.index), "y": numbers(daily[topic], 0),
         "name": plain(_short(names, topic)), "marker": {"color": _COLOURS[i % len(_COLOURS)]},
         "hovertemplate": "%{y}<extra>" + plain(_short(names, topic)) + "</extra>"}
        for i, topic in enumerate(sorted(daily.columns, key=lambda t: int(t[1:])))
    ]  # fmt: skip
    under = 60 + 20 * len(data)
    page = layout(
        320 + under, barmode="stack", hovermode="closest",
        margin={"l": 56, "r": 16, "t": 16, "b": under},
        xaxis=axis(say("spread.head.day", show.lang), type="date", tickformat="%-d %b"),
        yaxis=axis(say("spread.head.posts", show.lang)),
        legend={"orientation": "v", "x": 0, "y": -0.2, "yanchor": "top"},
    )  # fmt: skip
    title = say("spread.figure.topics", show.lang)
    alt = say("spread.figure.topics_alt", show.lang, n=len(data))
    return Figure("topics", title, alt, tuple(data), page, 320 + under)


def _words(review: Review, show: Show) -> Block | None:
    table = table_of(review, "words")
    if table is None:
        return None
    rows = [
        (masked(row["word"]), show.word("spread.period", "crisis" if row["z"] > 0 else "quiet"),
         show.number(row["n_first"]), show.number(row["n_second"]), show.number(row["z"], 1))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(show, heads("word", "typical", "in_crisis", "in_quiet", "z"), rows,
                numeric=(2, 3, 4))  # fmt: skip
    return said(show, "narratives", "words", table=made, folded=True)


def _fast(review: Review, show: Show) -> Block | None:
    table = table_of(review, "co_sharing")
    if table is None:
        return None
    rows = [
        (show.number(row["seconds"]), show.number(row["n_pairs"]), show.number(row["n_accounts"]),
         show.number(row["expected"], 1), show.span(row["lower"], row["upper"], "count"))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(show, heads("seconds", "pairs", "accounts", "by_chance", "interval"), rows,
                numeric=(0, 1, 2, 3))  # fmt: skip
    return said(show, "narratives", "fast", table=made, folded=True)
