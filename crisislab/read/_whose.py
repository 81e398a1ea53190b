"""Columns that a name gives to the row and that are somebody else's: authors, counters, accounts.

Names say what a column may be; the first rows say whose it is. What is not the row's own is left
out and told, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from crisislab.read._columns import bare, fold
from crisislab.read._ledger import Findings
from crisislab.read._sample import Look, Sample
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic

Columns = Mapping[str, tuple[str, ...]]
# Of an account that is named in a column so called, nothing says that it wrote the row.
_ACCOUNTS = ("account", "cuenta", "account handle", "owner username", "page", "pagina", "owner")
_PEOPLE = (
    "customer", "requester", "cliente", "commenter", "comment author", "reviewer", "author",
    "autor", "customer name", "requester name", "reviewer name", "commenter name",
    "nombre del cliente", "nombre cliente", "username", "user name", "user", "usuario",
)  # fmt: skip
# Who told of an incident and who was to see to it are two people.
_ROLES = {"assign": "worker", "asignad": "worker", "responsable": "worker", "owner": "worker",
          "report": "teller", "informad": "teller"}  # fmt: skip
_FEW, _EACH, _FEWER = 3, 10, 3
_SPOKEN_TO, _BEGUN = 0.5, 0.25
# Of what is told of one post above, each value stands on several rows.
# Small numbers repeat by themselves.
_REPEATED, _LEAST, _LARGE = 3, 8, 20
_NO_DIGIT = re.compile(r"[.,]\d{1,2}$|\D")
# What people are not called: times, numbers, addresses, programs.
_NOBODY = re.compile(r".*(?:\d:\d|://|\bfor (?:iphone|ipad|android)\b|\bweb app\b).*|[\d\W]+", re.I)
# Of these hosts everybody has an address, and nobody an account that posts.
_MAIL_HOSTS = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|proton|"
    r"protonmail|pm|zoho|telefonica|orange|ono|wanadoo|movistar|terra|web|t-online|free|laposte|"
    r"libero|uol|bol|sapo|mail)\.[a-z.]{2,6}>?$", re.I,
)  # fmt: skip
_MAIL_NAMES = ("mail", "correo", "requester", "sender", "remitente", "from", "de")
_NEARLY_ALL = 0.9
# Nobody sees or shares a comment by itself.
_OF_POSTS = {
    "n_reposts": ("shares", "share count", "shares count", "compartidos", "veces compartido",
                  "total shares", "num shares", "number of shares"),
    "n_impressions": ("views", "view count", "views count", "impressions", "impression count",
                      "vistas", "visualizaciones", "reproducciones", "impresiones", "plays",
                      "total views", "video views", "play count"),
}  # fmt: skip
# What posts and comments both have: the post's own where it goes with what only posts have.
_OF_EITHER = {
    "n_likes": ("likes", "like count", "likes count", "reactions", "reacciones", "me gusta",
                "total likes", "reaction count", "reactions count", "favorites"),
    "n_replies": ("comments", "comment count", "comments count", "comentarios", "total comments",
                  "num comments", "number of comments"),
}  # fmt: skip
_COMMENTS = ("comment", "comentario", "commentaire", "commento", "kommentar")
_OTHER_PEOPLE = (*_COMMENTS, "review", "resena", "mention", "mencion", "feedback", "verbatim",
                 "complaint", "queja", "reclamacion", "cliente", "customer")  # fmt: skip


def whose(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration,
    told: Findings,
) -> generic.Resolved:  # fmt: skip
    """Return what names say, without what the first rows say is not of the rows themselves."""
    if not sample.is_enough():
        return found
    asked = _Asked(names, found, sample, declared, told)
    return replace(found, columns=asked.without_mails(asked.with_people(asked.own_counters())))


def same_person(found: generic.Resolved, declared: Declaration) -> generic.Resolved:
    """Return what names of a log say, without the number of another person than its actor.

    >>> names = ["time", "text", "reporter", "assignee id"]
    >>> found = generic.resolve(names, "log", Declaration())
    >>> sorted(found.columns.keys() - same_person(found, Declaration()).columns.keys())
    ['actor_id']
    """
    name, number = (_role(found.columns.get(c, ("",))[0]) for c in ("actor", "actor_id"))
    if not name or not number or name == number or "actor_id" in declared.columns:
        return found
    columns = {column: own for column, own in found.columns.items() if column != "actor_id"}
    return replace(found, columns=columns)


def _role(name: str) -> str:
    """Return the part that a name gives to somebody, where it gives one."""
    return next((role for begin, role in _ROLES.items() if bare(name).startswith(begin)), "")


@dataclass(frozen=True)
class _Asked:
    """One look at a table; each step takes the columns so far and returns what is left of them."""

    names: Sequence[str]
    found: generic.Resolved
    sample: Sample
    declared: Declaration
    told: Findings

    def own_counters(self) -> Columns:
        """Leave out counters of the post above where rows are comments: they repeat below it."""
        columns = self.found.columns
        words = {word for name in self.names for word in ("tweet", "tuit", "repost", "quote")
                 if word in fold(name)}  # fmt: skip
        if not self._rows_are(_COMMENTS) or words:
            return columns
        above = {column: own for column, own in self._named(columns, _OF_POSTS).items()
                 if _repeats(self.sample.look(*own))}  # fmt: skip
        if not above:
            return columns
        keys = list(zip(*(self.sample.look(*own).cells for own in above.values()), strict=True))
        for column, own in self._named(columns, _OF_EITHER).items():
            look = self.sample.look(*own)
            if _repeats(look) and _follows(look, keys):
                above[column] = own
        own_names = [own[0] for own in above.values()]
        self.told.note("CL-COUNT-ABOVE", value=", ".join(own_names), n=len(own_names),
                       first=own_names[0], counter=next(iter(above)))  # fmt: skip
        return {column: own for column, own in columns.items() if column not in above}

    def with_people(self, columns: Columns) -> Columns:
        """Take those who wrote the rows, not the one account that all of them went to."""
        own = columns.get("author_handle", ())
        if not own or "author_handle" in self.declared.columns:
            return columns
        few = self.sample.look(*own)
        one = 0 < few.n_different <= _FEW and len(few.filled) >= _EACH * few.n_different
        if not one or bare(own[0]) not in set(map(bare, _ACCOUNTS)):
            return columns
        person = self._person(few, columns)
        if person is None and not self._is_spoken_to(few) and not self._are_under():
            return columns
        kept = {column: named for column, named in columns.items() if column != "author_handle"}
        if person is not None and all(person not in named for named in kept.values()):
            kept["author_handle"] = (person,)
        code = "CL-AUTHOR-ACCOUNT" if person is None else "CL-AUTHOR-PERSON"
        self.told.note(code, column=own[0], value=few.usual[0], first=own[0],
                       n=few.n_different, n_of=self.sample.n, other=person or "")  # fmt: skip
        return kept

    def _are_under(self) -> bool:
        """Return whether rows stand under something of that account, beyond the text's name."""
        return self._rows_are(_OTHER_PEOPLE) and generic.stand_under(self.names)

    def _person(self, few: Look, columns: Columns) -> str | None:
        """Return the column of many people beside one of few accounts."""
        known = set(map(bare, _PEOPLE))
        for name in self.names:
            if bare(name) not in known or name not in self.sample.columns:
                continue
            look = self.sample.look(name)
            many = max(_FEWER * few.n_different, len(look.filled) / _REPEATED)
            varied = look.n_different >= many and len(look.filled) >= _NEARLY_ALL * self.sample.n
            odd = any(map(_NOBODY.fullmatch, look.filled))
            if varied and not odd and name not in columns.get("text", ()) and not look.is_prose():
                return name
        return None

    def _is_spoken_to(self, few: Look) -> bool:
        """Return whether texts call the account by its name: nobody does so to himself."""
        own = self.found.columns.get("text", ())
        texts = [cell.casefold() for cell in self.sample.look(*own).filled] if own else []
        names = "|".join(re.escape(name.casefold().lstrip("@")) for name in few.counts)
        called = re.compile(rf"@(?:{names})(?!\w)")
        n = sum(called.search(text) is not None for text in texts)
        # A brand may sign what it writes; it does not begin by calling itself.
        begun = sum(called.match(text) is not None for text in texts)
        return bool(texts) and n >= _SPOKEN_TO * len(texts) and begun >= _BEGUN * len(texts)

    def without_mails(self, columns: Columns) -> Columns:
        """Keep addresses of mail as numbers of accounts: nobody is called so in public."""
        own = columns.get("author_handle", ())
        if not own or "author_handle" in self.declared.columns:
            return columns
        look = self.sample.look(*own)
        if not look.is_mail() or not self._are_of_mail(own[0], look):
            return columns
        kept = {column: named for column, named in columns.items() if column != "author_handle"}
        kept.setdefault("author_id", own)
        self.told.note("CL-AUTHOR-EMAIL", column=own[0], n=len(look.filled), n_of=self.sample.n,
                       first=own[0])  # fmt: skip
        return kept

    def _are_of_mail(self, name: str, look: Look) -> bool:
        """Return whether addresses are those of mail: on Mastodon accounts are written alike."""
        hosted = sum(_MAIL_HOSTS.search(cell) is not None for cell in look.filled)
        words = set(re.findall(r"[a-z]+", fold(name)))
        return hosted >= len(look.filled) / 2 or not words.isdisjoint(_MAIL_NAMES)

    def _rows_are(self, words: Sequence[str]) -> bool:
        """Return whether the names of the text or of the id say that rows are of some kinds."""
        own = [*self.found.columns.get("text", ())[:1], *self.found.columns.get("post_id", ())]
        return any(word in bare(name) for name in own for word in words)

    def _named(
        self, columns: Columns, known: Mapping[str, Sequence[str]]
    ) -> dict[str, tuple[str, ...]]:
        """Return those of some columns that have one of the names known for them."""
        return {
            column: columns[column]
            for column, names in known.items()
            if column in columns and column not in self.declared.columns
            and bare(columns[column][0]) in set(map(bare, names))
        }  # fmt: skip


def _repeats(look: Look) -> bool:
    """Return whether a counter is of something that stands above several rows each."""
    counts = [int(_NO_DIGIT.sub("", cell) or 0) for cell in look.filled]
    large = len(counts) >= _LEAST and median(counts) >= _LARGE
    return large and look.n_different <= len(counts) / _REPEATED


def _follows(look: Look, keys: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a counter is the same wherever those of the post above are."""
    seen: dict[tuple[str, ...], str] = {}
    pairs = zip(keys, look.cells, strict=True)
    return all(seen.setdefault(key, cell) == cell for key, cell in pairs if any(key))
