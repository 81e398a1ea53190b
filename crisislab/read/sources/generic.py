"""Any table or JSON export whose columns are recognised by name, or declared.

Names are compared casefolded, without accents and however their words are joined. A strong name
wins over a weak one; two names of the same strength for a column that matters are asked about,
never chosen between.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from crisislab.read._columns import bare, fold, unasked
from crisislab.read._reader import Probe, Reader
from crisislab.read._sample import Sample
from crisislab.read._zones import without_zone
from crisislab.read.declare import Declaration
from crisislab.read.sources._day_time import (
    HOURS_ALONE,
    day_and_start,
    day_and_time,
    half_of,
    joined_time,
    names_zone,
    pair_of,
)
from crisislab.read.sources._days import is_clock, under_days
from crisislab.read.sources._entries import is_own_title, known_given, titled, who_acted
from crisislab.read.sources._names import known_names

Kind = Literal["posts", "log"]
# Columns that what stands above comments may fill: which thread they are in, and where.
_OF_THREADS = frozenset({"post_id", "root_id", "url"})
_ASKED = frozenset({"post_id", "created_at", "text", "parent_id", "logged_at"})
_WANTED_TOO = ("author_handle", "n_likes", "n_reposts", "n_replies", "n_impressions")
TIME: Mapping[Kind, str] = {"posts": "created_at", "log": "logged_at"}
# "Comment ID" and "Review Text" say what rows are; "Comment" may be the words of anything.
_KINDS = {"comment": "comment", "comentario": "comment", "review": "review", "resena": "review"}
# Words of other languages that begin like these.
_NO_KIND = ("commentaire", "commento")


@lru_cache(maxsize=1)
def known_times() -> frozenset[str]:
    """Return the names that columns of times have."""
    columns = [known_names()[kind][column] for kind, column in TIME.items()]
    return frozenset(name for known in columns for names in known.values() for name in names)


@dataclass(frozen=True)
class Resolved:
    """What the names of an export's columns say.

    Attributes:
        columns: Schema column -> own names.
        open: Schema column -> the names that could each be meant.
        day_and_time: Own names of a day and a time that make one moment together.
        is_sure: Whether the day is declared: then a whole moment in it is never doubted.
    """

    columns: Mapping[str, tuple[str, ...]]
    open: Mapping[str, tuple[str, ...]]
    day_and_time: tuple[str, str] | None = None
    is_sure: bool = False


def resolve(names: Sequence[str], kind: Kind, declared: Declaration) -> Resolved:
    """Return which schema column each name fills.

    >>> resolve(["Fecha", "Texto", "Me gusta"], "posts", Declaration()).columns["n_likes"]
    ('Me gusta',)
    """
    # A name that holds nothing else than a schema column's own name is meant as that.
    own = _by_bare(names)
    taken = {bare(name) for name in declared.columns.values()}
    columns: dict[str, tuple[str, ...]] = {
        column: (name,) for column, name in declared.columns.items()
    }
    unsettled: dict[str, tuple[str, ...]] = {}
    pair = day_and_time(own, taken) if TIME[kind] not in columns else None
    if kind == "log" and TIME[kind] not in columns:
        pair = pair or day_and_start(own, taken)
    under = _under(own, taken) if kind == "posts" else frozenset()
    for column, known in known_names()[kind].items():
        # Where it is known which post is answered, whose it is says nothing more.
        if column in columns or (column == "answered_name" and "parent_id" in columns):
            continue
        fits = _fits(
            column, known if column in _OF_THREADS else _own_names(known, under), own, taken
        )
        fits = _without_title(fits) if (kind, column) == ("log", "text") else fits
        if column == TIME[kind] and pair:
            # A column that holds the whole moment is better than its two halves.
            pair = pair_of(fits, pair, own, taken)
            fits = (names_zone(pair),) if pair else fits
        if len(fits) > 1 and column in _ASKED:
            unsettled[column] = fits
        elif fits:
            columns[column] = fits[:1]
            taken |= {bare(name) for name in fits[:1]}
    if kind == "log":
        _of_entries(columns, own, declared)
    elif "text" in columns and "text" not in declared.columns and "comments" not in under:
        _of_titles(columns, own, taken)
    sure = columns.get(TIME[kind], ("",))[0] if TIME[kind] in declared.columns else ""
    return Resolved(columns, unsettled, pair or half_of(sure, own, taken), bool(sure))


def _of_titles(
    columns: dict[str, tuple[str, ...]], own: Mapping[str, str], taken: set[str]
) -> None:
    """Take the title of a post for its text where nothing else was said.

    What was only given a title is all that was said; a comment is given none.
    """
    last = {"strong": [], "weak": [], "last": known_names()["posts"]["text"]["last"]}
    title = _fits("text", last, own, taken)[:1]
    if title and _are_joined(title[0], columns["text"][0], own):
        columns["title"] = title
    else:
        columns["text"] += title


def _without_title(fits: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that may be the text of an entry, without what it may be called."""
    titles = set(map(bare, known_names()["log"]["title"]["strong"]))
    left = tuple(name for name in fits if bare(name) not in titles)
    return left if len(left) == 1 else fits


def _of_entries(
    columns: dict[str, tuple[str, ...]], own: Mapping[str, str], declared: Declaration
) -> None:
    """Settle who acted, and what entries are called, among the columns of a log."""
    used = {bare(name) for names in columns.values() for name in names}
    free = {name: written for name, written in own.items() if name not in used}
    if "actor" in columns and "actor" not in declared.columns:
        known = known_names()["log"]["actor"]
        others = [name for tier in ("strong", "weak", "later") for name in known[tier]]
        named = columns["actor"][0]
        columns["actor"] = (who_acted(named, columns.get("logged_at", ()), free, others),)
        free[bare(named)] = named
    if "text" not in columns or "text" in declared.columns:
        columns.pop("title", None)
    elif "title" not in columns and "name" in free:
        person = bare(columns.get("actor", ("",))[0])
        if person in map(bare, known_given()["of_tasks"]):
            columns["title"] = (free["name"],)


def stand_under(names: Sequence[str]) -> bool:
    """Return whether rows are comments or reviews by their names: they stand under something else.

    >>> stand_under(["comment id", "comment", "date"]), stand_under(["comment", "date"])
    (True, False)
    """
    return bool(_under(_by_bare(names), set()))


def _by_bare(names: Sequence[str]) -> dict[str, str]:
    own = {bare(unasked(name)): name for name in reversed(names) if unasked(name)}
    own |= {bare(without_zone(name)): name for name in reversed(names) if without_zone(name)}
    return own | {bare(name): name for name in reversed(names) if name.strip()}


def _under(own: Mapping[str, str], taken: set[str]) -> frozenset[str]:
    """Return whether rows are comments or reviews, which stand under something else.

    They have words and a time of their own: a table without is one of posts.
    """
    told = known_names()["under"]
    found = frozenset(
        name for name in ("comments", "reviews") if any(bare(one) in own for one in told[name])
    )
    whole = all(
        _fits(column, _own_names(known_names()["posts"][column], found), own, taken)
        for column in ("text", "created_at")
    )
    return found if whole else frozenset()


def _own_names(known: Mapping[str, list[str]], under: Collection[str]) -> Mapping[str, list[str]]:
    """Return names of a column without those of what rows stand under, their own words first."""
    if not under:
        return known
    told = known_names()["under"]
    left = {tier: [name for name in names if name.split(" ")[0] not in told["above"]]
            for tier, names in known.items()}  # fmt: skip
    mine = [name for names in left.values() for name in names if name.split(" ")[0] in told["own"]]
    return left | {"best": [*mine, *left.get("best", ())]}


def _fits(
    column: str, known: Mapping[str, list[str]], own: Mapping[str, str], taken: set[str]
) -> tuple[str, ...]:
    beside = known_names()["beside"].get(column, {})
    there = [name for name, others in beside.items() if any(bare(o) in own for o in others)]
    apart = known_names()["apart"].get(column, {})
    gone = {bare(n) for n, others in apart.items() if any(bare(o) in own for o in others)}
    tiers = (known.get("best", []), [column], there, known["strong"], known["weak"],
             known.get("later", []), known.get("spare", []), known.get("last", []))  # fmt: skip
    for names in tiers:
        bares = (name for name in map(bare, names) if name not in gone)
        found = dict.fromkeys(own[name] for name in bares if name in own and name not in taken)
        if found:
            return tuple(found)
    return ()


def _are_joined(title: str, text: str, own: Mapping[str, str]) -> bool:
    """Return whether a title and a text are both what was said, as on Reddit."""
    told: Mapping[str, Any] = known_names()["joined"]
    if bare(title) not in map(bare, told["titles"]):
        return False
    others = {bare(name): names for name, names in told["beside"].items()}.get(bare(text), ())
    return bare(text) in map(bare, told["texts"]) or any(bare(name) in own for name in others)


def fit(names: Sequence[str], kind: Kind, declared: Declaration) -> int:
    """Return how well names fit: 0 unless they hold a time and a text (or an id)."""
    found = resolve(names, kind, declared)
    known = {*found.columns, *found.open}
    if "text" not in declared.columns and is_last("text", found, kind):
        # A title beside a day may be anything; beside an id it is what was said, and so it is
        # with the address and who wrote it. A state or a title is a note of whoever is named.
        whose = {"url", "author_handle"} if kind == "posts" else {"actor"}
        more = kind == "log" and left_over(names, found)
        known -= set() if known >= whose and not more else {"text"}
    # Ids of X tell the time themselves.
    timed = TIME[kind] in known or (declared.platform == "x" and "post_id" in known)
    if not timed or not known & {"text", "post_id"}:
        return 0
    return len(known)


def is_last(column: str, found: Resolved, kind: Kind) -> bool:
    """Return whether a column is filled by a name that is only taken where there is no other."""
    names = found.columns.get(column, ())[:1] or found.open.get(column, ())
    last = known_names()[kind][column].get("last", [])
    bares = {bare(name) for name in last}
    return any(bare(name) in bares for name in names)


def left_over(names: Sequence[str], found: Resolved) -> tuple[str, ...]:
    """Return the names of columns that are not used.

    >>> left_over(["id", "Zzz", ""], resolve(["id", "Zzz"], "posts", Declaration()))
    ('Zzz',)
    """
    told = (*found.columns.values(), *found.open.values(), found.day_and_time or ())
    used = {fold(name) for own in told for name in own}
    return tuple(name for name in names if name.strip() and fold(name) not in used)


def lie_inside(names: Sequence[str], found: Resolved) -> Mapping[str, str]:
    """Return columns nothing fills -> the name inside another object that says it is that.

    >>> names = ["id", "text", "posted_by.username"]
    >>> lie_inside(names, resolve(names, "posts", Declaration()))
    {'author_handle': 'posted_by.username'}
    """
    inside = {bare(re.split(r"[./]", name)[-1]): name for name in reversed(left_over(names, found))
              if re.search(r"[./]", name)}  # fmt: skip
    known = known_names()["posts"]
    near = {
        column: next((inside[bare(n)] for n in known[column]["strong"] if bare(n) in inside), "")
        for column in _WANTED_TOO
        if column not in found.columns
    }
    return {column: name for column, name in near.items() if name}


def reader_of(found: Resolved, kind: Kind, sample: Sample) -> Reader:
    """Return the generic reader made for what names say, and the first rows below them."""
    reader = replace(
        READERS[0] if kind == "posts" else READERS[1],
        columns=found.columns, default_kind=_kind_named(found) if kind == "posts" else "",
    )  # fmt: skip
    if found.day_and_time:
        day, time = found.day_and_time
        reader = replace(reader, finish=joined_time(day, time, TIME[kind], is_sure=found.is_sure))
    if kind == "log" and "title" in found.columns:
        own = is_own_title(*(sample.look(*found.columns.get(c, ())) for c in ("title", "actor")))
        reader = replace(reader, finish=titled(reader.finish, own=own))
    if kind == "log" and (days := _days_above(found, sample)) is not None:
        reader = replace(reader, finish=under_days(reader.finish, days or None))
    return reader


def _days_above(found: Resolved, sample: Sample) -> str | None:
    """Return the column of a log's days, empty where hours stand alone, ``None`` for others."""
    if found.day_and_time:
        return found.day_and_time[0]
    named = found.columns.get("logged_at", ())[:1]
    hours = named and bare(without_zone(named[0])) in HOURS_ALONE
    return "" if hours and any(map(is_clock, sample.look(*named).filled)) else None


def _kind_named(found: Resolved) -> str:
    """Return what all rows are by the names of their id or text, empty where these do not say."""
    told = [*found.columns.get("post_id", ()), *found.columns.get("text", ())]
    for word, kind in _KINDS.items():
        if any(word in bare(name) and bare(name) not in (word, *_NO_KIND) for name in told):
            return kind
    return ""


def never(_: Probe) -> bool:
    """Return ``False``: a generic reader is only used where no other one fits."""
    return False


READERS: tuple[Reader, ...] = (
    Reader("table", "Posts by column names", "posts", "documentation", never),
    Reader("log-table", "Incident log by column names", "log", "documentation", never),
)
ACCOUNTS = Reader("accounts", "List of accounts", "other", "documentation", never)
