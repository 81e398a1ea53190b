"""What replies do: cues in both languages, non-apologies apart, labels before cues."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.coded import coded_together
from crisislab.enrich.tone import (
    FLAGS,
    add_tone,
    decisions,
    find_cues,
    marked,
    overridden,
    reply_keys,
)
from crisislab.judge.posture import judge_posture
from crisislab.label.draw import draw_sample
from crisislab.measure.tone import postures_of, tone_of_replies
from crisislab.schema import LABELS
from crisislab.words import catalogue
from tests.build import at, posts


@pytest.mark.parametrize(
    ("lang", "text", "flags"),
    [
        ("es", "Lamentamos las molestias.", {"non_apology"}),
        ("es", "Perdón por las molestias", {"non_apology"}),
        ("es", "Lo sentimos mucho, fue un error nuestro.", {"apology", "responsibility"}),
        ("es", "No es culpa nuestra, la culpa es del proveedor", {"denial"}),
        ("es", "Entendemos tu preocupación. Escríbenos por DM", {"empathy", "channel_shift"}),
        ("es", "Te reembolsaremos el importe", {"compensation"}),
        ("es", "El martes publicamos los análisis", {"promise", "explanation"}),
        ("es-MX", "No lo consumas y llama al 900", {"solution"}),
        ("es", "Es un bulo", {"denial"}),
        ("es", "¡Buenos días!", set()),
        ("en", "Sorry for any inconvenience.", {"non_apology"}),
        ("en", "Sorry you feel that way.", {"non_apology"}),
        ("en", "We are so sorry. This was our mistake.", {"apology", "responsibility"}),
        ("en", "It is not our fault", {"denial"}),
        ("en", "Please DM us, we will refund you within 24 hours",
         {"channel_shift", "compensation", "promise"}),
        ("en", "Thanks for letting us know!", {"acknowledgement"}),
        ("en", "This happened because of a labelling error", {"explanation"}),
        ("de", "Es tut uns leid", set()),
    ],
)  # fmt: skip
def test_find_cues(lang: str, text: str, flags: set[str]) -> None:
    """Each phrase sets its flags and no other."""
    assert {cue.flag for cue in find_cues(text, lang)} == flags


def test_find_cues_gives_their_place() -> None:
    """The place is that of the written text, accents and emoji before it included."""
    text = "😀 Ñandú: ¡Pedimos PERDÓN!"
    (cue,) = find_cues(text, "es")
    assert text[cue.start : cue.end] == "PERDÓN"


def test_cue_lists_hold_the_same_flags_and_words() -> None:
    """Both languages code the same flags, and every flag has its definition in both."""
    for lang in ("en", "es"):
        assert all(f"tone.flag.{flag}" in catalogue(lang) for flag in FLAGS)
    said = [
        {k for k in catalogue(lang) if k.startswith(("tone.", "label."))} for lang in ("en", "es")
    ]
    assert said[0] == said[1]


def answers(*texts: str, lang: str = "es") -> pd.DataFrame:
    """Return replies of the brand."""
    return posts(
        *(
            {"post_id": str(i), "text": t, "lang": lang, "own": True, "kind": "reply",
             "created_at": at("10:00") + pd.Timedelta(minutes=i)}
            for i, t in enumerate(texts)
        )
    )  # fmt: skip


def test_add_tone_reads_human_replies_only() -> None:
    """The public, automatic replies and promotions have no tone; unread languages are missing."""
    mute = answers("Lo sentimos", "Lo sentimos")
    frame = pd.concat(
        [
            answers("Lo sentimos"),
            answers("Pardon", lang="fr"),
            mute.assign(own=False),
            mute.assign(automated=True),
        ],
        ignore_index=True,
    )
    toned = add_tone(frame)
    assert toned["tone.apology"].tolist() == [1.0, pytest.approx(np.nan, nan_ok=True)]
    assert toned["cues"].tolist() == ["apology:0-11", ""]


def test_marked_highlights_overlapping_cues() -> None:
    """Pieces join to the text, each with all its flags."""
    pieces = marked("abcdef", "x:0-4 y:2-6")
    assert pieces == [("ab", "x"), ("cd", "x y"), ("ef", "y")]


def test_templates_share_a_key() -> None:
    """Names, links and signatures do not make a template another text."""
    one, two, other = reply_keys(
        ["@ana Gracias por avisar https://a.b ^LM", "@leo ¡Gracias por avisar! ^JP", "Hola"]
    )
    assert one == two != other


def flagged(keys: pd.Series, flag: str, yes: list[bool]) -> pd.DataFrame:
    """Return labels of one flag, everything drawn."""
    table = pd.DataFrame(
        {
            "task": f"tone.{flag}", "text_key": keys.to_numpy(), "coder": "ana",
            "label": ["yes" if y else "no" for y in yes], "probability": 1.0, "size": 1,
            "round": 1, "stratum": "part-1", "n_stratum": len(keys), "sampling": "random",
            "labelled_at": "2026-03-20T10:00:00Z",
        }
    )  # fmt: skip
    return LABELS.conform(table)


def test_tone_of_replies_is_corrected_by_labels() -> None:
    """Cues say half apologise, the complete labelling says three quarters: so does the share."""
    texts = [f"Lo sentimos, caso {i}" for i in range(40)] + [f"Caso {i}" for i in range(40, 80)]
    toned = add_tone(answers(*texts))
    labels = flagged(toned["text_key"], "apology", [i < 60 for i in range(80)])
    table = tone_of_replies(toned, labels).set_index("metric")
    assert table.loc["tone_apology_share", "value"] == pytest.approx(0.75)
    assert table.loc["tone_apology_precision", "value"] == 1
    assert table.loc["tone_apology_recall", "value"] == pytest.approx(40 / 60)
    assert table.loc["tone_empathy_share", "note"] == "cues_unmeasured"
    assert overridden(toned, labels)["tone.apology"].sum() == 60


def test_template_share_counts_repeats() -> None:
    """Two of four replies with the same words are half templates."""
    toned = add_tone(answers("Hola @a", "hola", "Otra cosa", "Otra más"))
    table = tone_of_replies(toned, LABELS.empty()).set_index("metric")
    assert table.loc["template_share", "value"] == pytest.approx(0.5)


def test_postures_follow_the_flags() -> None:
    """Each posture from its flags; denial with an apology is mixed."""
    toned = add_tone(
        answers("Lo sentimos", "Es falso", "Es falso, lo sentimos", "Lamentamos las molestias",
                "Escríbenos por DM", "Hola")
    )  # fmt: skip
    assert postures_of(toned).tolist() == [
        "rebuild", "deny", "mixed", "diminish", "information", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cluster", "verdict"),
    [
        ("Lo sentimos", "preventable", "met"),
        ("Es falso", "preventable", "not met"),
        ("Es falso", "accidental", "not met"),
        ("Hola", "preventable", "not met"),
        ("Hola", "victim", "met"),
        ("Lo sentimos", None, "cannot tell"),
    ],
)
def test_judge_posture(text: str, cluster: str | None, verdict: str) -> None:
    """Theory's fit per cluster; without a cluster nothing is judged."""
    toned = add_tone(answers(*[f"{text} {i}" for i in range(60)]))
    metrics = tone_of_replies(toned, LABELS.empty())
    judged = judge_posture(metrics, cluster=cluster)  # type: ignore[arg-type]
    assert judged["verdict"].tolist() == [verdict]
    assert f"tone.fit.{judged['reason'].iloc[0]}" in catalogue("es")


@pytest.mark.parametrize(("n", "verdict"), [(60, "met"), (20, "partly met"), (0, "not met")])
def test_a_posture_fits_where_most_replies_take_it(n: int, verdict: str) -> None:
    """A fifth that makes amends beside many that do nothing fits in part, and is not called fit."""
    said = [f"Lo sentimos {i}" for i in range(n)] + [f"Hola {i}" for i in range(n, 80)]
    metrics = tone_of_replies(add_tone(answers(*said)), LABELS.empty())
    judged = judge_posture(metrics, cluster="preventable").iloc[0]
    assert judged["verdict"] == verdict
    assert judged["threshold"] == (0.1 if verdict == "not met" else 0.5)
    for lang in ("en", "es"):
        assert {f"tone.fit.{judged['reason']}", f"felt.verdict.{verdict.replace(' ', '_')}"} <= {
            *catalogue(lang)
        }


def test_draw_sample_of_replies_takes_templates_once() -> None:
    """Replies are drawn for coding tone; a template is one text with its copies."""
    sample = draw_sample(answers("Hola @a ^X", "hola", "Otra"), n=10, seed=1, of="replies")
    assert sorted(sample.loc[sample["round"] == 1, "size"]) in ([1, 1, 1], [1, 2])


def coded(toned: pd.DataFrame, keys: pd.Series, **said: list[bool]) -> pd.DataFrame:
    """Return labels of every flag a posture rests on; "no" where nothing else is said."""
    chance = len(keys) / len(toned)
    flags = [flag for flag in FLAGS if flag not in ("acknowledgement", "empathy")]
    parts = [flagged(keys, flag, said.get(flag, [False] * len(keys))) for flag in flags]
    return pd.concat(parts, ignore_index=True).assign(probability=chance)


def test_postures_are_corrected_where_all_flags_are_coded() -> None:
    """Words see no amends; by hand half of the drawn replies make them: so about half do."""
    toned = add_tone(answers(*[f"Caso {i}, tomamos nota" for i in range(200)]))
    keys = toned["text_key"].iloc[:100]
    labels = coded(toned, keys, compensation=[i % 2 == 0 for i in range(100)])
    table = tone_of_replies(toned, labels).set_index("metric")
    share = table.loc["posture_rebuild_share"]
    assert share["value"] == pytest.approx(0.5)
    assert 0.38 < share["lower"] < 0.5 < share["upper"] < 0.62
    assert (share["evidence"], share["note"]) == ("labels", "")
    assert table.loc["posture_deny_share", "value"] == 0
    # No coder said anything about empathy: that principle stays with the words.
    assert table.loc["cerc_express_empathy_share", "note"] == "cues_unmeasured"


def test_decisions_stand_over_words_where_only_some_flags_are_coded() -> None:
    """Two coders agree against the words on four replies and are even on a fifth."""
    toned = add_tone(answers(*[f"Lo sentimos, caso {i}" for i in range(20)]))
    yes = [i >= 5 for i in range(10)]
    labels = flagged(toned["text_key"].iloc[:10], "apology", yes)
    second = flagged(toned["text_key"].iloc[:10], "apology", [i >= 4 for i in range(10)])
    both = pd.concat([labels, second.assign(coder="leo")], ignore_index=True)
    found = decisions(toned, both).to_dict("records")
    assert found == [
        {"flag": "apology", "n_coders": 2, "n_texts": 10, "n_disputed": 1, "n_added": 0,
         "n_removed": 4}
    ]  # fmt: skip
    share = tone_of_replies(toned, both).set_index("metric").loc["posture_rebuild_share"]
    assert (share["value"], share["note"]) == (pytest.approx(16 / 20), "cues_unmeasured")
    assert "hand labels" in share["method"]
    assert decisions(toned, LABELS.empty()).empty


def test_coded_together_asks_for_every_answer() -> None:
    """A text with one answer of two is left out, and the chances fall with those that stay."""
    toned = add_tone(answers(*[f"Caso {i}" for i in range(8)]))
    keys = toned["text_key"]
    labels = pd.concat(
        [flagged(keys, "apology", [True] * 8), flagged(keys.iloc[:4], "denial", [False] * 4)],
        ignore_index=True,
    ).assign(n_stratum=8)
    table = coded_together(labels, tasks=["tone.apology", "tone.denial"])
    assert sorted(table["text_key"]) == sorted(keys.iloc[:4])
    assert table["probability"].tolist() == [0.5] * 4
