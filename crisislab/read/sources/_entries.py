"""Entries of a log: who acted where several columns name people, and what an entry is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crisislab.read._columns import bare
from crisislab.read._reader import Row
from crisislab.read._sample import Look
from crisislab.read._zones import without_zone
from crisislab.read.sources._days import Finish
from crisislab.read.sources._names import known_names

_OWN = 0.5
_TASK = "name"
# Words in small letters of the names of people.
_PARTICLES = frozenset((
    "de", "del", "la", "las", "los", "y", "da", "do", "dos", "e", "di", "von", "van", "der", "den",
    "du", "le", "al", "el", "ben", "bin", "i",
))  # fmt: skip
# Few people have longer names.
_LONG_NAME = 15


def known_given() -> Mapping[str, Any]:
    """Return names of columns of tasks: whom they were given to, who wrote them down and so on."""
    return known_names()["given"]


def is_of_either(name: str) -> bool:
    """Return whether tables of posts have a column of this name as logs do: it weighs for neither.

    >>> is_of_either("Creator"), is_of_either("Logged by")
    (True, False)
    """
    return bare(name) in map(bare, known_given()["either"])


def who_acted(actor: str, times: tuple[str, ...], own: Mapping[str, str], others: list[str]) -> str:
    """Return the column of who acted, by the one that names say first.

    Where the time is when something was created, who created it stands before whom it was given
    to. Anywhere else who made a row may be a program. Beside a state a name in English is that of
    a task, and stands behind who has to do with it; any other name is that of a person.

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
    elif bare(actor) == bare(_TASK) and any(bare(name) in own for name in given["states"]):
        names = [name for name in others if name in given["of_tasks"]]
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
    tasks = look.n_different > 1 and any(map(_is_no_name, look.filled))
    states = (name for name in names if bare(name) in map(bare, given["states"]))
    return next(states, "") if tasks else ""


def _is_no_name(cell: str) -> bool:
    """Return whether a cell is longer than most names, and has words that names have not.

    >>> _is_no_name("Publicar comunicado"), _is_no_name("Ana María de la Fuente Gómez")
    (True, False)
    """
    words = (word for word in cell.split() if word not in _PARTICLES)
    return len(cell) >= _LONG_NAME and any(word[:1].islower() for word in words)


def is_own_title(look: Look, people: Look) -> bool:
    """Return whether entries have titles of their own: one that all share says nothing of them.

    Nor does one that people have whatever they do: that is their post.

    >>> nobody = Look(())
    >>> [is_own_title(Look(t), nobody) for t in (("Caída web", "Prensa"), ("Caída web",) * 4)]
    [True, False]
    >>> is_own_title(Look(("Directora", "Jefe", "Jefe")), Look(("Ana", "Luis", "Luis")))
    False
    """
    pairs = {pair for pair in zip(people.cells, look.cells, strict=False) if all(pair)}
    posts = len(pairs) == people.n_different < len(people.filled)
    return look.n_different > 1 and look.n_different >= _OWN * len(look.filled) and not posts


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
