"""Hand labels of a simulated crisis: two coders who know the truth, and slip."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd

from crisislab.label.draw import draw_sample
from crisislab.read.labels import SENTIMENT, SENTIMENT_LABELS, UNSURE
from crisislab.schema import LABELS, POSTS
from crisislab.simulate.dice import Dice
from crisislab.simulate.world import DAY, Calendar, Post

N_LABELS = 200
N_SECOND = 80
SLIP = 0.05
DOUBT = 0.02
_SECONDS = 11
_ABSENT = {"positive": "neutral", "negative": "neutral"}
CODERS = ("A", "B")


def labels_csv(posts: Sequence[Post], calendar: Calendar, seed: int) -> bytes:
    """Return ``labels.csv``: 200 texts by one coder, the first 80 by a second one as well.

    The texts are drawn as an analyst would draw them. A coder answers with the true label, but
    for slips: in 5 of 100 answers the neighbouring label (neutral, or either side of it), in 2
    of 100 "unsure"; the second showing of a text slips anew.
    """
    sample = draw_sample(_frame(posts), n=N_LABELS, seed=seed + 1)
    truth = {(p.platform, p.post_id): p.label for p in posts}
    shown = sample.astype(object).where(sample.notna(), None).to_dict("records")
    dice, start = Dice(seed, "coders"), calendar.end + 3 * DAY
    rows = []
    for turn, coder in enumerate(CODERS):
        seen = shown if turn == 0 else [s for s in shown if s["round"] == 1][:N_SECOND]
        for i, one in enumerate(seen):
            answer = _answer(truth[str(one["platform"]), str(one["post_id"])], dice)
            at = start + turn * DAY + _SECONDS * i
            rows.append(_row({str(k): v for k, v in one.items()}, answer, coder, at))
    return _as_csv(rows)


def _frame(posts: Sequence[Post]) -> pd.DataFrame:
    rows = [
        {
            "platform": p.platform, "post_id": p.post_id,
            "created_at": pd.Timestamp(p.at, unit="s", tz="UTC"), "kind": p.kind, "text": p.text,
            "lang": p.lang, "own": p.own, "automated": p.author.kind == "machine",
        }
        for p in posts
    ]  # fmt: skip
    return POSTS.conform(pd.DataFrame(rows))


def _answer(label: str, dice: Dice) -> str:
    if dice.chance(DOUBT):
        return UNSURE
    if not dice.chance(SLIP):
        return label
    return _ABSENT.get(label) or dice.pick([n for n in SENTIMENT_LABELS if n != label])


def _row(shown: Mapping[str, object], answer: str, coder: str, at: int) -> dict[str, object]:
    stamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
    kept = {name: shown.get(name) for name in LABELS.names}
    return kept | {"task": SENTIMENT, "label": answer, "coder": coder, "labelled_at": stamp}


def _as_csv(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, LABELS.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
