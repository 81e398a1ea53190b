"""Problems of columns that are somebody else's: for every code, the smallest export that has it."""

from __future__ import annotations

from typing import Any

from tests.read.exports import table

_N = 12


def said(i: int) -> str:
    """Return a text of a row, unlike those of others."""
    return f"llevo {i + 2} días sin servicio y nadie me contesta en la tienda {i}"


def at(i: int) -> str:
    """Return the time of a row."""
    return f"2026-03-05T12:{i:02d}:00Z"


def made(header: str, *cells: str) -> str:
    """Return a table of twelve rows; in a cell, {i}, {at} and {said} are those of the row."""
    rows = (";".join(cells).format(i=i, at=at(i), said=said(i)) for i in range(_N))
    return table(*rows, header=header)


UNUSED: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "CL-TEXT-RICHER": ("title.csv", made("id;created_at;title;c3", "{i}", "{at}",
                                         "Retirada de Acme", "{said}"), {}),
    "CL-COUNT-ABOVE": ("comments.csv", made("id;created_at;comment;shares;views", "{i}", "{at}",
                                            "{said}", "70", "9000"), {}),
    "CL-AUTHOR-ACCOUNT": ("page.csv", made("id;created_at;text;account", "{i}", "{at}",
                                           "@acme {said}", "acme"), {}),
    "CL-AUTHOR-PERSON": ("care.csv", made("id;created_at;message;account;customer", "{i}", "{at}",
                                          "{said}", "agente", "ana{i}"), {}),
    "CL-AUTHOR-NONE": ("written.csv", made("id;created_at;text;written_by", "{i}", "{at}",
                                           "{said}", "Ana N{i}"), {}),
    "CL-AUTHOR-EMAIL": ("mails.csv", made("id;created_at;message;sender;c4", "{i}", "{at}",
                                          "{said}", "ana{i}@correo.es", "ana{i}"), {}),
    "CL-SOURCE-ACCOUNTS": ("people.csv", made(
        "id;username;name;created_at;description;followers;following;verified", "{i}", "ana{i}",
        "Ana {i}", "{at}", "madre de {i} y lectora", "7{i}", "9", "no"), {}),
}  # fmt: skip
