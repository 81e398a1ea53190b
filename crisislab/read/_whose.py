"""Columns that a name gives to the row and that are somebody else's: authors, counters, accounts.

Names say what a column may be; the first rows say whose it is. What is not the row's own is left
out and told, never taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crisislab.read._columns import bare, fold
from crisislab.read._ledger import Findings
from crisislab.read._sample import Look, Sample
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic

Columns = Mapping[str, tuple[str, ...]]
# Of an account that is named in a column so called, nothing says that it wrote the row.
_ACCOUNTS = ("account", "cuenta", "account handle", "owner username", "page", "pagina", "owner")
# Who works on a ticket may be called this, beside those who wrote it.
_WORKERS = ("user", "usuario", "username", "user name", "name", "nombre")
_PEOPLE = (
    "customer", "requester", "cliente", "commenter", "comment author", "reviewer", "sender",
    "remitente", "author", "autor", "from", "customer name", "requester name", "reviewer name",
    "commenter name", "sender name", "author name", "nombre del cliente", "nombre cliente",
)  # fmt: skip
# Who told of an incident and who was to see to it are two people.
_ROLES = ("assign", "report", "sender")
_FEW, _EACH, _FEWER = 3, 10, 3
_SPOKEN_TO = 0.2
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
    name, number = (bare(found.columns.get(c, ("",))[0]) for c in ("actor", "actor_id"))
    roles = [role for role in _ROLES if number.startswith(role)]
    known = not roles or not name or name.startswith(roles[0])
    if known or "actor_id" in declared.columns:
        return found
    columns = {column: own for column, own in found.columns.items() if column != "actor_id"}
    return replace(found, columns=columns)


@dataclass(frozen=True)
class _Asked:
    """One look at a table; each step takes the columns so far and returns what is left of them."""

    names: Sequence[str]
    found: generic.Resolved
    sample: Sample
    declared: Declaration
    told: Findings

    def own_counters(self) -> Columns:
        """Leave out counters of the post above where rows are comments."""
        columns = self.found.columns
        if not self._rows_are(_COMMENTS) or any("retweet" in fold(name) for name in self.names):
            return columns
        above = self._named(columns, _OF_POSTS)
        if not above:
            return columns
        keys = list(zip(*(self.sample.look(*own).cells for own in above.values()), strict=True))
        for column, own in self._named(columns, _OF_EITHER).items():
            if _follows(self.sample.look(*own), keys):
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
        person = self._person(own[0], few, columns)
        if not self._is_of_others(own[0], few, person):
            return columns
        kept = {column: named for column, named in columns.items() if column != "author_handle"}
        if person is not None and all(person not in named for named in kept.values()):
            kept["author_handle"] = (person,)
        code = "CL-AUTHOR-ACCOUNT" if person is None else "CL-AUTHOR-PERSON"
        self.told.note(code, column=own[0], value=few.usual[0], first=own[0],
                       n=few.n_different, n_of=self.sample.n, other=person or "")  # fmt: skip
        return kept

    def _is_of_others(self, name: str, few: Look, person: str | None) -> bool:
        """Return whether a column names who the rows went to, or who worked on them."""
        if bare(name) in map(bare, _WORKERS):
            return person is not None
        one = 0 < few.n_different <= _FEW and len(few.filled) >= _EACH * few.n_different
        if not one or bare(name) not in map(bare, _ACCOUNTS):
            return False
        return person is not None or self._is_spoken_to(few) or self._rows_are(_OTHER_PEOPLE)

    def _person(self, account: str, few: Look, columns: Columns) -> str | None:
        """Return the column of many people beside one of few accounts."""
        known = set(map(bare, _PEOPLE)) - {bare(account)}
        named = [name for name in self.names if bare(name) in known and name in self.sample.columns]
        if bare(account) in map(bare, _ACCOUNTS):
            named += [*columns.get("author_name", ())[:1], *columns.get("author_id", ())[:1]]
        for name in named:
            look = self.sample.look(name)
            varied = look.n_different >= max(2, _FEWER * few.n_different)
            if varied and name not in columns.get("text", ()) and not look.is_prose():
                return name
        return None

    def _is_spoken_to(self, few: Look) -> bool:
        """Return whether texts call the account by its name: nobody does so to himself."""
        own = self.found.columns.get("text", ())
        texts = [cell.casefold() for cell in self.sample.look(*own).filled] if own else []
        called = [f"@{name.casefold().lstrip('@')}" for name in few.counts]
        n = sum(any(name in text for name in called) for text in texts)
        return bool(texts) and n >= _SPOKEN_TO * len(texts)

    def without_mails(self, columns: Columns) -> Columns:
        """Keep addresses of mail as numbers of accounts: nobody is called so in public."""
        own = columns.get("author_handle", ())
        if not own or "author_handle" in self.declared.columns:
            return columns
        look = self.sample.look(*own)
        if not look.is_mail():
            return columns
        kept = {column: named for column, named in columns.items() if column != "author_handle"}
        kept.setdefault("author_id", own)
        self.told.note("CL-AUTHOR-EMAIL", column=own[0], n=len(look.filled), n_of=self.sample.n,
                       first=own[0])  # fmt: skip
        return kept

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


def _follows(look: Look, keys: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a counter is the same wherever those of the post above are."""
    seen: dict[tuple[str, ...], str] = {}
    pairs = zip(keys, look.cells, strict=True)
    return all(seen.setdefault(key, cell) == cell for key, cell in pairs if any(key))
