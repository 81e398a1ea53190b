"""What a nasty export is, posts with known truth to write into one, and how a load is judged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from crisislab.errors import Problem
from crisislab.read import LoadedLog, LoadedPosts, read_log, read_posts
from tests.read.exports import PARTS

Verdict = Literal["right", "flagged", "refused", "silent"]
Truth = list[dict[str, Any]]
EPOCH = 1288834974657
MADRID = ZoneInfo("Europe/Madrid")


@dataclass(frozen=True)
class P:
    """A post with its truth."""

    id: str
    at: dt.datetime
    handle: str
    name: str
    text: str
    likes: int
    reposts: int
    replies: int
    parent: str = ""

    def said(self, form: str, zone: dt.tzinfo = dt.UTC) -> str:
        """The moment in a form of strftime."""
        return self.at.astimezone(zone).strftime(form)

    def truth(self, **more: Any) -> dict[str, Any]:
        """What must be loaded."""
        return {
            "post_id": self.id, "created_at": self.said("%Y-%m-%d %H:%M:%S"), "text": self.text,
            "n_likes": self.likes,
        } | more  # fmt: skip


def snowflake(at: dt.datetime, n: int) -> str:
    """An id of X for this moment."""
    ms = int(at.timestamp() * 1000) + 137
    return str(((ms - EPOCH) << 22) | (n * 7919 + 4099))


_TEXTS = (
    "¿Y mi dinero? Llevo 3 días esperando, qué vergüenza",
    "Primera línea\nsegunda línea; con punto y coma, y coma",
    'Dijeron "lo sentimos" y colgaron',
    "RT: no compréis ahí 😡🇪🇸👩‍👩‍👧",
    "مرحبا @marca أين طلبي؟",
    "=SUMA(1;2) me habéis hecho la cuenta mal",
    "Total, que nadie contesta",
    "-50 % y ni así",
    "NA",
    "l'avió no surt; «això és una vergonya»",
    "İstanbul ISPARTA ıi ñandú ﬁn",
    "id,created_at,text es lo que pone arriba",
)
_NAMES = ("Ana Núñez", "نور الهدى", "Luis, el de Cádiz", "Zoë 🌈", "NA", 'Bob "B" O\'Neil')


def posts(n: int = 12, *, start: str = "2026-03-05T09:07:21", step: int = 7411) -> list[P]:
    """Posts some two hours apart, over days on both sides of the twelfth when there are many."""
    first = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    made: list[P] = []
    for i in range(n):
        at = first + dt.timedelta(seconds=step * i)
        words = _TEXTS[i % len(_TEXTS)] + ("" if i < len(_TEXTS) else f" {i}")
        made.append(P(snowflake(at, i), at, f"user_{i % 5}", _NAMES[i % 6], words,
                      17 * i + 3, 3 * i, i, made[i - 1].id if i % 4 == 3 else ""))  # fmt: skip
    return made


def plain(n: int = 12, **more: Any) -> list[P]:
    """Posts with serial ids, as platforms without an id clock have."""
    return [P(str(84_001 + 13 * i), p.at, p.handle, p.name, p.text, p.likes, p.reposts, p.replies)
            for i, p in enumerate(posts(n, **more))]  # fmt: skip


def simple(n: int = 12, **more: Any) -> list[P]:
    """The same with texts of one line and no quotation marks."""
    return [P(p.id, p.at, p.handle, p.name.replace('"', ""), f"Queja número {i}, señor", p.likes,
              p.reposts, p.replies, p.parent) for i, p in enumerate(plain(n, **more))]  # fmt: skip


def sheet(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, sep: str = ",", end: str = "\r\n",
    quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL,
) -> str:  # fmt: skip
    """A delimited table."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep, lineterminator=end, quoting=quoting)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Nasty:
    """One nasty export.

    Attributes:
        name: What it is: family and damage.
        file: Name of the file.
        content: Its bytes.
        truth: What must be in the table, row by row.
        expect: The verdict it must get.
        codes: Codes that must be told.
        declare: What the analyst declares.
        want: ``posts`` or ``log``.
        key: Column by which rows are found again.
    """

    name: str
    file: str
    content: bytes
    truth: Truth
    expect: Verdict = "right"
    codes: frozenset[str] = frozenset()
    declare: Mapping[str, Any] = field(default_factory=dict)
    want: Literal["posts", "log"] = "posts"
    key: str = "post_id"


def case(
    name: str, file: str, content: str | bytes, truth: Truth, expect: Verdict = "right",
    *codes: str, encoding: str = "utf-8", **more: Any,
) -> Nasty:  # fmt: skip
    """A nasty export out of its text."""
    data = content if isinstance(content, bytes) else content.encode(encoding)
    fields = {k: more.pop(k) for k in ("want", "key") if k in more}
    return Nasty(name, file, data, truth, expect, frozenset(codes), more, **fields)


def load(nasty: Nasty, folder: Path) -> LoadedPosts | LoadedLog:
    """Write the export and load it."""
    path = folder / nasty.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(nasty.content)
    reads = read_posts if nasty.want == "posts" else read_log
    return reads(path, strict=False, **nasty.declare)


def rows_of(loaded: LoadedPosts | LoadedLog) -> pd.DataFrame:
    """The table that was loaded."""
    return loaded.posts if isinstance(loaded, LoadedPosts) else loaded.log


def judge(nasty: Nasty, loaded: LoadedPosts | LoadedLog) -> tuple[Verdict, str]:
    """Return the verdict on a load and what was wrong."""
    told = {p.code: p.severity for p in loaded.problems}
    rows = rows_of(loaded)
    if "refused" in told.values():
        return "refused", ""
    if not _adds_up(loaded):
        return "silent", "the ledger does not add up"
    wrong = list(_wrong(nasty, rows))
    missing = sum(text.startswith("missing") for text in wrong)
    n_out = len(loaded.rejects) + int(loaded.ledger[["n_footer", "n_duplicates"]].sum().sum())
    harmless = {"CL-PLATFORM-UNKNOWN", "CL-IDS-MADE", "CL-TABLE-PREAMBLE", "CL-FILE-NO-END"}
    flagged = {code for code, severity in told.items() if severity == "flagged"} - harmless
    if wrong and not (flagged and missing == len(wrong) <= n_out):
        return "silent", str(wrong[:3])
    return ("flagged" if flagged else "right"), ""


def _adds_up(loaded: LoadedPosts | LoadedLog) -> bool:
    told = sum(loaded.ledger[f"n_{part}"] for part in PARTS)
    return bool((told == loaded.ledger["n_lines"]).all())


def _wrong(nasty: Nasty, rows: pd.DataFrame) -> Iterator[str]:
    known = {str(row[nasty.key]): row for row in rows.to_dict("records")}
    wanted = {str(row[nasty.key]) for row in nasty.truth}
    for extra in known.keys() - wanted:
        yield f"extra {extra!r}"
    if len(known) != len(rows):
        yield "double keys"
    for truth in nasty.truth:
        row = known.get(str(truth[nasty.key]))
        if row is None:
            yield f"missing {truth[nasty.key]!r}"
            continue
        for column, value in truth.items():
            own = _shown(row[column])
            if own != ("" if value is None else str(value)):
                yield f"{column} of {truth[nasty.key]!r}: {own!r}, not {value!r}"


def _shown(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M:%S") + (f".{value.microsecond:06d}"
                                                      if value.microsecond else "")  # fmt: skip
    return str(value)


def messages(problems: Iterable[Problem]) -> Iterator[tuple[str, str]]:
    """Every message in both languages."""
    for problem in problems:
        for lang in ("es", "en"):
            yield problem.code, problem.message(lang)
