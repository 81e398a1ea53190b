"""A crowd with a known mood: texts whose words lean to their label without giving it away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.schema import LABELS, POSTS

START = pd.Timestamp("2026-03-05T00:00Z")
WORDS = {
    "negative": ["fatal", "vergüenza", "engaño", "denuncia", "asco", "alergia", "miedo", "nunca"],
    "neutral": ["lote", "tienda", "pregunto", "fecha", "nevera", "compré", "ayer", "domingo"],
    "positive": ["gracias", "rico", "genial", "favorito", "encanta", "bien", "apoyo", "ánimo"],
}
FILLER = [f"palabra{i}" for i in range(60)]


def crowd(shares: np.ndarray, *, per_hour: int, seed: int) -> pd.DataFrame:
    """Return posts with ``truth``: the negative share per hour, the rest half and half."""
    dice = np.random.default_rng(seed)
    rows = []
    for hour, share in enumerate(shares):
        p = [share, (1 - share) / 2, (1 - share) / 2]
        for i, label in enumerate(dice.choice(list(WORDS), per_hour, p=p)):
            source = [label if dice.uniform() < 0.6 else str(dice.choice(list(WORDS)))]
            words = [str(dice.choice(WORDS[s])) for s in source * 2]
            words += [str(w) for w in dice.choice(FILLER, 5)]
            rows.append(
                {
                    "platform": "x",
                    "post_id": f"{hour}-{i}",
                    "kind": "post",
                    "created_at": START + pd.Timedelta(seconds=3600 * hour + 3600 * i // per_hour),
                    "text": " ".join(dice.permutation(words)),
                    "lang": "es",
                    "author_id": str(dice.integers(0, 200)),
                    "truth": label,
                }
            )
    table = pd.DataFrame(rows)
    return POSTS.conform(table).assign(truth=table["truth"])


def true_labels(sample: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Return labels of a sample by the truth of the shown posts."""
    truth = posts.set_index("post_id")["truth"].reindex(sample["post_id"]).to_numpy()
    return LABELS.conform(
        sample.assign(
            task="sentiment", label=truth, coder="ana", labelled_at="2026-03-20T10:00:00Z"
        )
    )


def swing() -> np.ndarray:
    """Return the negative share per hour: two quiet days, a strong crisis, and back."""
    calm = np.full(48, 0.25)
    return np.concatenate(
        [calm, np.linspace(0.25, 0.85, 6), np.linspace(0.85, 0.25, 30), calm[:24]]
    )
