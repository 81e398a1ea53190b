"""Hand labels made ready for estimates: one row per text, whoever coded it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crisislab.read.labels import SENTIMENT, UNSURE, allowed_labels, latest


def settled(labels: pd.DataFrame, *, task: str = SENTIMENT) -> pd.DataFrame:
    """Return one row per labelled text with the share of coders behind each label.

    The first answers count (not the second showing), of each coder the last. Coders who differ
    are averaged: one "negative" and one "neutral" are half each, so that a disputed post widens
    nothing and decides nothing. "unsure" is no answer. The chance of a text is lowered by the
    share of its part that got an answer: what was not reached or not decided counts as missing
    at random within its part. Actively chosen labels are kept with a missing probability: fit
    for training a model, never for shares.

    Args:
        labels: Table ``schema.LABELS``.
        task: What was asked.

    Returns:
        ``text_key, size, stratum, probability, n_coders`` and one column (0 to 1) per label of
        the task, in a fixed order by ``text_key``.
    """
    names = [name for name in allowed_labels(task) if name != UNSURE]
    asked = latest(labels[(labels["task"] == task) & (labels["round"] == 1)])
    known = asked[asked["label"].isin(names)]
    codes = pd.DataFrame({name: (known["label"] == name).astype("float64") for name in names})
    by_text = codes.groupby(known["text_key"].to_numpy(), sort=True)
    facts = known.groupby("text_key", sort=True)[
        ["size", "stratum", "probability", "n_stratum", "sampling"]
    ].first()
    table = facts.join(by_text.mean()).assign(n_coders=by_text.size())
    table["probability"] = _answered(table)
    kept = ["text_key", "size", "stratum", "probability", "n_coders", *names]
    found: pd.DataFrame = table.rename_axis("text_key").reset_index()[kept]
    return found.astype({"size": "float64"})


def coded_together(labels: pd.DataFrame, *, tasks: Sequence[str]) -> pd.DataFrame:
    """Return the drawn texts that have an answer to every one of the tasks, as in ``settled``.

    What rests on several answers about one text (a posture on its flags) can be corrected on
    these texts only; their chances are those of having all answers.
    """
    asked = labels[labels["task"].isin(tasks) & (labels["round"] == 1)]
    facts = asked.groupby("text_key", sort=True)[
        ["size", "stratum", "probability", "n_stratum", "sampling"]
    ].first()
    for task in tasks:
        known = settled(labels, task=task)
        facts = facts[facts.index.isin(known.loc[known["probability"].notna(), "text_key"])]
    table = facts.assign(probability=_answered(facts), size=facts["size"].astype("float64"))
    kept = ["text_key", "size", "stratum", "probability"]
    found: pd.DataFrame = table.rename_axis("text_key").reset_index()[kept]
    return found


def _answered(table: pd.DataFrame) -> pd.Series:
    drawn = table["sampling"].eq("random")
    answered = drawn.groupby(table["stratum"]).transform("sum")
    share = (answered / table["n_stratum"].astype("float64")).clip(upper=1).fillna(1.0)
    # A certain text that got its answer stays certain only if its whole part was answered.
    chances: pd.Series = (table["probability"] * share).where(drawn)
    return chances
