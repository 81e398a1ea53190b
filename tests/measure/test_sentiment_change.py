"""Why the share changed: mix against rate, and which voices carry it."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.enrich.copies import public_words
from crisislab.measure.sentiment_change import sensitivity, sentiment_change
from tests.build import at, posts

BEFORE = (at("00:00"), at("10:00"))
AFTER = (at("10:00"), at("20:00"))


def talk() -> pd.DataFrame:
    """Return 40 posts before and 80 after: the old talk as before, newcomers are furious."""
    rows = [
        {
            "post_id": f"b{i}",
            "created_at": at("09:00"),
            "author_id": f"a{i % 8}",
            "text": f"antes {i}",
            "platform": "x",
            "lang": "es",
        }
        for i in range(40)
    ]
    rows += [
        {"post_id": f"c{i}", "created_at": at("11:00"), "platform": "x" if i < 40 else "youtube",
         "author_id": f"a{i % 8}" if i < 40 else f"n{i}", "text": f"luego {i}", "lang": "es"}
        for i in range(80)
    ]  # fmt: skip
    spoken = public_words(posts(*rows))
    return spoken.assign(neg=[0.2] * 40 + [0.2] * 40 + [0.8] * 40)


def test_sentiment_change_is_all_mix_when_newcomers_bring_it() -> None:
    """The old authors and the old platform talk as before: +30 points, all of them mix."""
    table = sentiment_change(talk(), before=BEFORE, after=AFTER)
    for scope in ("by=platform", "by=authors"):
        part = table[table["scope"] == scope].set_index("metric")["value"]
        assert part["negative_change"] == pytest.approx(0.3)
        assert part["negative_change_mix"] == pytest.approx(0.3)
        assert part["negative_change_rate"] == pytest.approx(0)
    language = table[table["scope"] == "by=lang"].set_index("metric")["value"]
    assert language["negative_change_rate"] == pytest.approx(0.3)


def test_sentiment_change_by_declared_group() -> None:
    """A declared group is told apart; the others are one."""
    groups = {"media": [f"@N{i}" for i in range(80)]}
    table = sentiment_change(talk(), before=BEFORE, after=AFTER, groups=groups)
    part = table[table["scope"] == "by=group"].set_index("metric")["value"]
    assert part["negative_change_mix"] == pytest.approx(0.3)


def test_sentiment_change_needs_posts_on_both_sides() -> None:
    """With under 30 posts before there is no split."""
    table = sentiment_change(talk().iloc[20:], before=BEFORE, after=AFTER)
    assert table["value"].isna().all()
    assert set(table["note"]) == {"few_posts"}


def test_sensitivity_shows_every_variant() -> None:
    """Copies, reposts and the loudest account each move the mean, and all means are shown."""
    rows = [
        {"post_id": str(i), "created_at": at("11:00"), "author_id": f"a{i}", "text": f"uno {i}"}
        for i in range(40)
    ]
    rows += [
        {"post_id": f"d{i}", "created_at": at("11:10"), "author_id": "loud", "text": "lo mismo"}
        for i in range(10)
    ]
    own = posts(*rows)
    reposts = posts(
        *(
            {"post_id": f"r{i}", "created_at": at("12:00"), "kind": "repost", "shared_id": "d0"}
            for i in range(50)
        )
    )
    spoken = public_words(own).assign(neg=[0.2] * 40 + [1.0] * 10)
    everything = pd.concat([own, reposts], ignore_index=True)
    table = sensitivity(spoken, everything, period=AFTER).set_index("scope")["value"]
    assert table["own_words"] == pytest.approx((40 * 0.2 + 10) / 50)
    assert table["without_copies"] == pytest.approx((40 * 0.2 + 1) / 41)
    assert table["with_reposts"] == pytest.approx((40 * 0.2 + 60) / 100)
    assert table["without_loudest"] == pytest.approx(0.2)


@pytest.mark.parametrize(("shift", "note"), [(0.001, ""), (0.05, "parts_opposed")])
def test_parts_are_opposed_only_where_the_smaller_one_can_be_seen(shift: float, note: str) -> None:
    """Minus 0.0 points beside plus 30 hides nothing; minus 2.5 does."""
    spoken = talk()
    spoken.loc[spoken["post_id"].str.startswith("b") | (spoken.index < 80), "neg"] = 0.2 + shift
    spoken.loc[(spoken.index >= 40) & (spoken.index < 80), "neg"] = 0.2
    table = sentiment_change(spoken, before=BEFORE, after=AFTER)
    told = table[table["scope"] == "by=platform"]
    assert set(told["note"].fillna("")) == {note}
