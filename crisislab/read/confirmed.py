"""The table of readers for the docs: what each reads, and how well its layout is known."""

from __future__ import annotations

from crisislab.read.sources import readers

_KNOWN = {
    "real file": "real file read",
    "public parser": "public parser of real files",
    "documentation": "vendor's documentation only",
}
_GIVES = {"posts": "posts", "log": "incident log", "other": "known, set aside whole"}
_DECLARED = """\
## Read by a declared mapping

No file, parser or documentation of their columns was found, so they have no reader of their own;
columns are recognised by name, or declared in `case.toml` (`[sources] columns`, `zone`, `dates`),
which `crisislab new` proposes:

| export | why |
|---|---|
| Hootsuite: table of posts | header not published; totals are set aside |
| Hootsuite Inbox 2.0: messages | its help page names the file and an id, not the header |
| Sprout Social: Inbox, Task, Engagement | its help pages tell the figures, not the header |
| Meta Business Suite in Spanish | header not seen; columns by name, network to be declared |
| Sprinklr, Mention | header not published |
| Opsgenie: alert table | header not published; API answers and webhook calls have readers |
| any other CSV, TSV, XLSX, ODS, JSON or Parquet | a time and a text (or an id) are enough |
"""


def readers_table() -> str:
    """Return the page ``docs/sources.md``; a test keeps both equal.

    >>> readers_table().splitlines()[0]
    '# Sources'
    """
    lines = [
        "# Sources", "",
        "Made from the readers in `crisislab/read/sources`. A layout is recognised by a subset of",
        "its columns or keys, never by the file's name.", "",
        "| reader | layout | gives | how well confirmed |", "|---|---|---|---|",
    ]  # fmt: skip
    for reader in sorted(readers(), key=lambda reader: reader.name):
        gives, known = _GIVES[reader.gives], _KNOWN[reader.confirmed]
        lines.append(f"| `{reader.name}` | {reader.title} | {gives} | {known} |")
    return "\n".join(lines) + "\n\n" + _DECLARED
