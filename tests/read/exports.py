"""Small exports for tests, as text."""

from __future__ import annotations

import json

import pandas as pd

from crisislab.read import LoadedLog, LoadedPosts

HEADER = "id,created_at,author,text,likes\n"
PARTS = (
    "header", "loaded", "rejected", "duplicates", "blank", "preamble", "footer", "continuation",
    "context",
)  # fmt: skip


def rows(n: int, *, start: int = 1, text: str = "hola") -> str:
    """Rows of a table of posts, a minute apart."""
    return "".join(
        f"{i},2026-03-05T12:{i % 60:02d}:00Z,ana{i % 3},{text} {i},{i}\n"
        for i in range(start, start + n)
    )


def lines(n: int, *, start: int = 1, **more: object) -> str:
    """JSON lines of posts, a minute apart."""
    posts = [
        {"id": i, "created_at": f"2026-03-05T12:{i % 60:02d}:00Z", "text": f"mañana {i}"} | more
        for i in range(start, start + n)
    ]
    return "".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts)


def table(*cells: str, header: str = "id;created_at;text") -> str:
    """A table with semicolons out of its rows."""
    return "\n".join([header, *cells]) + "\n"


def dated(*times: str, text: str = "hola") -> str:
    """A table with one row for each written time."""
    return table(*(f"{i};{time};{text}" for i, time in enumerate(times, start=1)))


def adds_up(loaded: LoadedPosts | LoadedLog) -> bool:
    """Whether every line of every file is accounted for."""
    told = sum(loaded.ledger[f"n_{part}"] for part in PARTS)
    return bool((told == loaded.ledger["n_lines"]).all())


def codes(loaded: LoadedPosts | LoadedLog, severity: str = "") -> set[str]:
    """The codes of what was found, without those every small table has."""
    issues = loaded.issues
    kept = issues if not severity else issues.loc[issues["severity"] == severity]
    return set(kept["code"]) - {"CL-PLATFORM-UNKNOWN"}


def instants(loaded: LoadedPosts) -> list[str]:
    """The times of posts in the order of their ids, in UTC."""
    posts: pd.DataFrame = loaded.posts
    return [str(at)[:19] for at in posts.sort_values("post_id")["created_at"]]
