"""The last step before anything is written: tables without real accounts, ids and contacts.

A column of accounts or ids is replaced as a whole. In every other text, words that are an account
or an id of the case are replaced wherever they stand, whatever the table is, and personal data
that has a form goes by its form. So a table made tomorrow is guarded as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import lazy, small
from crisislab.privacy.names import People
from crisislab.privacy.redact import plain, redact

# Columns that hold nothing but accounts or ids of items.
PERSONS = frozenset({"person", "author_id", "author_handle", "author_name", "agent_id"})
ITEMS = frozenset({"opening_id", "reply_id", "post_id", "parent_id", "root_id", "shared_id",
                   "official_id", "nearest_id"})  # fmt: skip
# Places and hashes: what a verdict opens by; made by the program itself.
_KEPT = frozenset({"evidence", "rows", "row", "source_file", "source", "sha256", "code",
                   "severity"})  # fmt: skip
_STAFF = frozenset({"actor", "done_by", "kept_by", "known_by", "agent", "people", "holders"})
_WORD = re.compile(r"[\w.\-]{4,}")
_CAPITAL = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Short numbers are counts; a word is an account only if it looks like one.
_MARKED = re.compile(r"(?!\d{1,5}$)(?:.*(?:\d|_|\w\.\w))")
_HASH = re.compile(r"[0-9a-f]{40,}")
_SHORTEST = 4


@dataclass(frozen=True)
class Guard:
    """What is known of one case's people.

    Attributes:
        people: Pseudonyms and public accounts.
        words: Words that are accounts or ids of the case -> what stands for them.
        staff: Whether people of the log get pseudonyms too.
    """

    people: People
    words: dict[str, str] = field(default_factory=dict, repr=False)
    staff: bool = False

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table without real accounts, ids and contacts; numbers stay."""
        texts = [name for name in table.columns if _is_text(table[name])]
        platforms = table["platform"] if "platform" in table else pd.Series("", table.index)
        changed = {name: self._column(table[name], str(name), platforms) for name in texts}
        return table.assign(**changed) if changed else table

    def text(self, text: str, *, platform: str = "") -> str:
        """Return a text without real accounts, ids and contacts."""
        known = _WORD.sub(self._word, text) if self.words else text
        for phrase in (name for name in self.words if " " in name and name in known):
            known = known.replace(phrase, self.words[phrase])
        named = (lambda handle: self.people.named(platform, handle)) if platform else None
        return redact(known, public=self.people.public, named=named, whole_urls=False)

    def value(self, value: Any) -> Any:
        """Return a nested value, such as a manifest, with its texts guarded."""
        if isinstance(value, dict):
            return {key: self.value(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(part) for part in value]
        if not isinstance(value, str) or _HASH.fullmatch(value):
            return value
        return self.text(value)

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        bare = word.rstrip(".-")
        return self.words.get(bare, bare) + word[len(bare) :]

    def _column(self, values: pd.Series, name: str, platforms: pd.Series) -> pd.Series:
        if name in _KEPT:
            return values
        if name in PERSONS:
            return self.people.column(values, platforms)
        if name in ITEMS:
            return self.people.items(values, platforms)
        if name in _STAFF:
            team = pd.Series("log", values.index)
            return self.people.column(values, team) if self.staff else values
        return self._texts(values, platforms)

    def _texts(self, values: pd.Series, platforms: pd.Series) -> pd.Series:
        where = platforms.fillna("").astype(str)
        pairs = list(zip(values, where, strict=True))
        # Each different text once; a column of objects may hold other things beside texts.
        told = {
            pair: self.text(pair[0], platform=pair[1])
            for pair in dict.fromkeys(pair for pair in pairs if isinstance(pair[0], str))
        }
        kept = [told[pair] if isinstance(pair[0], str) else pair[0] for pair in pairs]
        return pd.Series(kept, index=values.index, dtype=values.dtype)


def guard_of(
    posts: Any, people: People, tables: Iterable[pd.DataFrame], *, further: Iterable[str] = (),
    own: frozenset[str] = frozenset(), staff: Iterable[str] | None = None,
) -> Guard:  # fmt: skip
    """Return the guard for some tables: which of their words are accounts or ids of the posts.

    The posts are asked for the few words that stand in the tables, never the other way round, so
    that a review of ten million posts is guarded as fast as one of a thousand.

    Args:
        posts: Posts of any engine.
        people: Pseudonyms and public accounts.
        tables: What is to be written.
        further: Other texts that are to be written.
        own: Ids of the brand's own items, which stay.
        staff: People of log and plan who get pseudonyms too; missing: they are named.
    """
    words: dict[str, str] = {}
    for column, platform, one in known_words(posts, (*_texts_of(tables), *further)):
        if plain(one) in people.public or one in own:
            continue
        is_person = column.startswith("author")
        words[one] = (people.named if is_person else people.names.item)(platform, one)
    words |= {one: people.named("log", one) for one in staff or () if len(one) >= _SHORTEST}
    return Guard(people, words, staff is not None)


def known_words(posts: Any, texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield column, platform and word of each account, id and display name of the public.

    Args:
        posts: Posts of any engine.
        texts: Where they may stand.
    """
    marked: set[str] = set()
    names: set[str] = set()
    for text in texts:
        marked |= {w.rstrip(".-") for w in _WORD.findall(text) if _MARKED.search(w)}
        names |= set(_phrases(text))
    for column in ("author_id", "author_handle", "post_id", "parent_id", "root_id", "shared_id"):
        for platform, one in _known(posts, column, marked):
            yield column, platform, one
    for platform, name in _known(posts, "author_name", names):
        yield "author_name", platform, name


def _known(posts: Any, column: str, words: set[str]) -> Iterator[tuple[str, str]]:
    """Yield platform and value of those words that a column of the public's posts holds."""
    frame = lazy(posts)
    if not words or column not in frame.collect_schema().names():
        return
    same = frame.filter(~nw.col("own"), nw.col(column).cast(nw.String).is_in(sorted(words)))
    found = small(same.select("platform", column).unique(), by=["platform", column])
    yield from zip(found["platform"].fillna("").astype(str), found[column].astype(str), strict=True)


def _texts_of(tables: Iterable[pd.DataFrame]) -> Iterator[str]:
    for table in tables:
        for name in table.columns:
            if name not in _KEPT | PERSONS | ITEMS and _is_text(table[name]):
                yield from {one for one in table[name] if isinstance(one, str)}


def _phrases(text: str) -> Iterator[str]:
    """Yield runs of two to four words, as display names are written."""
    words = list(_CAPITAL.finditer(text))
    for first, begun in enumerate(words):
        if begun.group()[0].isupper():
            for last in words[first + 1 : first + 4]:
                yield text[begun.start() : last.end()]


def _is_text(values: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(values.dtype))
