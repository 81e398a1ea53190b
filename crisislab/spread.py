"""How far it went, in one value: phases, reach, our side, networks, drivers and narratives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.engine import Lazy
from crisislab.enrich.reception import add_reception
from crisislab.enrich.same_statement import same_statements
from crisislab.enrich.sides import sides
from crisislab.enrich.stories import add_stories
from crisislab.enrich.topics import find_topics, word_list
from crisislab.label.draw import draw_sample
from crisislab.measure import drivers as driving
from crisislab.measure import narratives as telling
from crisislab.measure.across_networks import across_networks, network_answers, network_numbers
from crisislab.measure.alternatives import other_onsets
from crisislab.measure.clock import UNCERTAIN_MINUTES
from crisislab.measure.collector import collector_cap
from crisislab.measure.engagement import engagement
from crisislab.measure.official_side import (
    official_numbers,
    reactions,
    side_items,
    two_sides,
    who_heard,
)
from crisislab.measure.phases import peaks, phase_numbers, phases
from crisislab.measure.reception import reception_shares
from crisislab.measure.share_of_voice import share_of_voice
from crisislab.measure.spread import spread_by_provenance, spread_numbers
from crisislab.measure.volume import add_expected, find_onset, posts_per_hour
from crisislab.metrics import metrics
from crisislab.read import frame_html
from crisislab.report.masks import excerpt

_SAMPLE = 20


@dataclass(frozen=True)
class Spread:
    """How far a crisis went.

    Attributes:
        numbers: Every number (``schema.METRICS``).
        tables: Every table by name: ``phases, peaks, other_onsets, spread, two_sides, heard,
            reception, networks, network_answers, drivers, driver_items, amplification,
            stories, topics, topic_times, topic_exemplars, words, co_sharing``.
        accounts: Which account stands behind each author of ``drivers``: ``author, platform,
            person``. It goes nowhere but into :func:`with_accounts`.
    """

    numbers: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    accounts: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    def _repr_html_(self) -> str:
        return frame_html(self.tables["phases"])


@dataclass(frozen=True)
class Moments:
    """What the other measures found, and how far goes on from.

    Attributes:
        hours: Posts per hour with ``expected, upper, raised``.
        onset: When the rise began; missing: not known.
        stated: First public statement; missing: none.
        waits: Conversations with ``platform`` and ``answered``.
        begun: From when on items belong to the crisis: the onset less what it is uncertain by, for
            what set off a rise stands before it.
    """

    hours: pd.DataFrame
    onset: pd.Timestamp | None
    stated: pd.Timestamp | None
    waits: pd.DataFrame | None = None
    begun: pd.Timestamp | None = None


def how_far(
    case: Case, *, posts: Any = None, at: Moments | None = None,
    own: pd.DataFrame | None = None, said: pd.DataFrame | None = None, sampled: bool = False,
) -> Spread:  # fmt: skip
    """Return how far the crisis of a case went.

    Args:
        case: An opened case; ``[audience]`` of its settings applies.
        posts: The posts of the case, of any engine, where they are at hand with further columns.
        at: Moments found before; found anew where missing (then the first statement is the
            brand's first top-level item after the onset).
        own: The brand's own posts in memory; where missing, ``posts`` are.
        said: The public's posts in memory, or a sample of them, for what is told in words; where
            missing, ``posts`` are.
        sampled: Whether ``said`` is a sample; its numbers are then noted so.
    """
    items = case.posts if posts is None else posts
    own, said = items if own is None else own, items if said is None else said
    moments = at or _moments(case, items)
    seed, quiet = case.settings.case.seed, case.quiet
    parts, tables = _course(moments.hours, items, quiet=quiet, zone=case.zone, seed=seed)
    told, words = _narratives(said, zone=case.zone, onset=moments.begun, seed=seed)
    told = [_noted(numbers) if sampled else numbers for numbers in told]
    for numbers, found in (
        _reach(case, items, seed=seed),
        _our_side(case, items, moments),
        _networks(items, own, moments),
        _drivers(items, moments.begun),
        (told, words),
    ):
        parts += numbers
        tables |= found
    parts = [part for part in parts if len(part)]
    accounts = tables.pop("accounts")
    return Spread(pd.concat(parts, ignore_index=True), tables, accounts)


def _noted(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return numbers with the note that they rest on a sample."""
    return numbers.assign(note=(numbers["note"].fillna("") + " sampled").str.strip())


# What leads back to an account: ids of items (an id opens the post) and of stories and places.
_LEADS_BACK = ("post_id", "item_id", "story", "shared_id", "official_id", "place", "person")


def published(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables as a report may carry them: no ids of items, texts masked and cut.

    Rows of the exports (``evidence``) stay: who holds the exports can open them.
    """
    kept = {}
    for name, table in tables.items():
        shown = table.drop(columns=[c for c in _LEADS_BACK if c in table])
        if "created_us" in shown:
            at = pd.to_datetime(shown["created_us"].astype("int64"), unit="us", utc=True)
            shown = shown.assign(created_us=at).rename(columns={"created_us": "created_at"})
        if "text" in shown:
            masked = pd.Series([excerpt(t, 240) for t in shown["text"]], index=shown.index)
            shown = shown.assign(text=masked.astype("str"))
        kept[name] = shown.reset_index(drop=True)
    return kept


def with_accounts(far: Spread) -> dict[str, pd.DataFrame]:
    """Return ``drivers`` with a column ``person``, for a review that pseudonymises it.

    The rank says nothing outside its crisis; the pseudonym is the same in every crisis.
    """
    drivers = far.tables.get("drivers", pd.DataFrame())
    if drivers.empty or far.accounts.empty:
        return {}
    return {"drivers": drivers.merge(far.accounts, on=["author", "platform"], how="left")}


Parts = tuple[list[pd.DataFrame], dict[str, pd.DataFrame]]


def _moments(case: Case, items: pd.DataFrame) -> Moments:
    hours = add_expected(posts_per_hour(items), quiet=case.quiet, zone=case.zone)
    onset = None if case.quiet is None else find_onset(hours, after=case.quiet[1])
    own = items[items["own"] & ~items["automated"] & items["kind"].eq("post")]
    later = own if onset is None else own[own["created_at"] >= onset]
    stated = None if later.empty else later["created_at"].min()
    begun = None if onset is None else onset - pd.Timedelta(minutes=UNCERTAIN_MINUTES)
    return Moments(hours, onset, stated, begun=begun)


def _course(
    hours: pd.DataFrame,
    items: Any,
    *,
    quiet: tuple[datetime, datetime] | None,
    zone: str,
    seed: int,
) -> Parts:
    found = phases(hours, quiet=quiet, zone=zone, seed=seed)
    others = other_onsets(hours, quiet=quiet, zone=zone)
    tops = peaks(hours, items, after=None if quiet is None else quiet[1])
    numbers = [phase_numbers(found), collector_cap(items, quiet=quiet)]
    return numbers, {"phases": found, "peaks": tops, "other_onsets": others}


def _reach(case: Case, items: Any, *, seed: int) -> Parts:
    declared = case.settings.audience
    table = spread_by_provenance(items, population=declared.population)
    numbers = [spread_numbers(table), engagement(items, seed=seed)]
    if declared.panel is not None:
        panel = {case.settings.brand.name: declared.panel.brand}
        panel |= {rival.name: rival.words for rival in declared.panel.rivals}
        numbers.append(share_of_voice(items, panel=panel, locked=declared.panel.locked))
    return numbers, {"spread": table}


def draw_reception(case: Case, *, n: int = 100, seed: int) -> pd.DataFrame:
    """Return quotes of our statements and answers to them, to label how they take them.

    Drawn as :func:`crisislab.label.draw.draw_sample` draws: each text once, five parts of time,
    chances kept. Label them with ``label_posts(sample, ..., task="reception")``: accepted,
    rejected, mocked, or open (quotes or asks, takes no side). The next review estimates the
    shares from these labels.

    Args:
        case: An opened case.
        n: Texts to draw; all if there are fewer.
        seed: The same case and seed give the same sample.

    Returns:
        Table ``schema.SAMPLE``; empty where nobody quoted or answered.
    """
    items = case.posts
    reacted = reactions(_sided(case, items, _moments(case, items)))
    keys = pd.MultiIndex.from_frame(reacted[["platform", "post_id"]].astype("str"))
    mine = pd.MultiIndex.from_frame(items[["platform", "post_id"]].astype("str"))
    return draw_sample(items[mine.isin(keys)], n=n, seed=seed)


def _sided(case: Case, items: Any, moments: Moments) -> Lazy:
    words = case.settings.audience.narrative
    return sides(items, since=moments.begun, stated=moments.stated, words=words)


def _our_side(case: Case, items: Any, moments: Moments) -> Parts:
    told = _sided(case, items, moments)
    both = two_sides(side_items(told))
    reacted = reactions(told)
    received = add_reception(reacted, case.labels)
    heard = who_heard(told, reacted) if len(reacted) else reacted.iloc[:0]
    numbers = [
        official_numbers(both, heard, received), metrics(reception_shares(received, case.labels))
    ]  # fmt: skip
    said = received[received["kind"] != "repost"]
    sample = said.sample(min(len(said), _SAMPLE), random_state=case.settings.case.seed)
    shown = ["platform", "created_us", "official_id", "stance", "stance_by", "text", "evidence"]
    tables = {
        "two_sides": both,
        "heard": heard,
        "reception": sample.sort_values(["created_us", "platform"], kind="stable")[shown],
    }
    return numbers, tables


def _networks(items: Any, own: pd.DataFrame, moments: Moments) -> Parts:
    late = own if moments.onset is None else own[own["created_at"] >= moments.onset]
    table = across_networks(same_statements(late), items)
    answers = pd.DataFrame()
    if moments.waits is not None:
        answers = network_answers(moments.waits, items)
    return [network_numbers(table, answers)], {"networks": table, "network_answers": answers}


def _drivers(items: Any, begun: pd.Timestamp | None) -> Parts:
    ranked = driving.authors(items, since=begun)
    amplified = driving.amplification(items, since=begun)
    seen = driving.reposts_seen(items, since=begun)
    numbers = [driving.driver_numbers(ranked, seen)]
    tables = {
        "drivers": ranked.head(driving.N_TOP).drop(columns="person"),
        "accounts": ranked.head(driving.N_TOP)[["author", "platform", "person"]],
        "driver_items": driving.items(items, ranked, since=begun),
        "amplification": amplified,
    }
    return numbers, tables


def _narratives(items: pd.DataFrame, *, zone: str, onset: pd.Timestamp | None, seed: int) -> Parts:
    public = add_stories(items[~items["own"]])
    told = telling.stories(public)
    spoken = public[(public["kind"] != "repost") & (public["story"] != "")]
    once = spoken.sort_values("created_at", kind="stable").drop_duplicates("story")
    crisis = once if onset is None else once[once["created_at"] >= onset]
    words_of = [word_list(text) for text in crisis["text"]]
    topics = find_topics(crisis["text"], words=words_of, seed=seed)
    of_story = dict(zip(crisis["story"], topics.main, strict=True))
    spoken = spoken.assign(topic=[of_story.get(story, "") for story in spoken["story"]])
    after = spoken if onset is None else spoken[spoken["created_at"] >= onset]
    picked = topics.exemplars.merge(
        crisis[["text", "platform", "source_file", "source_row"]], left_on="place",
        right_index=True, how="left",
    )  # fmt: skip
    evidence = picked["source_file"] + ":" + picked["source_row"].astype("str")
    words = pd.DataFrame()
    if onset is not None:
        quiet = once[once["created_at"] < onset]
        words = telling.distinguishing_words(words_of, [word_list(text) for text in quiet["text"]])
    fast = telling.fast_sharing(public, seed=seed)
    numbers = [telling.narrative_numbers(told, topics.table, fast, n_posts=len(public))]
    tables = {
        "stories": told.head(driving.N_TOP),
        "topics": topics.table,
        "topic_exemplars": picked.assign(evidence=evidence)[
            ["topic", "weight", "platform", "text", "evidence"]
        ],
        "topic_times": telling.topic_times(after, zone=zone),
        "words": words,
        "co_sharing": fast,
    }
    return numbers, tables
