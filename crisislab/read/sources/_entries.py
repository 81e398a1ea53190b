"""Entries of a log: who acted where several columns name people, and what an entry is called."""

from __future__ import annotations

from collections.abc import Mapping

from crisislab.read._columns import bare
from crisislab.read._reader import Row
from crisislab.read._sample import Look
from crisislab.read.sources._days import Finish

_OWN = 0.5


def who_acted(
    actor: str, own: Mapping[str, str], given: Mapping[str, list[str]], others: list[str]
) -> str:
    """Return the column of who wrote an entry down, by the one that names say first.

    Args:
        actor: The column that names say.
        own: Names as they compare -> as written, of columns that nothing else fills.
        given: Names of columns of whom a task was given to, and of who wrote it down.
        others: All names of columns of people.
    """
    if bare(actor) in map(bare, given["to"]):
        names = given["by"]
    elif bare(actor) in map(bare, given["named"]):
        names = [name for name in others if name not in given["named"]]
    else:
        return actor
    return next((own[bare(name)] for name in names if bare(name) in own), actor)


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
