"""Crises with known truth: whole case folders in the layouts of real exports.

The truth beside a case comes from the simulator's own events, never from the files it wrote, so
that a review can be held against it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crisislab.plan import Plan
from crisislab.read.labels import LABEL_FILE
from crisislab.simulate.chosen import (
    Chosen,
    collected,
    control_series,
    effect_rows,
    louder,
    respond,
    thinned,
)
from crisislab.simulate.chosen_drill import drill_log
from crisislab.simulate.coding import labels_csv
from crisislab.simulate.crisis import Scene, arrivals, first_post, speak
from crisislab.simulate.dice import Dice
from crisislab.simulate.exports import write_others
from crisislab.simulate.exports_x import write_x
from crisislab.simulate.large_files import write_large
from crisislab.simulate.ledger import Export
from crisislab.simulate.logbook import REGISTER, SLACK, register_csv, slack_zip
from crisislab.simulate.manual import case_toml, plan_toml, readme
from crisislab.simulate.team import Desk, publish
from crisislab.simulate.texts import Writer
from crisislab.simulate.truth import Tables, as_csv, rules, tables
from crisislab.simulate.voices import Crowd
from crisislab.simulate.world import PLATFORMS, Calendar, Post, Sizes

SEED = 20260318
__all__ = ["SEED", "Chosen", "Truth", "simulate_case", "simulate_large"]


@dataclass(frozen=True)
class Truth:
    """What is true of a simulated case.

    Attributes:
        folder: The case folder.
        tables: Tables of text by name, as ``truth/*.csv`` holds them: ``posts``,
            ``conversations``, ``hours``, ``counts``, ``reach``, ``files``, ``damage``,
            ``milestones``, ``rules``, ``actions``, ``targets``, ``answered``.
    """

    folder: Path
    tables: Tables = field(repr=False)


def simulate_case(
    folder: str | Path, *, seed: int = SEED, scale: float = 1.0, chosen: Chosen | None = None
) -> Truth:
    """Write a whole case folder with its truth and return the truth.

    The crisis is synthetic; the same seed and scale give the same bytes on every machine.
    Files that are there already are written over, others are left alone.

    Args:
        folder: Folder of the case; made if it is not there.
        seed: Seed of every draw.
        scale: Posts per day as multiples of the sample's (about 5,000 in all).
        chosen: Effect of the response, second wave, collector, platforms, drill; missing: the
            sample. The truth then has ``effect`` (the response and its factor), ``lost`` (what
            never reached the exports) and, with a drill, ``drill_actions``.

    Raises:
        ValueError: If the scale is too small to fill the layouts, or a choice is out of range.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     truth = simulate_case(folder, scale=0.1)
    >>> [row["milestone"] for row in truth.tables["milestones"]][:3]
    ['onset', 'detected', 'activated']
    """
    if not scale >= 0.05:
        raise ValueError(f"scale is {scale}; under 0.05 there are too few posts for the layouts")
    root, calendar = Path(folder), Calendar()
    posts = _crisis(calendar, _sized(scale), seed, chosen)
    seen, further = _seen(posts, chosen, calendar, seed)
    gone = frozenset(posts) - frozenset(seen)
    exports = [*write_x(seen, Dice(seed, "damage"), calendar, gone=gone), *write_others(seen)]
    platforms = PLATFORMS if chosen is None else chosen.platforms
    truth = tables(posts, exports, calendar, platforms=platforms) | further
    files = _files(seen, exports, truth, calendar, seed)
    files |= {} if chosen is None else _beside(chosen, calendar, _sized(scale), seed, truth)
    texts = {
        "case.toml": case_toml(calendar, seed, chosen),
        "plan.toml": plan_toml(),
        "README.md": readme(seed, scale),
    }
    for path, body in (files | {name: text.encode() for name, text in texts.items()}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return Truth(root, truth)


def simulate_large(
    folder: str | Path, *, n_posts: int, seed: int = SEED, form: str = "csv",
    repost_share: float = 0.35, distinct: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Write a case with as many posts as asked for, its public grown, its team as in the sample.

    See ``simulate.large_files.write_large`` for the arguments; memory does not grow with the size.

    Returns:
        What is true of it: ``n_posts, n_own, kinds, public_per_hour``.
    """
    base = _crisis(Calendar(), Sizes(), SEED, None)
    return write_large(folder, base, n_posts=n_posts, seed=seed, form=form,
                       repost_share=repost_share, distinct=distinct)  # fmt: skip


def _sized(scale: float) -> Sizes:
    sizes = Sizes()
    return replace(
        sizes,
        calm={platform: n * scale for platform, n in sizes.calm.items()},
        crisis={platform: n * scale for platform, n in sizes.crisis.items()},
    )


def _seen(
    posts: list[Post], chosen: Chosen | None, calendar: Calendar, seed: int
) -> tuple[list[Post], Tables]:
    """Return the posts that reach the exports, and the truth about the others."""
    if chosen is None:
        return posts, {}
    seen, lost = collected(posts, chosen, Dice(seed, "collector"))
    return seen, {"effect": effect_rows(chosen, calendar), "lost": lost}


def _beside(
    chosen: Chosen, calendar: Calendar, sizes: Sizes, seed: int, truth: Tables
) -> dict[str, bytes]:
    """Return the files that a chosen crisis has beside those of the sample."""
    files = {}
    if chosen.controls:
        files["control.csv"] = control_series(calendar, sizes, chosen, seed=seed)
    if chosen.drill:
        plan = Plan.model_validate(tomllib.loads(plan_toml()))
        drill = drill_log(plan, seed=seed)
        truth["drill_actions"] = drill.actions
        files[f"{drill.folder}/simulacro.csv"] = drill.log
        files["truth/drill_actions.csv"] = as_csv(drill.actions)
    return files


def _crisis(calendar: Calendar, sizes: Sizes, seed: int, chosen: Chosen | None) -> list[Post]:
    """Return everything that is said, in time."""
    scene = Scene(
        Dice(seed, "posts"), Crowd(Dice(seed, "authors")), Writer(Dice(seed, "texts")), calendar
    )
    publish(scene)
    if chosen is not None:
        respond(scene, chosen.response_at(calendar))
    for platform in PLATFORMS:
        moments = _arrivals(scene, platform, sizes, chosen, seed)
        if platform == "x":
            moments = sorted([*moments, (calendar.onset, "first")])
        for at, mood in moments:
            if mood == "first":
                scene.add(first_post(scene))
            else:
                speak(scene, platform, at, mood)
    Desk(scene).run()
    everything = [
        *scene.own,
        *(post for posts in scene.stage.values() for post in posts),
        *(post for posts in scene.posts.values() for post in posts),
    ]
    return sorted(everything, key=lambda p: (p.at, p.platform, p.post_id))


def _arrivals(
    scene: Scene, platform: str, sizes: Sizes, chosen: Chosen | None, seed: int
) -> list[tuple[int, str]]:
    if chosen is None:
        return arrivals(scene, platform, sizes)
    moments = arrivals(scene, platform, louder(sizes, chosen))
    at, dice = chosen.response_at(scene.calendar), Dice(seed, f"effect {platform}")
    return thinned(moments, chosen, at=at, dice=dice)


def _files(
    posts: list[Post], exports: list[Export], truth: Tables, calendar: Calendar, seed: int
) -> dict[str, bytes]:
    fired = rules(posts, since=calendar.onset)
    files = {export.file: export.body for export in exports}
    files |= {SLACK: slack_zip(fired), REGISTER: register_csv()}
    files[LABEL_FILE] = labels_csv(posts, calendar, seed)
    return files | {f"truth/{table}.csv": as_csv(rows) for table, rows in truth.items()}
