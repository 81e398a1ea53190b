"""Lists of accounts: who follows, since when, with which description. They hold no posts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crisislab.read._columns import bare
from crisislab.read._sample import Sample
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic

_FOLLOWED = (
    "followers", "follower count", "followers count", "n followers", "number of followers",
    "seguidores", "numero de seguidores", "public metrics.followers count", "fans",
)  # fmt: skip
# What else is told of accounts, and of no post: a name of each kind counts once.
_SIGNS = (
    ("following", "following count", "friends", "friends count", "followees", "follows",
     "follows count", "siguiendo", "seguidos", "public metrics.following count"),
    ("bio", "biography", "biografia", "description", "descripcion", "about", "profile description",
     "signature", "user description", "profile bio"),
    ("verified", "is verified", "verificado", "verificada", "blue verified", "is blue verified"),
    ("tweets", "tweet count", "statuses count", "status count", "posts", "posts count",
     "media count", "video count", "public metrics.tweet count", "publicaciones"),
    ("joined", "join date", "date joined", "joined at", "joined date", "member since",
     "account created", "account created at", "account creation date", "registered",
     "fecha de alta", "fecha de registro", "miembro desde"),
    ("listed count", "listed", "public metrics.listed count"),
    ("protected", "is private", "private", "protegida", "privada"),
    ("profile image url", "profile picture", "profile pic url", "avatar", "profile url", "website",
     "profile banner url", "full name", "display name"),
)  # fmt: skip
_BIOS = frozenset(map(bare, _SIGNS[1]))
# Whoever has one of these as its only words is an account; a description may be that of a post.
_OWN_WORDS = frozenset(map(bare, ("bio", "biography", "biografia", "profile description",
                                  "user description", "profile bio")))  # fmt: skip
# When an account was made; posts have a date.
_SINCE = frozenset(map(bare, (
    *_SIGNS[4], "created at", "created", "creation date", "date created", "fecha de creacion",
    "fecha creacion", "registered at", "registration date",
)))  # fmt: skip
_ADDRESS_OF_POST = re.compile(r"/(?:status(?:es)?|p|reel|video|videos|posts|comments|watch)[/?]")
# What only a post has.
_OF_POSTS = frozenset((
    "parent_id", "root_id", "shared_id", "reposted_id", "quoted_id", "is_repost", "is_quote",
    "n_likes", "n_reposts", "n_replies", "n_quotes", "n_impressions", "mentions", "title",
))  # fmt: skip
_ANY_ID = frozenset(map(bare, ("id", "id str", "uri", "guid", "identificador")))
_LEAST = 2
_ONCE = 0.95


def are_accounts(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> bool:
    """Return whether rows are accounts: their followers and more of themselves, no post of theirs.

    A description is their text only in name, and each account stands there once.
    """
    if {"text", "created_at", "post_id"} & declared.columns.keys() or found.open:
        return False
    text = found.columns.get("text", ())
    own = {bare(name) for name in names}
    signs = sum(not own.isdisjoint(map(bare, known)) for known in _SIGNS)
    followed = not own.isdisjoint(map(bare, _FOLLOWED))
    if not followed or signs < _LEAST + bool(text) or _OF_POSTS & found.columns.keys():
        return False
    told = (*text, *found.columns.get("post_id", ()))
    ours = {bare(name) for name in told} <= _BIOS | _ANY_ID and _stand_once(found, sample)
    return ours and _since(found, text or names) and not _have_addresses_of_posts(sample)


def _since(found: generic.Resolved, words: Sequence[str]) -> bool:
    """Return whether the time is when an account was made, or the words are those of a profile."""
    if any(bare(name) in _OWN_WORDS for name in words):
        return True
    if not any(bare(name) in _BIOS for name in words):
        return False  # posts without words have times and authors too
    time = found.columns.get("created_at") or found.columns.get("logged_at", ())
    return bool(time) and bare(time[0]) in _SINCE


def _have_addresses_of_posts(sample: Sample) -> bool:
    return any(_ADDRESS_OF_POST.search(cell) for cells in sample.columns.values() for cell in cells)


def _stand_once(found: generic.Resolved, sample: Sample) -> bool:
    own = found.columns.get("author_handle") or found.columns.get("author_id", ())
    if not own or own[0] not in sample.columns:
        return True
    look = sample.look(*own)
    return look.n_different >= _ONCE * len(look.filled)
