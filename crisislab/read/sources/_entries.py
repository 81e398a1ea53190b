"""Entries of a log: who acted where several columns name people, and what an entry is called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from crisislab.read._columns import bare
from crisislab.read._reader import Row
from crisislab.read._sample import Look
from crisislab.read._zones import without_zone
from crisislab.read.sources._days import Finish

_OWN = 0.5
# Few people have longer names.
_LONG_NAME = 15


@lru_cache(maxsize=1)
def known_given() -> Mapping[str, list[str]]:
    """Return names of columns of tasks: whom they were given to, who wrote them down and so on."""
    text = (resources.files(__package__) / "names.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["given"])


def who_acted(actor: str, times: tuple[str, ...], own: Mapping[str, str], others: list[str]) -> str:
    """Return the column of who acted, by the one that names say first.

    Where the time is when something was created, who created it stands before whom it was given
    to. Anywhere else who made a row may be a program. A bare name stands behind all other names.

    Args:
        actor: The column that names say.
        times: Those of the time.
        own: Names as they compare -> as written, of columns that nothing else fills.
        others: All names of columns of people.
    """
    given = known_given()
    names: list[str] = []
    if bare(actor) in map(bare, given["to"]):
        names = given["by"] if _since(times) else []
    elif bare(actor) in map(bare, given["named"]):
        names = [name for name in others if name not in given["named"]]
    return next((own[bare(name)] for name in names if bare(name) in own), actor)


def _since(times: tuple[str, ...]) -> str:
    known = set(map(bare, known_given()["since"]))
    return next((name for name in times if bare(without_zone(name)) in known), "")


def who_may_not_act(actor: str, times: tuple[str, ...], names: tuple[str, ...], look: Look) -> str:
    """Return the column beside which one of people may name others than who acted; else nothing.

    Whom something was given to, beside when it was created; and names no two of which are the
    same, beside a state: those are tasks.

    >>> who_may_not_act("Assignee", ("Created",), (), Look(("Ana",)))
    'Created'
    >>> who_may_not_act("Owner", ("Time",), (), Look(("Ana",)))
    ''
    """
    given = known_given()
    if bare(actor) in map(bare, given["to"]):
        return _since(times)
    if bare(actor) not in map(bare, given["named"]) or look.n_different < len(look.filled):
        return ""
    tasks = look.n_different > 1 and max(map(len, look.filled)) >= _LONG_NAME
    states = (name for name in names if bare(name) in map(bare, given["states"]))
    return next(states, "") if tasks else ""


def is_own_title(look: Look) -> bool:
    """Return whether entries have titles of their own: one that all share says nothing of them.

    >>> is_own_title(Look(("Caída web", "Prensa"))), is_own_title(Look(("Caída web",) * 4))
    (True, False)
    """
    return look.n_different > 1 and look.n_different >= _OWN * len(look.filled)


def titled(inner: Finish | None, *, own: bool) -> Finish:
    """Return the last step that puts what an entry is called before what it says.

    Args:
        inner: The step that comes before, if there is one.
        own: Whether entries have titles of their own; others only stand where nothing else does.
    """

    def finish(row: Row, cells: Mapping[str, str]) -> Row | None:
        done = inner(row, cells) if inner is not None else row
        if done is None:
            return None
        title, text = (done.get(column) or "" for column in ("title", "text"))
        parts = dict.fromkeys(filter(None, (title if own or not text else "", text)))
        kept = {column: value for column, value in done.items() if column != "title"}
        return kept | {"text": "\n".join(parts) or None}

    return finish
