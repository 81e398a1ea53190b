"""How the brand answered: shares of replies by what they do, postures and templates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.coded import coded_together, settled
from crisislab.enrich.tone import FLAGS, overridden
from crisislab.estimate.intervals import wilson
from crisislab.estimate.prevalence import Design, design_share
from crisislab.metrics import Row, metrics, number

Floats = npt.NDArray[np.float64]
POSTURES = ("deny", "diminish", "rebuild", "mixed", "information", "other")
_OF_POSTURES = (
    "apology", "responsibility", "compensation", "denial", "explanation", "non_apology",
    "solution", "channel_shift", "promise",
)  # fmt: skip
_CUES = "cues, Wilson"
# CERC (CDC 2018) as far as words alone can show it; "be first" is a matter of the clock.
PRINCIPLES: Mapping[str, tuple[str, ...]] = {
    "be_right": ("explanation",),
    "be_credible": ("responsibility", "promise"),
    "express_empathy": ("empathy",),
    "promote_action": ("solution",),
    "show_respect": ("acknowledgement", "apology"),
}


def tone_of_replies(toned: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Return the share of replies per flag, posture, principle, and of templates.

    Without labels a share is that of replies with a cue (Wilson's interval, sampling only; note
    ``cues_unmeasured``: how often cues miss or mislead is not known). With labels it is the cue
    plus rectifier over the drawn replies (``estimate.design_share``), and precision and recall of
    the cues are told. A posture or principle is corrected alike where coders answered every flag
    it rests on; with only some of them, their decisions replace the cues of the replies they
    saw (method ``cues, hand labels over them``), and it stays ``cues_unmeasured``. The base is
    replies in a language with cue lists; ``n_replies_unread`` counts the rest. Flags are
    independent: a reply may have several or none.

    Args:
        toned: Replies of ``enrich.tone.add_tone``.
        labels: Table ``schema.LABELS`` with tasks ``tone.<flag>``; may be empty.

    Returns:
        Rows of ``schema.METRICS``: ``tone_<flag>_share``, ``tone_<flag>_precision``,
        ``tone_<flag>_recall``, ``posture_<posture>_share``, ``cerc_<principle>_share``,
        ``template_share``, ``n_replies_unread``.
    """
    read = toned[toned[f"tone.{FLAGS[0]}"].notna()]
    rows: list[Row] = [
        number("n_replies_unread", len(toned) - len(read), unit="count", n=len(toned)),
        template_share(toned),
    ]
    for flag in FLAGS:
        rows += _flag(read, settled(labels, task=f"tone.{flag}"), flag)
    held = overridden(read, labels)
    cues, hands = postures_of(read), postures_of(held)
    for posture in POSTURES:
        name = f"posture_{posture}_share"
        rows.append(_derived(name, cues == posture, hands == posture, read, labels, _OF_POSTURES))
    for principle, flags in PRINCIPLES.items():
        cue, hand = (_any_of(said, flags) for said in (read, held))
        rows.append(_derived(f"cerc_{principle}_share", cue, hand, read, labels, flags))
    return metrics(rows)


def _any_of(said: pd.DataFrame, flags: tuple[str, ...]) -> pd.Series:
    shown: pd.Series = (said[[f"tone.{flag}" for flag in flags]] == 1).any(axis=1)
    return shown


def _derived(
    name: str,
    cue: pd.Series,
    hand: pd.Series,
    read: pd.DataFrame,
    labels: pd.DataFrame,
    flags: tuple[str, ...],
) -> Row:
    """Return the share of what several flags make together, corrected where all were coded."""
    tasks = [f"tone.{flag}" for flag in flags]
    drawn = coded_together(labels, tasks=tasks)
    drawn = drawn[drawn["text_key"].isin(read["text_key"])]
    if drawn.empty:
        over = bool(labels["task"].isin(tasks).any())
        return _share(name, hand, method="cues, hand labels over them, Wilson" if over else _CUES)
    first = ~read["text_key"].duplicated()
    keys = pd.Index(read.loc[first, "text_key"])
    at = keys.get_indexer(pd.Index(drawn["text_key"]))
    truth, scores = (one[first].to_numpy(dtype=np.float64)[at] for one in (hand, cue))
    copies = read["text_key"].value_counts().reindex(drawn["text_key"]).to_numpy()
    design = Design.of(copies, drawn["probability"], drawn["stratum"])
    found = design_share(truth, scores, design, total_score=float(cue.sum()), n_posts=len(read))
    method = f"cues, {found.method}, {found.n_labels} labels"
    return number(name, found.estimate, unit="share", n=len(read), method=method, evidence="labels")


def template_share(toned: pd.DataFrame) -> Row:
    """Return the share of replies whose words were used in another reply too.

    Names, links, case and signatures aside. Fast answers breed templates: read beside them.
    """
    repeated = toned["text_key"].duplicated(keep=False)
    n = len(toned)
    return number(
        "template_share", float(repeated.mean()) if n else None, unit="share", n=n,
        method="identical words", evidence="replies",
    )  # fmt: skip


def postures_of(toned: pd.DataFrame) -> pd.Series:
    """Return the posture of each reply, derived from its flags (Coombs 2007, SCCT).

    ``rebuild``: apology, responsibility or compensation; ``deny``: denial or blame; ``mixed``:
    both; ``diminish``: explanation or empty regret and none of these; ``information``:
    instruction, channel or promise alone; ``other``: the rest. Bolstering is not coded.
    """

    def has(*flags: str) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = (
            (toned[[f"tone.{f}" for f in flags]] == 1).any(axis=1).to_numpy()
        )
        return found

    rebuild, deny = has("apology", "responsibility", "compensation"), has("denial")
    names = np.select(
        [
            rebuild & deny, rebuild, deny, has("explanation", "non_apology"),
            has("solution", "channel_shift", "promise"),
        ],
        ["mixed", "rebuild", "deny", "diminish", "information"],
        "other",
    )  # fmt: skip
    return pd.Series(names, index=toned.index, name="posture", dtype="str")


def _flag(read: pd.DataFrame, coded: pd.DataFrame, flag: str) -> list[Row]:
    name, cue = f"tone_{flag}_share", read[f"tone.{flag}"]
    by_key = cue.groupby(read["text_key"]).first()
    coded = coded[coded["text_key"].isin(by_key.index)]
    drawn = coded[coded["probability"].notna()]
    if drawn.empty:
        return [_share(name, cue == 1)]
    copies = read["text_key"].value_counts().reindex(drawn["text_key"]).to_numpy()
    design = Design.of(copies, drawn["probability"], drawn["stratum"])
    scores = by_key.reindex(drawn["text_key"]).to_numpy(dtype=np.float64)
    truth = drawn["yes"].to_numpy(dtype=np.float64)
    found = design_share(truth, scores, design, total_score=float(cue.sum()), n_posts=len(read))
    method = f"cues, {found.method}, {found.n_labels} labels"
    share = number(
        name, found.estimate, unit="share", n=len(read), method=method, evidence="labels"
    )
    return [share, *_quality(flag, truth, scores, design)]


def _quality(flag: str, truth: Floats, scores: Floats, design: Design) -> list[Row]:
    weight = design.size / design.probability
    both = float((weight * truth * scores).sum())
    n = int(truth.size)
    rows = []
    for name, base in (("precision", scores), ("recall", truth)):
        total = float((weight * base).sum())
        value = both / total if total else None
        rows.append(number(f"tone_{flag}_{name}", value, unit="share", n=n, method="labels"))
    return rows


def _share(name: str, shown: pd.Series, *, method: str = _CUES) -> Row:
    n = len(shown)
    return number(
        name,
        wilson(int(shown.sum()), n) if n else None,
        unit="share",
        n=n,
        method=method,
        note="cues_unmeasured",
        evidence="replies",
    )
