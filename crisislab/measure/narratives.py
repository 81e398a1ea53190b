"""Narratives: stories told by many, topics over time and by group, words, fast co-sharing."""

from __future__ import annotations

import pandas as pd

from crisislab.estimate.co_sharing import co_shares, pairs_by_chance
from crisislab.estimate.word_odds import pooled_prior, word_odds
from crisislab.metrics import metrics, number

FAST_SECONDS = (10, 60)
_STORY = ["story", "n_posts", "n_authors", "n_reposts", "n_platforms", "first_at", "text",
          "evidence"]  # fmt: skip
_LEAST_WORDS, _N_WORDS = 5, 15


def stories(posts: pd.DataFrame, *, least: int = 3) -> pd.DataFrame:
    """Return the stories told in at least ``least`` posts: one text by so many authors.

    Args:
        posts: Posts of the public with ``story`` (:func:`crisislab.enrich.stories.add_stories`).
        least: Least number of posts, reposts included.

    Returns:
        ``story, n_posts`` (copies, reposts left out), ``n_authors`` (reposters too),
        ``n_reposts, n_platforms, first_at, text, evidence`` (of the first telling).
    """
    told = posts[(posts["story"] != "") & ~posts["own"]].sort_values(
        ["created_at", "platform", "post_id"], kind="stable"
    )
    if told.empty:
        return pd.DataFrame(columns=_STORY)
    person = told["platform"] + ":" + told["author_id"].fillna(told["author_handle"])
    told = told.assign(
        person=person.fillna(told["platform"] + ":" + told["post_id"]),
        shared=(told["kind"] == "repost").astype("int64"),
        evidence=told["source_file"] + ":" + told["source_row"].astype("str"),
    )
    table = told.groupby("story", sort=False).agg(
        n_items=("post_id", "size"), n_authors=("person", "nunique"), n_reposts=("shared", "sum"),
        n_platforms=("platform", "nunique"), first_at=("created_at", "min"),
        text=("text", "first"), evidence=("evidence", "first"),
    )  # fmt: skip
    table = table[table["n_items"] >= least].assign(n_posts=lambda t: t["n_items"] - t["n_reposts"])
    ordered = table.reset_index().sort_values(
        ["n_authors", "n_items", "first_at", "story"], ascending=[False, False, True, True],
        ignore_index=True,
    )  # fmt: skip
    return ordered[_STORY]


def topic_times(
    posts: pd.DataFrame, *, zone: str, group: str = "platform", least: int = 30
) -> pd.DataFrame:
    """Return how many posts each topic has per day *and* group together.

    A topic that seems to grow may only have moved to a network that grew: time and group stand
    in one table. A day of a group with fewer than ``least`` posts has no share.

    Args:
        posts: Posts with ``topic`` (empty: none).
        zone: Time zone of the days.
        group: Column to tell apart.
        least: Least posts for a share.

    Returns:
        ``day, group, topic, n, n_of, share``.
    """
    columns = ["day", "group", "topic", "n", "n_of", "share"]
    if posts.empty:
        return pd.DataFrame(columns=columns)
    told = posts.assign(
        day=posts["created_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d"),
        group=posts[group].fillna("").astype("str"),
    )
    whole = told.groupby(["day", "group"]).size().rename("n_of").reset_index()
    counts = (
        told[told["topic"] != ""].groupby(["day", "group", "topic"]).size().rename("n")
    ).reset_index()
    table = counts.merge(whole, on=["day", "group"], how="left")
    table["share"] = (table["n"] / table["n_of"]).where(table["n_of"] >= least)
    return table.sort_values(["day", "group", "topic"], ignore_index=True)[columns]


def distinguishing_words(first: list[list[str]], second: list[list[str]]) -> pd.DataFrame:
    """Return the words that tell two groups of texts apart (log-odds, informative prior).

    Args:
        first: Words of each text; a text counts a word once, so that nobody shouts.
        second: The same of the other group.

    Returns:
        ``word, n_first, n_second, z``: fifteen each way, those of ``first`` (z > 0) first;
        only words in at least five texts and beyond ±1.96.
    """
    counts = pd.DataFrame(
        {
            name: pd.Series([w for words in group for w in set(words)], dtype="object")
            .value_counts()
            for name, group in (("n_first", first), ("n_second", second))
        }
    )  # fmt: skip
    counts = counts.fillna(0).astype("int64").sort_index()
    counts = counts[counts.sum(axis=1) >= _LEAST_WORDS]
    if counts.empty or (counts.sum() == 0).any():
        return pd.DataFrame(columns=["word", "n_first", "n_second", "z"])
    prior = pooled_prior(counts["n_first"], counts["n_second"])
    counts["z"] = word_odds(counts["n_first"], counts["n_second"], prior=prior)
    told = counts[counts["z"].abs() >= 1.96].rename_axis("word").reset_index()
    told = told.sort_values(["z", "word"], ascending=[False, True], ignore_index=True)
    ends = [told[told["z"] > 0].head(_N_WORDS), told[told["z"] < 0].tail(_N_WORDS)]
    kept: pd.DataFrame = pd.concat(ends, ignore_index=True)
    return kept


def fast_sharing(posts: pd.DataFrame, *, seed: int, n_draws: int = 20) -> pd.DataFrame:
    """Return how many pairs of accounts shared one thing within seconds, and how many by chance.

    One thing: an item reposted, or a text told word for word. Newsrooms, fans and apps do so
    too; the count says "co-sharing faster than so many seconds" and nothing about who they are.

    Args:
        posts: Posts of the public with ``story``.
        seed: Seed of the shuffled times.
        n_draws: Number of shufflings.

    Returns:
        ``seconds, n_pairs, n_accounts, expected, lower, upper`` (pairs with shuffled times;
        missing where no pair was found).
    """
    shares = _shares(posts)
    rows = []
    for seconds in FAST_SECONDS:
        found = co_shares(shares, seconds=seconds) if len(shares) else shares
        # Where nothing was found there is nothing to set beside chance.
        draws = n_draws if len(found) else 0
        chance = pairs_by_chance(shares, seconds=seconds, seed=seed, n_draws=draws)
        people = set(found["account"]) | set(found["other"]) if len(found) else set()
        rows.append({"seconds": seconds, "n_pairs": len(found), "n_accounts": len(people),
                     "expected": chance.value, "lower": chance.lower,
                     "upper": chance.upper})  # fmt: skip
    return pd.DataFrame(rows)


def _shares(posts: pd.DataFrame) -> pd.DataFrame:
    told = posts[~posts["own"] & ~posts["kind"].isin(["reply", "comment", "message"])]
    person = told["platform"] + ":" + told["author_id"].fillna(told["author_handle"])
    what = (told["platform"] + ":" + told["shared_id"]).where(told["kind"] == "repost")
    story = told["story"].where(told["story"] != "")
    shares = pd.DataFrame(
        {"object": what.fillna(story), "account": person,
         "content": told["platform"] + ":" + told["post_id"] + ":share",
         "at": told["created_at"].astype("datetime64[us, UTC]").astype("int64") / 1e6}
    ).dropna()  # fmt: skip
    often = shares.groupby("object")["content"].transform("size") > 1
    kept: pd.DataFrame = shares[often].reset_index(drop=True)
    return kept


def narrative_numbers(
    told: pd.DataFrame, topics: pd.DataFrame, fast: pd.DataFrame, *, n_posts: int
) -> pd.DataFrame:
    """Return the numbers of the narratives as metric rows."""
    rows = [
        number("n_stories", float(len(told)), unit="count", n=n_posts, evidence="posts"),
        number("copied_share", _copied(told, n_posts), unit="share", n=n_posts, evidence="posts"),
        number("n_topics_shown", float(topics["shown"].sum()) if len(topics) else 0.0,
               unit="count", n=len(topics), note="unstable_hidden", evidence="posts"),
    ]  # fmt: skip
    for row in fast.to_dict("records"):
        scope = f"seconds={row['seconds']}"
        rows.append(
            number(
                "co_sharing_pairs",
                float(row["n_pairs"]),
                unit="count",
                scope=scope,
                n=n_posts,
                note="never_bots",
                evidence="posts",
            )
        )
        rows.append(number("co_sharing_by_chance", row["expected"], unit="count", scope=scope,
                           n=n_posts, method="shuffled_times", evidence="posts"))  # fmt: skip
    return metrics(rows)


def _copied(told: pd.DataFrame, n_posts: int) -> float:
    if not n_posts:
        return float("nan")
    return float((told["n_posts"] + told["n_reposts"]).sum() - len(told)) / n_posts
