"""Jira: the "all fields" CSV with its repeated headers, and the REST API's search answer.

Layout: public importers with real lines, in English and in Spanish; of the API,
developer.atlassian.com/cloud/jira/platform/rest/v3. Dates are in the form and the zone of the
profile that exported. A comment is one cell: ``date;author;text``, and the text may hold ``;``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times
from crisislab.read.sources._pick import (
    NOT_DATA,
    at,
    dig,
    entries,
    first,
    objects,
    of_records,
    rejected,
)

# Field -> header by language (English, Spanish, German, French, Portuguese), casefolded.
_HEADERS: dict[str, tuple[str, ...]] = {
    "key": ("issue key", "clave de incidencia", "vorgangsschlüssel", "clé de ticket",
            "clé de demande", "chave da item", "chave do item", "chave da pendência"),
    "summary": ("summary", "resumen", "zusammenfassung", "résumé", "resumo"),
    "description": ("description", "descripción", "beschreibung", "descrição"),
    "created": ("created", "creada", "creado", "erstellt", "création", "créé", "créée", "criado"),
    "resolved": ("resolved", "resuelta", "resuelto", "erledigt", "gelöst", "résolu", "résolue",
                 "résolution le", "resolvido"),
    "reporter": ("reporter", "informador", "autor", "rapporteur", "relator"),
    "assignee": ("assignee", "persona asignada", "zugewiesene person", "bearbeiter", "responsable",
                 "personne assignée", "responsável"),
    "project": ("project key", "clave del proyecto", "projektschlüssel", "clé de projet",
                "chave do projeto"),
    "comment": ("comment", "comments", "comentario", "comentarios", "kommentar", "kommentare",
                "commentaire", "commentaires", "comentário", "comentários"),
}  # fmt: skip
# Names of the accounts beside those of people, as Jira Cloud puts them.
_IDS = {
    "assignee": ("assignee id", "id. de la persona asignada", "id de la persona asignada",
                 "id do responsável"),
    "reporter": ("reporter id", "id. del informador", "id del informador", "id do relator"),
    "creator": ("creator id", "id. del creador", "id del creador", "id do criador"),
}  # fmt: skip
_CREATORS = ("creator", "creador", "criador")
_FIELDS = {name: field for field, names in _HEADERS.items() for name in names}
_COMMENT_PARTS = 2


def _named(header: Sequence[str]) -> list[str]:
    return [_FIELDS.get(name.strip().casefold(), "") for name in header]


def _people(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the names of people in a row by their accounts, which is how comments name them.

    >>> _people(["Assignee", "Assignee Id"], ["Ana", "5b1"])
    {'5b1': 'Ana'}
    """
    own = {name.strip().casefold(): cell for name, cell in zip(header, cells, strict=False)}
    found = {}
    for field, ids in _IDS.items():
        names = _CREATORS if field == "creator" else _HEADERS[field]
        account = next((own[name] for name in ids if own.get(name)), "")
        person = next((own[name] for name in names if own.get(name)), "")
        if account and person:
            found[account] = person
    return found


def _comment(cell: str, common: Row, number: int, people: Mapping[str, str]) -> Item:
    moment, author, *words = cell.split(";", _COMMENT_PARTS)
    if not words:
        return Item({}, "reject", NOT_DATA, cell)
    return Item(common | {
        "entry_id": f"{common['thread_id']}/comment/{number}",
        "logged_at": moment,
        "actor": people.get(author, author),
        "actor_id": author if author in people else None,
        "text": words[0],
        "kind": "note",
    })  # fmt: skip


def _unfold(header: Sequence[str], cells: Sequence[str]) -> Iterator[Item]:
    fields = list(zip(_named(header), cells, strict=False))
    issue = {field: cell for field, cell in reversed(fields) if field}
    common: Row = {"thread_id": issue.get("key"), "channel": first(issue.get("project"), "Jira")}
    yield Item(common | _opened(issue))
    people = _people(header, cells)
    comments = [cell for field, cell in fields if field == "comment" and cell.strip()]
    for number, cell in enumerate(comments, start=1):
        if ";" in cell:
            yield _comment(cell, common, number, people)
        else:
            yield Item({}, "reject", NOT_DATA, cell)
    if issue.get("resolved"):
        yield Item(common | {
            "entry_id": f"{issue.get('key')}/resolved",
            "logged_at": issue["resolved"],
            "actor": issue.get("assignee") or None,
            "text": f"resolved: {issue.get('summary')}",
            "kind": "status",
        })  # fmt: skip


def _opened(issue: Mapping[str, str]) -> Row:
    words = (issue.get("summary"), issue.get("description"))
    return {
        "entry_id": f"{issue.get('key')}/created",
        "logged_at": issue.get("created") or None,
        "actor": issue.get("reporter") or None,
        "text": "\n".join(part for part in words if part),
        "kind": "action",
    }


def _is_table(probe: Probe) -> bool:
    return probe.shape == "table" and {"key", "summary", "created"} <= set(_named(probe.columns))


def _words(body: object) -> str:
    """Return the words of a text, or of a document in Atlassian's format."""
    if isinstance(body, str):
        return body
    if isinstance(body, dict):
        inner = "".join(_words(part) for part in objects(body.get("content")))
        return (at(body, "text") or "") + inner + ("\n" if body.get("type") == "paragraph" else "")
    return ""


def _changes(issue: dict[str, Any], common: Row) -> Iterable[Item]:
    for change in objects(dig(issue, "changelog", "histories")):
        steps = [i for i in objects(change.get("items")) if i.get("field") == "status"]
        for item in steps:
            yield Item(common | {
                "entry_id": f"{at(issue, 'key')}/change/{at(change, 'id')}",
                "logged_at": at(change, "created"),
                "actor": at(change, "author", "displayName"),
                "actor_id": at(change, "author", "accountId"),
                "text": f"{at(item, 'fromString')} → {at(item, 'toString')}",
                "kind": "status",
            }, of=change)  # fmt: skip
        if not steps:
            yield Item({}, "context", of=change)


def _issue(issue: dict[str, Any]) -> Iterator[Item]:
    told = issue["fields"]
    common: Row = {
        "thread_id": at(issue, "key"),
        "channel": first(at(told, "project", "key"), "Jira"),
    }
    words = (at(told, "summary"), _words(told.get("description")).strip())
    yield Item(common | {
        "entry_id": f"{at(issue, 'key')}/created",
        "logged_at": at(told, "created"),
        "actor": at(told, "reporter", "displayName"),
        "actor_id": at(told, "reporter", "accountId"),
        "text": "\n".join(part for part in words if part),
        "kind": "action",
    }, of=issue)  # fmt: skip
    yield from _changes(issue, common)
    for comment in objects(dig(told, "comment", "comments")):
        yield Item(common | {
            "entry_id": f"{at(issue, 'key')}/comment/{at(comment, 'id')}",
            "logged_at": at(comment, "created"),
            "actor": at(comment, "author", "displayName"),
            "actor_id": at(comment, "author", "accountId"),
            "text": _words(comment.get("body")).strip(),
            "kind": "note",
        }, of=comment)  # fmt: skip


def _is_issue(entry: dict[str, Any]) -> bool:
    told = (at(entry, "key"), at(entry, "fields", "created"), at(entry, "fields", "summary"))
    return None not in told


def _unpack(record: Any) -> Iterator[Item]:
    for issue in entries(record, "issues"):
        if _is_issue(issue):
            yield from _issue(issue)
        else:
            yield rejected(issue)


READERS: tuple[Reader, ...] = (
    Reader(
        name="jira-csv",
        title="Jira CSV (date form and zone of the profile)",
        gives="log",
        confirmed="public parser",
        recognise=_is_table,
        times={"logged_at": Times("any", None)},
        unfold=_unfold,
    ),
    Reader(
        name="jira-api",
        title="Jira REST API: issues with comments and changes",
        gives="log",
        confirmed="documentation",
        recognise=of_records(lambda r: any(_is_issue(issue) for issue in entries(r, "issues"))),
        times={"logged_at": Times("iso", "UTC")},
        unpack=_unpack,
    ),
)
