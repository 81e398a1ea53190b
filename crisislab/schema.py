"""The tables: columns, types, units and meanings, declared once.

Instants end in ``_at`` and are UTC (``datetime64[us, UTC]``); ids are text; counts start with
``n_`` and are nullable integers (missing is never 0); shares end in ``_share`` (0 to 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

Type = Literal["text", "instant", "count", "number", "flag"]
_DTYPES: dict[Type, Any] = {
    "text": "str",
    "instant": "datetime64[us, UTC]",
    "count": "Int64",
    "number": "float64",
    "flag": "bool",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, type and meaning (with the unit where there is one)."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True)
class Table:
    """A named table with its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the right empty table, a new one each time."""
        return self._none.copy()

    @cached_property
    def _none(self) -> pd.DataFrame:
        return self.conform(pd.DataFrame())

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a new frame with exactly these columns, in order and typed.

        Columns that the frame lacks are filled with missing values (``False`` for flags);
        columns that the table does not know are dropped.

        Raises:
            ValueError: If a value cannot have the type of its column.
        """
        data = {c.name: _typed(frame, c) for c in self.columns}
        return pd.DataFrame(data, index=pd.RangeIndex(len(frame)))


def _typed(frame: pd.DataFrame, column: Column) -> Any:
    dtype = _DTYPES[column.type]
    if column.name not in frame.columns:
        fill = False if column.type == "flag" else None
        return pd.Series([fill] * len(frame), dtype=dtype)
    values = frame[column.name].reset_index(drop=True)
    if column.type == "instant":
        return pd.to_datetime(values, utc=True).astype(dtype)
    if column.type == "number":
        return pd.to_numeric(values).astype(dtype)
    return values.astype(dtype)


def _columns(*rows: tuple[str, Type, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


_SOURCE: tuple[tuple[str, Type, str], ...] = (
    ("source", "text", "reader that recognised the file, such as x-v2"),
    ("source_file", "text", "file (and member) the row came from, relative to the case"),
    ("source_row", "count", "line of the file or row of the sheet, as an editor shows it"),
    ("zone_origin", "text", "how the time zone is known: in the file, epoch, declared, id clock"),
    ("flags", "text", "codes of what is flagged about the row, blank-separated"),
)

POSTS = Table(
    "posts",
    "one public item: post, reply, repost, quote, comment, review or message",
    _columns(
        (
            "platform",
            "text",
            "where it was published: x, facebook, instagram, youtube, tiktok, reddit, ...",
        ),
        ("post_id", "text", "id of the item on its platform; unique with platform"),
        ("created_at", "instant", "when the item was published"),
        ("kind", "text", "post, reply, repost, quote, comment, review or message"),
        ("author_id", "text", "id of the author on the platform"),
        ("author_handle", "text", "handle of the author without @, as exported"),
        ("author_name", "text", "display name of the author"),
        ("text", "text", "text of the item; empty when the item has none"),
        ("text_as_exported", "text", "text as the file has it, where it was repaired or unescaped"),
        ("lang", "text", "language code of the text (ISO 639-1); missing when not known"),
        ("parent_id", "text", "item this one answers (post_id on the same platform)"),
        ("root_id", "text", "first item of the thread, as the platform states it"),
        ("shared_id", "text", "item this one reposts or quotes"),
        ("mentions", "text", "handles named in the text without @, blank-separated"),
        ("url", "text", "address of the item"),
        ("n_followers", "count", "followers of the author as of export"),
        ("n_likes", "count", "likes or reactions as of export"),
        ("n_reposts", "count", "reposts or shares as of export"),
        ("n_replies", "count", "replies or comments as of export"),
        ("n_quotes", "count", "quotes as of export"),
        ("n_impressions", "count", "times displayed, as reported by the platform"),
        ("collected_at", "instant", "when the collector saw the item"),
        ("vendor_sentiment", "text", "sentiment label or score as the vendor estimated it"),
        ("vendor_reach", "number", "reach as the vendor estimated it, people"),
        ("inbound", "text", "true/false where the export says who writes to whom; else missing"),
        ("own", "flag", "published by one of the brand's accounts"),
        ("automated", "flag", "published by a declared automatic account of the brand"),
        *_SOURCE,
    ),
)

LOG = Table(
    "log",
    "one entry of the incident log: who did what when, on which channel",
    _columns(
        ("entry_id", "text", "id of the entry in its log"),
        ("logged_at", "instant", "when it happened, as logged"),
        ("actor", "text", "who, as written in the log"),
        ("actor_id", "text", "account id of the actor where the log has one"),
        ("text", "text", "what was said or done"),
        ("text_as_exported", "text", "text as the file has it, where it was repaired or unescaped"),
        ("channel", "text", "where: #channel, spreadsheet column, tool"),
        ("kind", "text", "message, action, alert, status, note or system"),
        ("action", "text", "plan action named by the entry itself, if any"),
        ("milestone", "text", "milestone named by the entry itself, if any"),
        ("thread_id", "text", "thread the entry belongs to"),
        ("link", "text", "address the entry points to"),
        ("automated", "flag", "written by a bot or an integration"),
        ("drill", "flag", "belongs to a drill, not to the real crisis"),
        *_SOURCE,
    ),
)

LEDGER = Table(
    "ledger",
    "one input file: n_lines = header + loaded + rejected + duplicates + blank + "
    "preamble + footer + continuation + context",
    _columns(
        ("source_file", "text", "file (and member)"),
        ("source", "text", "reader that recognised it"),
        ("unit", "text", "what is counted: line, row or item"),
        ("n_lines", "count", "units in the file, counted apart from parsing"),
        ("n_header", "count", "header lines"),
        ("n_loaded", "count", "loaded as rows"),
        ("n_rejected", "count", "set aside, each with its reason"),
        ("n_duplicates", "count", "left out because the same item is loaded from elsewhere"),
        ("n_blank", "count", "blank lines"),
        ("n_preamble", "count", "lines before the header"),
        ("n_footer", "count", "lines after the data"),
        ("n_continuation", "count", "further lines of a row whose text has line breaks"),
        ("n_context", "count", "items present as context only (such as a parent shown beside)"),
        ("sha256", "text", "hash of the file"),
    ),
)

ISSUES = Table(
    "issues",
    "one finding about an input",
    _columns(
        ("code", "text", "stable code"),
        ("severity", "text", "fixed, flagged or refused"),
        ("source_file", "text", "file (and member)"),
        ("source_row", "count", "first line it concerns"),
        ("column", "text", "column by its own name"),
        ("value", "text", "an example of the value found"),
        ("n", "count", "rows it concerns"),
        ("n_of", "count", "rows looked at"),
        ("message", "text", "what was found and what it means"),
        ("fix", "text", "one safe way to settle it"),
    ),
)

REJECTS = Table(
    "rejects",
    "one row set aside",
    _columns(
        ("source_file", "text", "file (and member)"),
        ("source_row", "count", "line or row"),
        ("code", "text", "why"),
        ("column", "text", "column the reason lies in"),
        ("value", "text", "the value, escaped, at most 80 characters"),
    ),
)

METRICS = Table(
    "metrics",
    "one number: every number the project prints",
    _columns(
        ("metric", "text", "name of the metric as in the definitions"),
        ("scope", "text", "what it is computed over: all, platform=x, action=..., percentile=50"),
        ("value", "number", "the number; missing when it cannot be told or was not reached"),
        (
            "unit",
            "text",
            "minutes, share, points, share-hours, count, index, probability, instant (epoch s)",
        ),
        ("n", "count", "items it rests on"),
        ("lower", "number", "lower end of the interval"),
        ("upper", "number", "upper end of the interval"),
        ("method", "text", "estimator and interval"),
        ("note", "text", "code of the caveat that changes how to read it"),
        ("evidence", "text", "rows it comes from: file:row, blank-separated, or the table"),
    ),
)

ACTIONS = Table(
    "actions",
    "one action of the plan with its state",
    _columns(
        ("action", "text", "id of the action in the plan"),
        ("name", "text", "name of the action"),
        ("owner", "text", "role that owns it"),
        ("state", "text", "one of nine (docs/method.md); no evidence is not observable"),
        ("due_at", "instant", "when it was due"),
        ("done_at", "instant", "when it was done"),
        ("late_minutes", "number", "done minus due, minutes; negative is early"),
        ("done_by", "text", "who did it, as logged"),
        ("confidence", "text", "documented, corroborated or recollection"),
        ("reason", "text", "code of the reason for the state"),
        ("evidence", "text", "rows that prove it (or to choose from): file:row, blank-separated"),
        (
            "also",
            "text",
            "what else is true of it: late, out_of_order, approved_after, not_approved",
        ),
        ("override", "text", "reason written in case.toml where people decided, else empty"),
    ),
)

CANDIDATES = Table(
    "candidates",
    "one row of the exports that may prove an action of the plan",
    _columns(
        ("action", "text", "id of the action in the plan"),
        ("row", "text", "file:row"),
        ("at", "instant", "when"),
        ("actor", "text", "who, as written"),
        ("channel", "text", "where"),
        ("text", "text", "what was written"),
        (
            "standing",
            "text",
            "proof (what it rests on), later, doubtful, elsewhere, misspelt, confirmed, rejected",
        ),
        ("doubt", "text", "why it does not say that it was done: question, negated, planned"),
        ("would_be", "text", "state of the action if this row were its proof"),
        ("reason", "text", "reason written in case.toml, if any"),
    ),
)

PROMISES = Table(
    "promises",
    "one promise of a public statement",
    _columns(
        ("said_at", "instant", "when it was made"),
        ("platform", "text", "platform where it was made first"),
        ("text", "text", "the sentence"),
        ("kind", "text", "inform (would show in posts) or deed (would not)"),
        ("due_at", "instant", "by when"),
        ("state", "text", "kept, late, broken or open"),
        ("reason", "text", "code of the reason"),
        ("kept_at", "instant", "when it was kept"),
        ("rows", "text", "rows that made it, file:row"),
        ("kept_by", "text", "row that kept it"),
        ("override", "text", "reason written in case.toml, if any"),
    ),
)

OWNED = Table(
    "owned",
    "one change of the brand's own posts",
    _columns(
        ("change", "text", "correction, edit or removal"),
        ("at", "instant", "when"),
        ("where", "text", "platform, or channel of the log that tells of it"),
        ("text", "text", "what was written"),
        ("known_by", "text", "posts or log"),
        ("rows", "text", "file:row"),
    ),
)

RECOGNISED = Table(
    "recognised",
    "one entry of the log that names a scenario",
    _columns(
        ("at", "instant", "when"),
        ("scenario", "text", "id of the scenario"),
        ("name", "text", "its name"),
        ("actor", "text", "who named it"),
        ("text", "text", "the entry"),
        ("rows", "text", "file:row"),
    ),
)

ROLES = Table(
    "roles",
    "one role of the plan",
    _columns(
        ("role", "text", "id"),
        ("name", "text", "name"),
        ("n_actions", "count", "its actions that were called for and observable"),
        ("n_on_time", "count", "of these, on time"),
        ("n_late", "count", "late"),
        ("n_not_done", "count", "not done"),
        ("n_by_others", "count", "done by others"),
        ("stood_in", "text", "who did them"),
        ("n_entries", "count", "entries of its people during the crisis"),
        ("first_at", "instant", "the first of them"),
        ("acted", "flag", "whether anybody of the role was seen"),
        ("waited", "text", "actions of others that waited for this role"),
    ),
)

SHIFTS = Table(
    "shifts",
    "one shift that fell into the crisis",
    _columns(
        ("role", "text", "id of the role"),
        ("shift", "text", "name of the shift"),
        ("begins_at", "instant", "begin"),
        ("ends_at", "instant", "end"),
        ("people", "text", "who was on it"),
        ("n_entries", "count", "entries of these people within"),
        ("seen", "flag", "whether there is any"),
    ),
)

IMPROVISED = Table(
    "improvised",
    "one act that no action of the plan foresees",
    _columns(
        ("at", "instant", "when"),
        ("actor", "text", "who"),
        ("action", "text", "name the log gives it"),
        ("channel", "text", "where"),
        ("text", "text", "what was written"),
        ("rows", "text", "file:row"),
    ),
)

RATINGS = Table(
    "ratings",
    "one rating of one rater (ratings.csv)",
    _columns(
        ("action", "text", "id of the action (the critical task)"),
        ("rater", "text", "who rates; evidence is the proposal"),
        ("rating", "text", "P, S, M, U or O (not observed)"),
        ("rows", "text", "rows it rests on, file:row"),
        ("note", "text", "why"),
    ),
)

IMPROVEMENTS = Table(
    "improvements",
    "one line of the improvement plan (improvements.csv)",
    _columns(
        ("id", "text", "id that stays over the crises"),
        ("capability", "text", "capability of the plan"),
        ("issue", "text", "what was found"),
        ("corrective_action", "text", "what is to be done"),
        ("element", "text", "planning, organisation, equipment, training or exercise"),
        ("owner", "text", "role or person"),
        ("start_on", "text", "day it starts"),
        ("due_on", "text", "day it is due"),
        ("status", "text", "proposed, open, done or dropped"),
        ("actions", "text", "actions of the plan it concerns, blank-separated"),
        ("evidence", "text", "rows it comes from, file:row"),
        ("source", "text", "crisis or drill it was found in"),
    ),
)

VERDICTS = Table(
    "verdicts",
    "one judgement with its evidence",
    _columns(
        (
            "subject",
            "text",
            "what is judged: plan_followed, targets_met, response_helped, target=...",
        ),
        ("verdict", "text", "met, not met, cannot tell, followed, partly, not followed, ..."),
        ("confidence", "text", "high, moderate, low or none"),
        ("reason", "text", "code of the reason"),
        ("value", "number", "the number it rests on"),
        ("lower", "number", "lower end of its interval"),
        ("upper", "number", "upper end of its interval"),
        ("threshold", "number", "what the plan asks for"),
        ("unit", "text", "unit of value and threshold"),
        ("n", "count", "items it rests on"),
        ("evidence", "text", "metric rows or log rows behind it"),
    ),
)

SAMPLE = Table(
    "sample",
    "one text to label, as drawn; 40 stand twice",
    _columns(
        ("position", "count", "place in the order of labelling, from 1"),
        ("text_key", "text", "key of the text without case, links and handles; copies share it"),
        ("platform", "text", "platform of the post shown, a copy by lot"),
        ("post_id", "text", "id of the post shown, a copy by lot"),
        ("created_at", "instant", "when the post shown was published"),
        ("text", "text", "the text"),
        ("lang", "text", "language code of the text"),
        ("size", "count", "posts of the population with this text"),
        ("probability", "number", "chance of the text to be drawn, over 0 to 1"),
        ("stratum", "text", "part of the period it was drawn from"),
        ("n_stratum", "count", "texts drawn in this part"),
        ("round", "count", "1: first showing, 2: shown again to measure one's own consistency"),
        ("sampling", "text", "random, or active (chosen by the model: never for shares)"),
    ),
)

LABELS = Table(
    "labels",
    "one answer of one coder; the file only grows, the last answer counts",
    _columns(
        ("task", "text", "what was asked: sentiment, or a flag of the tone of replies"),
        ("text_key", "text", "key of the text, as in the sample"),
        ("platform", "text", "platform of the post that was shown"),
        ("post_id", "text", "id of the post that was shown"),
        ("label", "text", "negative, neutral, positive, yes, no or unsure"),
        ("coder", "text", "who labelled"),
        ("labelled_at", "instant", "when"),
        ("round", "count", "1: first showing, 2: shown again"),
        ("probability", "number", "chance of the text to be drawn, over 0 to 1"),
        ("size", "count", "posts of the population with this text when it was drawn"),
        ("stratum", "text", "part of the period it was drawn from"),
        ("n_stratum", "count", "texts drawn in this part"),
        ("sampling", "text", "random or active"),
    ),
)

COPIES = Table(
    "copies",
    "one copy of a post that stands in several exports; one of them is kept",
    _columns(
        ("platform", "text", "where it was published"),
        ("post_id", "text", "id of the item on its platform"),
        ("kept", "flag", "whether this copy is the one counted"),
        ("collected_at", "instant", "when the collector saw this copy"),
        ("n_followers", "count", "followers of the author in this copy"),
        ("n_likes", "count", "likes or reactions in this copy"),
        ("n_reposts", "count", "reposts or shares in this copy"),
        ("n_replies", "count", "replies or comments in this copy"),
        ("n_quotes", "count", "quotes in this copy"),
        ("n_impressions", "count", "times displayed in this copy"),
        ("text", "text", "text of this copy"),
        ("source", "text", "reader that recognised the file"),
        ("source_file", "text", "file (and member) this copy came from"),
        ("source_row", "count", "line of the file or row of the sheet"),
    ),
)

TABLES = (
    POSTS,
    LOG,
    LEDGER,
    ISSUES,
    REJECTS,
    COPIES,
    METRICS,
    ACTIONS,
    CANDIDATES,
    VERDICTS,
    SAMPLE,
    LABELS,
)


def dictionary() -> str:
    """Return the data dictionary in Markdown: every table with its columns.

    ``docs/data_dictionary.md`` is this text; a test keeps them equal.

    >>> dictionary().splitlines()[0]
    '# Data dictionary'
    """
    lines = ["# Data dictionary", "", "Made from `crisislab/schema.py`. Instants are UTC."]
    for table in TABLES:
        lines += ["", f"## {table.name}", "", f"One row is {table.row}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.type} | {c.meaning} |" for c in table.columns]
    return "\n".join(lines) + "\n"
