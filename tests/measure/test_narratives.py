"""Narratives: stories, topics, words, co-sharing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.stories import add_stories, jaccard, shingles, signatures, story_keys
from crisislab.enrich.topics import find_topics, word_list
from crisislab.measure.narratives import (
    distinguishing_words,
    fast_sharing,
    narrative_numbers,
    stories,
    topic_times,
)
from tests.build import at, posts

NEWS = "La empresa retira del mercado un lote de yogur natural por avellana sin declarar"


def test_near_copies_are_one_story_by_n_authors() -> None:
    """400 copies are one story; a changed word in a long text too, in a short text not."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "author_id": "a", "text": NEWS},
        {"post_id": "2", "created_at": at("10:01"), "author_id": "b", "text": NEWS.upper() + "!!"},
        {"post_id": "3", "created_at": at("10:02"), "author_id": "b",
         "text": NEWS.replace("retira", "saca")},
        {"post_id": "4", "created_at": at("10:03"), "author_id": "c", "kind": "repost",
         "text": f"RT @a: {NEWS}"},
        {"post_id": "5", "created_at": at("10:04"), "author_id": "d", "text": "qué asco"},
        {"post_id": "6", "created_at": at("10:05"), "author_id": "e", "text": "qué asca"},
    )  # fmt: skip
    told = stories(add_stories(frame), least=2)
    assert told[["n_posts", "n_authors", "n_reposts"]].to_numpy().tolist() == [[3, 3, 1]]
    assert told["text"].tolist() == [NEWS]
    shuffled = stories(add_stories(frame.sample(frac=1, random_state=4)), least=2)
    pd.testing.assert_frame_equal(shuffled, told)


def test_stories_do_not_chain() -> None:
    """Texts that drift word by word do not all end in one story: each resembles the first."""
    words = [f"palabra{i:02d}" for i in range(40)]
    drift = [" ".join(words[i : i + 14]) for i in range(20)]
    keys = story_keys(drift)
    assert len(set(keys)) > 3
    first = {key: shingles(drift[int(key)]) for key in set(keys)}
    assert all(jaccard(shingles(t), first[k]) >= 0.7 for t, k in zip(drift, keys, strict=True))


@pytest.mark.parametrize(("seed", "cluster"), [(1, 6), (2, 6), (3, 60)])
def test_stories_are_those_of_holding_each_text_against_all(seed: int, cluster: int) -> None:
    """Of templates with a few words changed, pairs are found as if all of them had been compared.

    With more copies than a band holds too: each joins the earliest first text that it resembles.
    """
    dice = np.random.default_rng(seed)
    words = [f"{a}{b}" for a in ("compra", "tienda", "yogur", "queja", "lote") for b in "abcdefgh"]
    texts = []
    for _ in range(240 // cluster):
        template = dice.choice(words, 16).tolist()
        for _ in range(cluster):
            changed = list(template)
            for place in dice.choice(16, dice.integers(0, 5), replace=False):
                changed[place] = dice.choice(words)
            texts.append(" ".join(changed))
    texts = dice.permutation(texts).tolist()
    pieces = [shingles(text) for text in texts]
    firsts: list[int] = []
    expected = []
    for place in range(len(texts)):
        like = (one for one in firsts if jaccard(pieces[place], pieces[one]) >= 0.7)
        found = next(like, place)
        expected.append(str(found))
        if found == place:
            firsts.append(place)
    assert story_keys(texts) == expected
    assert 240 // cluster <= len(set(expected)) < len(texts)


def test_signatures_estimate_jaccard() -> None:
    """The share of equal places of two signatures is the share of pieces, within its error."""
    dice = np.random.default_rng(1)
    whole = "".join(dice.choice(list("abcdefghijklmnop "), 900))
    pieces = [shingles(whole[:700]), shingles(whole[150:])]
    true = jaccard(*pieces)
    signed = signatures(pieces, n=1024)
    found = float((signed[0] == signed[1]).mean())
    assert found == pytest.approx(true, abs=4 * np.sqrt(true * (1 - true) / 1024))


def test_signatures_agree_with_datasketch() -> None:
    """Two implementations estimate the same share of the same pieces."""
    datasketch = pytest.importorskip("datasketch", exc_type=ImportError)
    pieces = [shingles(NEWS + " hoy y mañana"), shingles(NEWS + " ayer")]
    other = [datasketch.MinHash(num_perm=1024) for _ in pieces]
    for hashed, part in zip(other, pieces, strict=True):
        hashed.update_batch([int(piece).to_bytes(8, "little") for piece in part])
    signed = signatures(pieces, n=1024)
    mine = float((signed[0] == signed[1]).mean())
    assert mine == pytest.approx(other[0].jaccard(other[1]), abs=0.1)


def _two_topics(n: int) -> pd.Series:
    dice = np.random.default_rng(2)
    pools = (
        ["avellana", "alergia", "urgencias", "hospital", "etiqueta", "niños", "salud", "lote"],
        ["sorteo", "premio", "nevera", "ganador", "bases", "concurso", "regalo", "cupón"],
    )
    return pd.Series([" ".join(dice.choice(pools[i % 2], 5, replace=False)) for i in range(n)])


def test_topics_find_two_subjects_and_keep_their_exemplars() -> None:
    """Two subjects come out stable, each text under its own, with five exemplars each."""
    texts = _two_topics(200)
    found = find_topics(texts, n_topics=2, seed=1)
    assert found.table["shown"].all()
    assert (found.table["stability"] > 0.8).all()
    assert found.main[::2].nunique() == found.main[1::2].nunique() == 1
    assert found.exemplars.groupby("topic").size().tolist() == [5, 5]


def test_unstable_topics_are_hidden() -> None:
    """Words drawn at random have no topic: most of what comes out is hidden."""
    dice = np.random.default_rng(3)
    pool = [f"voz{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(300)]
    texts = pd.Series([" ".join(dice.choice(pool, 8)) for _ in range(300)])
    found = find_topics(texts, n_topics=8, seed=1)
    assert (~found.table["shown"].astype(bool)).sum() >= 6
    hidden = found.table.loc[~found.table["shown"].astype(bool), "topic"]
    assert not set(found.main) & set(hidden)


def test_few_texts_have_no_topics() -> None:
    """Under sixty texts there is no topic, and no error."""
    assert find_topics(_two_topics(20)).table.empty


def test_topic_times_keep_day_and_group_together() -> None:
    """Each day and network has its own counts; no share under the least number of posts."""
    frame = posts(
        *({"post_id": str(i), "created_at": at("10:00"), "platform": "x" if i < 40 else "web"}
          for i in range(50))
    ).assign(topic=["t1"] * 20 + ["t2"] * 30)  # fmt: skip
    found = topic_times(frame, zone="UTC").set_index(["group", "topic"])
    assert found.loc[("x", "t1"), "share"] == 0.5
    assert pd.isna(found.loc[("web", "t2"), "share"])
    assert found["n"].sum() == 50


def test_distinguishing_words_count_a_text_once() -> None:
    """A word shouted a hundred times in one text does not stand for the group."""
    first = [word_list("avellana peligro") for _ in range(30)] + [["grito"] * 100]
    second = [word_list("sorteo premio") for _ in range(30)]
    found = distinguishing_words(first, second).set_index("word")["z"]
    assert found["avellana"] > 1.96
    assert found["sorteo"] < -1.96
    assert "grito" not in found


def test_fast_sharing_stands_beside_chance() -> None:
    """Two accounts in step are found; shuffled times find next to none of them."""
    rows = []
    for i in range(20):
        moment = pd.Timestamp("2026-03-05T00:00Z") + pd.Timedelta(hours=i, minutes=(7 * i) % 50)
        for j, who in enumerate(("a", "b")):
            rows.append({"post_id": f"{i}{who}", "author_id": who, "kind": "repost",
                         "shared_id": f"s{i}", "text": f"RT texto {i}",
                         "created_at": moment + pd.Timedelta(seconds=2 * j)})  # fmt: skip
    told = add_stories(posts(*rows))
    found = fast_sharing(told, seed=1).set_index("seconds")
    assert found.loc[10, "n_pairs"] == 20
    assert found.loc[10, "upper"] < 5
    numbers = narrative_numbers(
        stories(told), find_topics(told["text"]).table, found.reset_index(), n_posts=len(told)
    )
    assert set(numbers["note"].dropna()) >= {"never_bots"}


def test_very_many_texts_are_told_by_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts beyond those fitted come under the same topics as if all had been."""
    texts = _two_topics(200)
    whole = find_topics(texts, n_topics=2, seed=1)
    monkeypatch.setattr("crisislab.enrich.topics._MOST_TEXTS", 70)
    part = find_topics(texts, n_topics=2, seed=1)
    assert len(part.main) == 200
    groups = pd.DataFrame({"whole": whole.main, "part": part.main}).drop_duplicates()
    assert len(groups) == 2
