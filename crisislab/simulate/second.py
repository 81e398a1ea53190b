"""The second sample: a leak of data at a railway that does not exist, in English, with a drill.

Smaller than the first and in plain tables: what it is for is the plan, its drill and the promises.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crisislab.settings import parse_duration
from crisislab.simulate.dice import Dice
from crisislab.simulate.truth import as_csv

SEED = 20260513
ZONE = "Europe/London"
HANDLE = "kestrelline_sim"
_FIRST_DAY, _QUIET_END, _LAST = "2026-04-27 00:00", "2026-05-11 00:00", "2026-05-19 00:00"
_ONSET = "2026-05-13 10:30:00"
_ACCOUNTS = {"x": "1402233445566778899", "facebook": "200300400500600"}
_MINUTE = 60
Row = dict[str, str]


@dataclass(frozen=True)
class Item:
    """One post: what the simulator knows of it."""

    platform: str
    post_id: str
    at: int
    kind: str
    author: str
    text: str
    parent: str = ""
    topic: str = ""
    own: bool = False


@cache
def story() -> dict[str, Any]:
    """Return what the team wrote and published, and what became of the plan."""
    with (Path(__file__).parent / "kestrel.toml").open("rb") as stream:
        return tomllib.load(stream)


def plan_text() -> str:
    """Return ``plan.toml``."""
    return (Path(__file__).parent / "kestrel_plan.toml").read_text("utf-8")


def instant(text: str) -> int:
    """Return the instant of a local time of London, seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def stamp(at: int | None) -> str:
    """Return an instant in ISO 8601; empty when there is none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def simulate_second(folder: str | Path, *, seed: int = SEED) -> Path:
    """Write the second sample with its truth; the same seed gives the same bytes.

    Args:
        folder: Folder of the case; made if it is not there.
        seed: Seed of every draw.
    """
    root = Path(folder)
    items = _items(Dice(seed, "kestrel"))
    files: dict[str, bytes] = {
        "case.toml": _CASE.format(zone=ZONE, handle=HANDLE, **_ACCOUNTS, seed=seed).encode(),
        "plan.toml": plan_text().encode(),
        "README.md": _README.format(seed=seed).encode(),
        "posts/posts.csv": _posts_csv(items),
        "log/messages.csv": _log_csv(story()["log"]),
        "log/register.csv": _log_csv(story()["register"]),
        "drills/autumn-2025/log/exercise.csv": _log_csv(story()["drill"]),
    }
    files |= {f"truth/{name}.csv": as_csv(rows) for name, rows in _truth(items).items()}
    for path, body in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return root


def _items(dice: Dice) -> list[Item]:
    own = [
        Item(platform, f"{platform[0]}{i:04d}", instant(post["at"]), "post", HANDLE,
             post["text"], topic=post["topic"], own=True)
        for i, post in enumerate(story()["posts"], start=9001)
        for platform in post["on"]
    ]  # fmt: skip
    spoken = _public(dice)
    return sorted([*own, *spoken, *_replies(dice, spoken)], key=lambda p: (p.at, p.post_id))


def _public(dice: Dice) -> list[Item]:
    start, onset, last = (instant(t) for t in (_FIRST_DAY, _ONSET, _LAST))
    spoken: list[Item] = []
    for hour in range(start, last, 3600):
        local = datetime.fromtimestamp(hour, ZoneInfo(ZONE)).hour
        wake = 0.25 if local < 6 else 1.2
        mean = {"calm": 0.9 * wake, "crisis": 0.0}
        since = (hour + 1800 - onset) / 3600
        if since > 0:
            mean["crisis"] = 75 * wake * min(since / 3, 1) * (1 + max(since - 3, 0) / 5) ** -1.4
        for mood, expected in mean.items():
            for _ in range(dice.counts(expected, 6.0)):
                at = dice.whole(max(hour, onset) if mood == "crisis" else hour, hour + 3599)
                spoken.append(_said(dice, at, mood, len(spoken)))
    # The first one is known: the onset of the truth.
    spoken.append(_said(dice, onset, "crisis", len(spoken)))
    return spoken


def _said(dice: Dice, at: int, mood: str, n: int) -> Item:
    platform = "x" if dice.chance(0.7) else "facebook"
    who = f"{dice.pick(story()['public']['first']).lower()}{dice.whole(1, 999)}_sim"
    text = dice.pick(story()["public"][mood])
    return Item(platform, f"{platform[0]}{n:05d}", at, "post", who, text, topic=mood)


def _replies(dice: Dice, spoken: list[Item]) -> list[Item]:
    begin = instant("2026-05-13 13:30:00")
    answered = []
    for item in spoken:
        asked = item.platform == "x" and f"@{HANDLE}" in item.text
        if not asked or not dice.chance(0.45 if item.topic == "crisis" else 0.7):
            continue
        at = max(item.at, begin if item.topic == "crisis" else 0) + _MINUTE * dice.whole(6, 260)
        if at < instant(_LAST):
            name = item.author.rstrip("_sim0123456789").capitalize()
            text = f"@{item.author} " + dice.pick(story()["public"]["replies"]).format(name=name)
            answered.append(
                Item("x", f"r{item.post_id}", at, "reply", HANDLE, text, item.post_id, own=True)
            )
    return answered


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def _posts_csv(items: list[Item]) -> bytes:
    head = ("platform", "post_id", "created_at", "kind", "author_id", "author_handle", "text",
            "parent_id", "mentions", "collected_at")  # fmt: skip
    rows = [
        (i.platform, i.post_id, stamp(i.at), i.kind,
         _ACCOUNTS[i.platform] if i.own else i.author, i.author, i.text, i.parent,
         HANDLE if f"@{HANDLE}" in i.text else "",
         stamp(i.at + _MINUTE * (2 + int(i.post_id[-1], 16) % 4)))
        for i in items
    ]  # fmt: skip
    return _table(head, rows)


def _log_csv(entries: list[dict[str, str]]) -> bytes:
    head = ("logged_at", "actor", "channel", "text", "action")
    rows = [
        (stamp(instant(e["at"])), e["who"], e["in"], e["text"], e.get("action", ""))
        for e in entries
    ]
    return _table(head, rows)


def _proved(entries: list[dict[str, str]], file: str) -> dict[str, tuple[int, str, str]]:
    """Return what each entry proves: instant, who, place."""
    return {
        name: (instant(entry["at"]), entry["who"], f"{file}:{line}")
        for line, entry in reversed([*enumerate(entries, start=2)])
        for name in entry.get("is", "").split()
    }


def _truth(items: list[Item]) -> dict[str, list[Row]]:
    proved = _proved(story()["log"], "log/messages.csv")
    proved |= _proved(story()["register"], "log/register.csv")
    drilled = _proved(story()["drill"], "drills/autumn-2025/log/exercise.csv")
    first = next(i for i in items if i.topic == "statement")
    at = {name: proved[name][0] for name in ("detected", "drafted", "activated", "approved",
                                              "resolved")}  # fmt: skip
    at |= {"onset": instant(_ONSET), "first_statement": first.at}
    drill_at = {name: drilled[name][0] for name in ("detected", "activated")}
    return {
        "actions": _actions(items, proved, at),
        "drill_actions": [
            {"action": name, "state": state, "done_at": stamp(drilled[name][0] if name in drilled
                                                              else None)}
            for name, state in story()["drill_actions"].items()
        ],
        "milestones": [
            {"milestone": name, "at": stamp(when)}
            for name, when in sorted(at.items(), key=lambda pair: pair[1])
        ],
        "drill_milestones": [{"milestone": n, "at": stamp(t)} for n, t in drill_at.items()],
        "scenarios": [
            {"scenario": name.partition(":")[2], "at": stamp(when), "by": who, "row": place}
            for name, (when, who, place) in sorted(proved.items(), key=lambda p: p[1][0])
            if name.startswith("scenario:")
        ],
        "promises": [_promise(promise, items) for promise in story()["promises"]],
        "rules": _rules(items),
    }  # fmt: skip


def _post_of(items: list[Item], topic: str, platform: str) -> Item:
    return next(i for i in items if i.topic == topic and i.platform == platform)


def _promise(promise: dict[str, str], items: list[Item]) -> Row:
    kept = promise.get("kept_by")
    return {
        "post_id": _post_of(items, promise["topic"], promise["on"]).post_id,
        "due_at": stamp(instant(promise["due"])),
        "state": promise["state"],
        "kept_by": _post_of(items, kept, promise["on"]).post_id if kept else "",
    }


def _actions(
    items: list[Item], proved: dict[str, tuple[int, str, str]], at: dict[str, int]
) -> list[Row]:
    rows = []
    starts = at | {name: told[0] for name, told in proved.items()}
    for action in tomllib.loads(plan_text())["actions"]:
        known = story()["actions"][action["id"]]
        done, by = None, ""
        if "proof" in known:
            done = _post_of(items, *known["proof"]).at
        elif action["id"] in proved:
            done, by, _ = proved[action["id"]]
        called = known["state"] != "not triggered"
        length = parse_duration(action["deadline"])
        start = starts.get(action["clock"])
        due = start + int(float(str(length)) * 60) if called and start is not None else None
        rows.append(
            {"action": action["id"], "state": known["state"], "due_at": stamp(due),
             "done_at": stamp(done), "done_by": by, "also": known.get("also", "")}
        )  # fmt: skip
    return rows


def _rules(items: list[Item]) -> list[Row]:
    rows = []
    public = [i for i in items if not i.own]
    # The tool sees a post when the collector did.
    seen = sorted(i.at + _MINUTE * (2 + int(i.post_id[-1], 16) % 4) for i in public)
    onset, end = instant(_ONSET), instant(_QUIET_END)
    for rule in tomllib.loads(plan_text())["monitoring"]:
        window = 60 * float(str(parse_duration(rule["window"])))
        fired = _fired([t for t in seen if t >= onset], window, rule["at_least"])
        false, last = 0, -(10**12)
        for at in _fired([t for t in seen if t < end], window, rule["at_least"]):
            false += at - last >= 24 * 3600
            last = at
        rows.append(
            {"rule": rule["id"], "fired_at": stamp(fired[0] if fired else None),
             "n_false_quiet": str(false)}
        )  # fmt: skip
    return rows


def _fired(seen: list[int], window: float, at_least: int) -> list[int]:
    inside: list[int] = []
    found = []
    for at in seen:
        inside = [t for t in inside if t > at - window] + [at]
        if len(inside) >= at_least:
            found.append(at)
    return found


_CASE = """# Synthetic case of crisislab: Kestrel Line does not exist. Written by
# python -m crisislab.simulate data/sample/kestrel --second (seed {seed}).

[case]
name = "Kestrel Line (fictitious): strangers' data in the travel-card account"
language = "en"
zone = "{zone}"
scenario = "data-leak"

[brand]
name = "Kestrel Line (fictitious)"

[[brand.accounts]]
platform = "x"
id = "{x}"
handle = "{handle}"

[[brand.accounts]]
platform = "facebook"
id = "{facebook}"
handle = "{handle}"

[quiet]
start = 2026-04-27
end = 2026-05-11

[window]
start = 2026-04-27
end = 2026-05-19

[log]
complete_channels = ["#incident", "#social", "incident room"]
"""
_README = """# Kestrel Line: a synthetic crisis with a drill

None of this happened. The railway, its team and everybody who writes here are invented; every
handle of the public ends in `_sim`. It is there to try crisislab: the truth is known (`truth/`;
the review does not read it; instants in UTC).

Seed: `{seed}`. Written by:

    python -m crisislab.simulate data/sample/kestrel --second --seed {seed}

- `posts/posts.csv`: X and Facebook, with the time of collection.
- `log/`: messages and register. `drills/autumn-2025/log/`: the drill of the same plan.
- `case.toml`, `plan.toml`: settings and manual, with shifts, an approval and capabilities.
- `truth/`: `actions`, `drill_actions`, `milestones`, `drill_milestones`, `scenarios`, `promises`,
  `rules`.
"""
