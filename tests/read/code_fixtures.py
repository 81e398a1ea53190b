"""For every code of a problem, the smallest input that raises it."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crisislab.check.accounts import check_accounts
from crisislab.check.basis import check_basis
from crisislab.check.brand import check_brand
from crisislab.check.plan_date import plan_after
from crisislab.check.sampling import check_sampling
from crisislab.enrich.crisis_sentiment import fit_crisis_sentiment
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.bayes import causalpy
from crisislab.judge.improvement import read_improvements
from crisislab.judge.ratings import read_ratings
from crisislab.label.record import record
from crisislab.label.sheets import read_label_sheet
from crisislab.library.book import Library, PastCase, read_library
from crisislab.library.keep import past_case
from crisislab.manual import BOOK, read_manual, starting_point
from crisislab.manual.book import write_book
from crisislab.manual.sheets import read_book
from crisislab.material import Scale, on_engine
from crisislab.measure.engagement import compare_periods
from crisislab.new import new_case
from crisislab.opening import open_case
from crisislab.read import read_log, read_posts
from crisislab.read._ledger import Tally
from crisislab.read.control import read_control
from crisislab.read.crisis_list import read_crisis_list
from crisislab.read.labels import read_labels
from crisislab.report.forms import form_files
from crisislab.report.look import read_look
from crisislab.report.pdf import pdf_bytes
from crisislab.report.replace import BESIDE, replace_files
from crisislab.schema import LABELS
from crisislab.session import open_session
from crisislab.simulate.collector import SPOILT, clean_series
from crisislab.simulate.exercise import write_drill
from crisislab.store import open_store, store_posts
from tests.build import PLAN
from tests.build import posts as built
from tests.read.code_fixtures_parquet import PARQUET, lake
from tests.read.code_fixtures_report import REPORT
from tests.read.code_fixtures_safety import SAFETY
from tests.read.code_fixtures_sources import SOURCES
from tests.read.code_fixtures_unused import UNUSED
from tests.read.exports import HEADER, dated, lines, rows, table
from tests.read.test_faults import CASES
from tests.report.fake import make_review

X_IDS = [1772000000000000000 + i * 4194304 * 60_000 for i in range(5)]
HOURS = [int(((x >> 22) + 1288834974657) // 1000) for x in X_IDS]


def _at(i: int, form: str, hours: int = 0) -> str:
    return (pd.Timestamp(HOURS[i], unit="s") + pd.Timedelta(hours=hours)).strftime(form)


def _x(form: str, hours: int = 0, odd: str = "") -> str:
    cells = [f"{x};{_at(i, form, hours)};a{i}" for i, x in enumerate(X_IDS)]
    extra = [f"{X_IDS[0] + k};{_at(0, form, hours)};c{k}" for k in range(1, 21)] if odd else []
    tail = [f"{X_IDS[0] + 99};{odd};z"] if odd else []
    return table(*cells, *extra, *tail)


def _zip(*names: str, lock: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, HEADER + rows(1))
    data = bytearray(out.getvalue())
    if lock:
        data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _book(**sheets: list[tuple[object, ...]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            if name == "Old":
                sheet.hide()
            for i, row in enumerate(cells):
                sheet.write_row(i, 0, row)
    return out.getvalue()


def _filtered() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Posts")
        for i, row in enumerate([*_GOOD, ("2", "2026-03-05T12:16:00Z", "adiós")]):
            sheet.write_row(i, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    return out.getvalue()


def odd_cells() -> bytes:
    """A sheet with a formula without its result, an error, and merged words and numbers."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Posts")
        sheet.write_row(0, 0, ("id", "created_at", "author", "text", "likes", "shares"))
        for i in range(1, 6):
            own = (f"ana{i}", f"hola {i}", i, i) if i < 5 else ("", f"hola {i}", i, "")
            sheet.write_row(i, 0, (str(i), f"2026-03-05T12:0{i}:00Z", *own))
        sheet.write_formula("D2", "=1+1")
        sheet.write_formula("E3", "=Z1", None, "#REF!")
        sheet.write_formula("D4", "=+hola", None, "#NAME?")
        sheet.merge_range("C5:C6", "luis")
        sheet.merge_range("F5:F6", 7)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<f>1+1</f><v>0</v>", b"<f>1+1</f>"))
    return made.getvalue()


def _log(text: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    """Return what reads a log kept by people."""

    def read(folder: Path, _: pytest.MonkeyPatch) -> object:
        path = folder / "log.csv"
        path.write_text(text, "utf-8")
        raise CrisisLabError(*read_log(path, zone="UTC", root=folder).problems)

    return read


def _ack(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "duty.csv").write_text(
        "id,incident_number,description,service_name,created_at,seconds_to_first_ack\n"
        "P1,7,web down,web,25/03/2026 10:00,60\n", "utf-8",
    )  # fmt: skip
    loaded = read_log(folder / "duty.csv", zone="UTC", strict=False)
    raise CrisisLabError(*loaded.problems)


_NAMES = ("id", "created_at", "text")
_GOOD = [_NAMES, ("1", "2026-03-05T12:15:00Z", "hola")]
_MORE = [_NAMES, ("2", "2026-03-05T12:15:00Z", "hola")]
_LOG = (
    '{"log_entries": [{"id": "R1", "type": "trigger_log_entry", "summary": "Triggered", '
    '"created_at": "2026-03-05T10:00:00Z", "agent": {"summary": "ops"}}]}'
)
_WHATSAPP = (
    '05/03/2026, 10:15 - Ana created group "Crisis"\n05/03/2026, 10:16 - Ana: hola\n'
    "25/03/2026, 10:17 - Luis: vale\n"
)
_TWARC_USERS = "id,username,public_metrics.followers_count,pinned_tweet_id\n1,ana,5,\n"
# Name, content, keywords: what read_posts is given.
READ: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    code: (name, content, keywords)
    for name, content, keywords, _, found in reversed(CASES)
    for code in found
} | {
    "CL-FILE-BOMB": ("bomb.csv.gz", gzip.compress(b"," * 2**25, mtime=0), {}),
    "CL-FILE-DAMAGED": ("book.xlsx", _zip("[Content_Types].xml").replace(
        HEADER.encode()[:20], b"<!DOCTYPE a [<!ENTIT"), {}),
    "CL-SOURCE-UNKNOWN": ("c.csv", "c1,c2\n2026-03-05T12:00:00Z,hola\n", {}),
    "CL-TIME-FORMAT": ("words.csv", table("1;yesterday;2026-03-05T12:00:00Z;a",
                       header="id;created_at;c2;text"), {}),
    "CL-IDS-MADE": ("made.csv", "fecha;autor;texto;c0\n2026-03-05T12:00:00Z;ana;hola;77\n", {}),
    "CL-TIME-ZONE-NAME": ("naive.csv", dated("2026-03-05 10:00:00"), {"zone": "Madrid"}),
    "CL-COLUMN-MISSING": ("missing.csv", ("id,created_at,text,idiomas\n"
                          "1,2026-03-05T12:00:00Z,hola,es\n"), {"columns": {"lang": "idioma"}}),
    "CL-FILE-LOCKED": ("locked.zip", _zip("a.csv", lock=True), {}),
    "CL-FILE-UNSAFE": ("slip.zip", _zip("../a.csv"), {}),
    "CL-FILE-SKIPPED": ("folder/photo.png", b"\x89PNG" + b"\0" * 9, {}),
    "CL-IDS-MISSING": ("no_id.csv", table(
        ";2026-03-05T12:00:00Z;a", "2;2026-03-05T12:00:00Z;a"), {}),
    "CL-LOAD-NOTHING": ("empty.csv", "", {}),
    "CL-PLATFORM-PROVEN": ("x.csv", _x("%Y-%m-%d %H:%M:%SZ"), {}),
    "CL-PLATFORM-UNKNOWN": ("plain.csv", HEADER + rows(2), {}),
    "CL-TIME-ZONE": ("naive.csv", dated("2026-03-05 10:00:00"), {}),
    "CL-TIME-ORDER": ("dmy.csv", dated("05/03/2026 10:00Z"), {}),
    "CL-TIME-ORDER-BOTH": ("both.csv", dated("25/03/2026 10:00Z", "03/25/2026 10:00Z"), {}),
    "CL-TIME-PROVEN": ("x.csv", _x("%Y-%m-%d %H:%M:%S"), {}),
    "CL-TIME-SHIFT": ("x.csv", _x("%Y-%m-%d %H:%M:%SZ", -8), {}),
    "CL-TIME-FROM-ID": ("x.csv", _x("%Y-%m-%d"), {}),
    "CL-TIME-COARSE": ("cut.csv", dated("46086,38", "46086,42"), {"zone": "UTC"}),
    "CL-TIME-ZONE-COLUMN": ("zones.csv", (
        "id;created_at;timezone;text\n1;2026-03-05 10:00:00;America/Bogota;a\n"),
        {"zone": "Europe/Madrid"}),
    "CL-TIME-ZONE-NAMED": ("named.csv", "id;created_utc;text\n1;2026-03-05 10:00:00;a\n",
                           {"zone": "Europe/Madrid"}),
    "CL-TIME-APART": ("x.csv", _x("%Y-%m-%d %H:%M:%S", 0, "2026-03-05 10:00:00"), {}),
    "CL-IDS-SCIENTIFIC": ("sci.csv", table("1.57E+18;2026-03-05T10:00:00Z;a"), {}),
    "CL-IDS-FLOAT": ("float.csv", table("570306133677760512.0;2026-03-05T10:00:00Z;a"), {}),
    "CL-IDS-ROUNDED": ("round.csv", table(
        *(f"57030613367776{i}000;2026-03-05T12:00:0{i}Z;a" for i in range(9))), {}),
    "CL-TIME-HALF-CLOCK": ("half.csv", dated(
        *(f"2026-03-{5 + i // 12:02d} {i % 12 + 1:02d}:{i:02d}:00" for i in range(36))),
        {"zone": "UTC"}),
    "CL-TIME-ONE-MINUTE": ("minute.csv", dated(*(f"2026-03-05 {i:02d}:03" for i in range(24))),
                           {"zone": "UTC"}),
    "CL-TIME-ORDER-PASTED": ("two.csv", dated(
        "20/03/2026 10:00 UTC", "24/03/2026 10:05 UTC",
        *(f"04/{i:02d}/2026 11:00 UTC" for i in (5, 6, 7))), {}),
    "CL-TIME-ZONE-ABOVE": ("above.csv", "Report;Mentions\nTimezone;(GMT-05:00) Bogota\n"
                           + dated("2026-03-05 10:00"), {"zone": "Europe/Madrid"}),
    "CL-TEXT-ESCAPES": (
        "web.csv", "id,created_at,text\n1,2026-03-05T12:00:00Z,no &quot;va&quot;\n", {}),
    "CL-TEXT-CUT": ("short.csv", dated(
        *(f"2026-03-05T12:0{i}:00Z" for i in range(3)), text="no funciona la ap…"), {}),
    "CL-TEXT-QUESTION": ("lost.csv", dated(
        *(f"2026-03-05T12:0{i}:00Z" for i in range(3)), text="el tel?fono no va"), {}),
    "CL-ROW-SHIFTED": ("cells.csv", table("1;2026-03-05T12:00:00Z;¿Cuándo vuelve la luz?;65",
                       header="id;created_at;usuario;texto"), {}),
    "CL-WORD-NOTHING": ("null.csv", table(
        *(f"{i};2026-03-05T12:00:0{i}Z;NULL;a{i}" for i in range(3)),
        header="id;created_at;usuario;texto"), {}),
    "CL-IDS-STEPS": ("held.csv", table(*(
        f"{int(float(2029467700056556757 + i * 7_919_333))};2026-03-05T10:0{i}:00Z;a"
        for i in range(9))), {"platform": "tiktok"}),
    "CL-IDS-YES": ("yes.csv", table("1;2026-03-05T10:00:00Z;a;Sí", "2;2026-03-05T10:01:00Z;b;No",
                   header="id;created_at;text;in reply to"), {}),
    "CL-IDS-OWN-PARENT": ("own.csv", table(
        "1;2026-03-05T10:00:00Z;a;1", "2;2026-03-05T10:01:00Z;b;1",
        header="id;created_at;text;parent_id"), {}),
    "CL-COLUMN-NUMBERS": ("flags.csv", table(
        "1;2026-03-05T10:00:00Z;a;1", "2;2026-03-05T10:01:00Z;b;0",
        header="id;created_at;text;Retweet"), {}),
    "CL-SOURCE-NO-TIME": ("c.csv", "id,author,text,likes\n1,ana,hola,5\n2,eva,ya,12\n", {}),
    "CL-IDS-POST": ("comments.csv", table(
        *(f"k{i};{i % 2};2026-03-{5 + i:02d}T12:00:00Z;nota {i};u{i}" for i in range(6)),
        header="id;post_id;created_at;text;author"), {}),
    "CL-ROW-QUOTE-INSIDE": ("inside.csv", table('1;2026-03-05T10:00:00Z;"dijo "no" y ya"'), {}),
    "CL-ROW-SYSTEM": ("chat.txt", _WHATSAPP, {"zone": "Europe/Madrid"}),
    "CL-SHEET-HIDDEN": ("book.xlsx", _book(Posts=_GOOD, Old=_MORE), {}),
    "CL-CHAT-OTHER-FORM": (
        "chat.txt",
        ("25/10/26, 00:10 - Luis: Copio:\n[24/10/26, 20:01:05] Marta: avisamos a prensa\n"
        "25/10/26, 01:05 - Ana: fin\n"),
        {"zone": "Europe/Madrid"},
    ),
    "CL-SHEET-FORMULA": ("book.xlsx", odd_cells(), {}),
    "CL-SHEET-MERGED": ("book.xlsx", odd_cells(), {}),
    "CL-SHEET-MERGED-NUMBER": ("book.xlsx", odd_cells(), {}),
    "CL-SHEET-OTHER": ("book.xlsx", _book(Posts=_GOOD, Notes=[("nothing",), ("here",)]), {}),
    "CL-SOURCE-KIND": ("log.json", _LOG, {}),
    "CL-SOURCE-OTHER": ("users.csv", _TWARC_USERS, {}),
    "CL-TIME-MISSING": ("missing.csv", dated("2026-03-05T12:00:00Z", ""), {}),
    "CL-TIME-UNREADABLE": ("words.csv", dated(
        "2026-03-05T12:00:00Z", "2026-03-06T12:00:00Z", "hace 2 horas"), {}),
    "CL-COUNT-SEPARATOR": ("likes.csv", table(
        "1;2026-03-05T10:00:00Z;a;1.234", header="id;created_at;text;likes"), {}),
    "CL-FILE-CUT": ("cut.json", "[" + lines(3).replace("\n", ","), {}),
    "CL-TIME-ORDER-FOUND": ("late.csv", dated("05/03/2026 10:00Z", "25/03/2026 10:00Z"), {}),
    "CL-TIME-FUTURE": ("future.csv", dated("2126-03-29 02:30:00Z", "2026-03-29 04:30Z"), {}),
    "CL-TIME-BEFORE": ("before.csv", dated("1970-01-01T00:00:00Z", "2026-03-29 04:30Z"), {}),
}  # fmt: skip
READ |= (
    PARQUET
    | SOURCES
    | UNUSED
    | {
        "CL-TIME-HALF": (
            "half.csv",
            dated(
                "2026-05-03 10:00Z".replace("Z", ""),
                "25/03/2026 10:00",
                "2026-06-03 09:00",
                "26/03/2026 11:00",
            ),
            {"zone": "Europe/Madrid"},
        ),
        "CL-TIME-ONE-DAY": (
            "day.csv",
            dated(*(f"2026-0{i}-03 10:00" for i in range(1, 7))),
            {"zone": "Europe/Madrid"},
        ),
        "CL-TIME-ZONE-WORD": ("word.csv", dated("2026-03-05 10:00:00 IST"), {}),
        "CL-IDS-TIDIED": ("marks.csv", dated("2026-03-05T12:00:00Z").replace("1;", "\u200b1;"), {}),
        "CL-IDS-CLASH": (
            "rows.csv",
            table(
                *(f"{i % 3};2026-03-{5 + i}T12:00:00Z;nota {i};{90 + i}" for i in range(6)),
                header="id;created_at;text;c0",
            ),
            {},
        ),
        "CL-TABLE-HEADER-OTHER": (
            "two.csv",
            table(
                "1;2026-03-05T12:00:00Z;a;3;4",
                "2;2026-03-05T12:00:00Z;b;3;4",
                "Id;Fecha;Texto;Likes;Shares",
                "3;2026-03-05T12:00:00Z;c;4;3",
                header="id;created_at;text;shares;likes",
            ),
            {},
        ),
        "CL-TEXT-APOSTROPHE": ("guard.csv", dated("2026-03-05T12:00:00Z", text="'@ana"), {}),
        "CL-TEXT-FORMULA": ("error.csv", dated("2026-03-05T12:00:00Z", text="#NAME?"), {}),
        "CL-WORD-UNKNOWN": (
            "way.csv",
            table("1;2026-03-05T12:00:00Z;a;quizás", header="id;created_at;text;inbound"),
            {},
        ),
        "CL-KIND-BY-COLUMN": (
            "rt.csv",
            b"id,created_at,text,retweeted_status_id\n7,2026-03-05T12:00:00Z,hola,5\n",
            {"platform": "x"},
        ),
        "CL-KIND-BY-WORDS": (
            "rt.csv",
            dated("2026-03-05T12:00:00Z", text="RT @ana: hola"),
            {"platform": "x"},
        ),
        "CL-SHEET-ROWS-HIDDEN": ("book.xlsx", _filtered(), {}),
    }
)

CASE = """[case]
name = "C"
language = "en"
zone = "Europe/Madrid"
scenario = "a"
[brand]
name = "B"
[[brand.accounts]]
platform = "x"
handle = "marca"
[team]
zone = "Europe/Madrid"
"""
_TELL = """[[actions]]
id = "tell"
name = "Tell"
owner = "lead"
trigger = "call"
clock = "call"
deadline = "1 h"
order = 1
[actions.evidence]
source = "log"
words = ["told"]
"""
_BOTH = "".join(
    f'[[{kind}]]\naction = "call"\nrow = "log/log.csv:2"\nreason = "seen"\n'
    for kind in ("confirm", "reject")
)
# Code: file, the words to replace, and by what.
EDITED: dict[str, tuple[str, str, str]] = {
    "CL-SET-DURATION": ("plan.toml", 'deadline = "30 min"', 'deadline = "30"'),
    "CL-SET-UNKNOWN-KEY": ("plan.toml", "deadline =", "deadlin ="),
    "CL-SET-MISSING-KEY": ("plan.toml", 'version = "1"\n', ""),
    "CL-SET-TYPE": ("plan.toml", 'version = "1"', "version = 1"),
    "CL-SET-SYNTAX": ("plan.toml", 'name = "P"', 'name = "P'),
    "CL-SET-ENCODING": ("plan.toml", 'name = "P"', 'name = "\udcff"'),
    "CL-SET-MISSING-FILE": ("plan.toml", "", ""),
    "CL-SET-ZONE": ("case.toml", 'zone = "Europe/Madrid"\nscenario', 'zone = "Madrid"\nscenario'),
    "CL-SET-INSTANT": ("case.toml", "[team]", '[window]\nstart = "monday"\n[team]'),
    "CL-SET-HOUR-TWICE": ("case.toml", "[team]",
                          "[window]\nstart = 2026-03-01\nend = 2026-10-25T02:30:00\n[team]"),
    "CL-SET-HOUR-NEVER": ("case.toml", "[team]",
                          "[window]\nstart = 2026-03-01\nend = 2026-03-29T02:30:00\n[team]"),
    "CL-PLAN-DUPLICATE": ("plan.toml", "[[roles]]", ('[[roles]]\nid = "lead"\nname = "L"\n'
                          'holders = ["B"]\n[[roles]]')),
    "CL-PLAN-UNKNOWN-REF": ("plan.toml", 'owner = "lead"', 'owner = "nobody"'),
    "CL-PLAN-NO-HOLDER": ("plan.toml", 'holders = ["Ana"]', "holders = []"),
    "CL-PLAN-NO-CLOCK": ("plan.toml", 'clock = "detected"\n', ""),
    "CL-PLAN-CIRCLE": ("plan.toml", 'trigger = "detected"', 'trigger = "call"'),
    "CL-PLAN-TARGET": ("plan.toml", "[[scenarios]]", ('[[targets]]\nid = "t"\nname = "T"\n'
                       'metric = "first_response_time"\nwithin = "60 min"\n[[scenarios]]')),
    "CL-CASE-HOURS": ("case.toml", "[team]", '[team]\nhours = { mon = "9-14" }'),
    "CL-CASE-HOURS-BACKWARD": ("case.toml", "[team]", '[team]\nhours = { mon = "22:00-06:00" }'),
    "CL-CASE-HOURS-OVERLAP": ("case.toml", "[team]",
                              '[team]\nhours = { mon = "09:00-14:00, 13:00-15:00" }'),
    "CL-CASE-REGION": ("case.toml", "[team]", '[team]\nregion = "ES-MAD"'),
    "CL-CASE-NO-POSTS": ("posts", "", ""),
    "CL-CASE-NO-FOLDER": (".", "", ""),
    "CL-CASE-ACCOUNT": ("case.toml", 'handle = "marca"\n', ""),
    "CL-CASE-PERIOD": ("case.toml", "[team]",
                       "[window]\nstart = 2026-03-10\nend = 2026-03-02\n[team]"),
    "CL-CASE-SCENARIO": ("case.toml", 'scenario = "a"', 'scenario = "b"'),
    "CL-CASE-OUTSIDE": ("case.toml", "[team]",
                        '[[sources]]\nfile = "../x.csv"\nzone = "UTC"\n[team]'),
    "CL-CASE-SOURCE-FILE": ("case.toml", "[team]",
                            '[[sources]]\nfile = "posts/y.csv"\nzone = "UTC"\n[team]'),
    "CL-PLAN-ORDER": ("plan.toml", "[[actions]]", _TELL + "[[actions]]\norder = 3"),
    "CL-CASE-OVERRIDE-ACTION": ("case.toml", "[team]",
                                '[[reject]]\naction = "cal"\nreason = "no"\n[team]'),
    "CL-CASE-OVERRIDE-ROW": ("case.toml", "[team]", ('[[reject]]\naction = "call"\n'
                             'row = "posts/x.csv:999"\nreason = "no"\n[team]')),
    "CL-CASE-OVERRIDE-EMPTY": ("case.toml", "[team]",
                               '[[confirm]]\naction = "call"\nreason = "seen"\n[team]'),
    "CL-CASE-OVERRIDE-CLASH": ("case.toml", "[team]", _BOTH + "[team]"),
    "CL-CASE-EFFECT": ("case.toml", "[team]", '[effect]\nquestion = "Did it help?"\n[team]'),
    "CL-EFFECT-CONTROL": ("case.toml", "[team]", ('[effect]\nquestion = "Did it help?"\n'
                          'response = "detected"\ncontrol = "log/log.csv"\n[team]')),
}  # fmt: skip


def case_folder(folder: Path) -> Path:
    """Write a small case that opens without a problem."""
    for part in ("posts", "log"):
        (folder / part).mkdir(parents=True)
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    (folder / "case.toml").write_text(CASE, "utf-8")
    (folder / "posts/x.csv").write_text(HEADER + rows(3), "utf-8")
    (folder / "log/log.csv").write_text(_ENTRY, "utf-8")
    return folder


_ENTRY = "logged_at;actor;action\n2026-03-05T12:00:00Z;Ana;called\n"


def _record(label: str = "negative", at: datetime = datetime(2026, 3, 5)) -> Callable[..., Any]:
    return lambda folder, _: record(
        folder / "labels.csv", [({"text_key": "a"}, label)], coder="ana", at=at
    )


def _labels(text: str) -> Callable[..., Any]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        (folder / "labels.csv").write_text(text, "utf-8")
        return read_labels(folder / "labels.csv")

    return call


def _sheet(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "sheet.csv").write_text("text_key,label\nzz,negative\n", "utf-8")
    sample = pd.DataFrame({"text_key": ["a"], "round": [1], "text": ["hola"]})
    at = datetime(2026, 3, 5, tzinfo=UTC)
    return read_label_sheet(
        folder / "sheet.csv", sample, into=folder / "labels.csv", coder="ana", at=at
    )


def _new(
    *accounts: str, taken: bool = False, log: bool = False, chat: bool = False
) -> Callable[..., Any]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        export = folder / "x.csv"
        export.write_text(_ENTRY if log else HEADER + rows(3), "utf-8")
        if taken:
            (folder / "new").mkdir()
            (folder / "new/a").write_text("a")
        talk = folder / "chat.txt"
        if chat:
            talk.write_text("12/5/26, 9:50 - Rosa: hola\n12/5/26, 9:51 - Luis: voy\n", "utf-8")
        exports = [export, talk] if chat else [export]
        made = new_case(folder / "new", exports, accounts=accounts)
        raise CrisisLabError(*made.unsettled)

    return call


def _out(fault: OSError | None, name: str = "review") -> Callable[..., Any]:
    def call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
        target = folder / name
        if fault is None:
            target.write_text("not a folder")
        else:
            target.mkdir()

            def failing(_: int) -> None:
                raise fault

            monkeypatch.setattr(os, "fsync", failing)
        return replace_files({"report.html": b"a"}, target)

    return call


def _busy(folder: Path, _: pytest.MonkeyPatch) -> object:
    fcntl = pytest.importorskip("fcntl")
    (folder / BESIDE).mkdir()
    with (folder / BESIDE / "lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return replace_files({"report.html": b"a"}, folder)


def _silent(folder: Path, _: pytest.MonkeyPatch) -> object:
    return check_brand(open_case(case_folder(folder / "case")))


def _silent_account(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    wrong = '[[brand.accounts]]\nplatform = "x"\nid = "7"\nhandle = "marca"\n'
    (root / "case.toml").write_text(CASE.replace("[team]", f"{wrong}[team]"), "utf-8")
    (root / "posts/x.csv").write_text(
        "id,platform,created_at,author_id,author_handle,text\n"
        "1,x,2026-03-05T12:00:00Z,8,marca,hola\n", "utf-8")  # fmt: skip
    raise CrisisLabError(*check_accounts(open_case(root)))


def _undeclared(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    answers = "".join(f"{i},x,2026-03-05T13:0{i}:00Z,8,marca_news,@h{i} hola\n" for i in (3, 4, 5))
    (root / "posts/x.csv").write_text(
        "id,platform,created_at,author_id,author_handle,text\n"
        f"1,x,2026-03-05T12:00:00Z,7,marca,hola\n{answers}", "utf-8")  # fmt: skip
    raise CrisisLabError(*check_accounts(open_case(root)))


def _plan_after(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    text = (root / "plan.toml").read_text("utf-8")
    dated = text.replace("[plan]", "[plan]\napproved_on = 2026-04-01", 1)
    (root / "plan.toml").write_text(dated, "utf-8")
    clock = pd.DataFrame({"milestone": ["onset"], "at": [pd.Timestamp("2026-03-05T10:00Z")]})
    raise CrisisLabError(*plan_after(open_case(root), clock))


def _no_log(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    (root / "log/log.csv").unlink()
    raise CrisisLabError(*check_basis(open_case(root)))


def _quiet(start: str, end: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        root = case_folder(folder / "case")
        quiet = f"[quiet]\nstart = {start}\nend = {end}\n"
        (root / "case.toml").write_text(CASE.replace("[team]", f"{quiet}[team]"), "utf-8")
        raise CrisisLabError(*check_basis(open_case(root)))

    return call


def _empty_window(folder: Path, _: pytest.MonkeyPatch) -> object:
    case = case_folder(folder / "case")
    window = "[window]\nstart = 2025-04-27\nend = 2025-05-19\n"
    (case / "case.toml").write_text(CASE.replace("[team]", f"{window}[team]"), "utf-8")
    return check_brand(open_case(case))


def _few(_folder: Path, _: pytest.MonkeyPatch) -> object:
    posts = pd.DataFrame({"text": ["hola"], "lang": ["es"], "kind": ["post"], "own": [False],
                          "automated": [False], "post_id": ["1"], "platform": ["x"],
                          "created_at": [pd.Timestamp("2026-03-05T12:00Z")]})  # fmt: skip
    return fit_crisis_sentiment(posts, LABELS.empty(), seed=1)


def _wrong_ledger(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    (folder / "x.csv").write_text(HEADER + rows(3), "utf-8")
    monkeypatch.setattr(Tally, "n_told", property(lambda tally: tally.n_lines - 1))
    return read_posts(folder / "x.csv")


def _edited(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "users.json").write_text('[{"id": "U1", "name": "ana"}]', "utf-8")
    (folder / "channels.json").write_text('[{"id": "C1", "name": "crisis"}]', "utf-8")
    (folder / "crisis").mkdir()
    (folder / "crisis/2026-03-05.json").write_text(json.dumps([
        {"type": "message", "user": "U1", "text": "hola", "ts": "1772712900.000100",
         "edited": {"user": "U1", "ts": "1772712950.000000"}}
    ]), "utf-8")  # fmt: skip
    raise CrisisLabError(*read_log(folder).problems)


def _look(text: str, logo: bytes | None = None) -> Callable[..., Any]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        (folder / "report.toml").write_text(text, "utf-8")
        if logo is not None:
            (folder / "logo.png").write_bytes(logo)
        return read_look(folder)

    return call


def _section(text: str = "Nothing new.", **more: Any) -> Callable[..., Any]:
    return lambda _folder, _: make_review().with_section("Press", text, **more)


def _pdf(browser: str) -> Callable[..., Any]:
    def call(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setenv("CRISISLAB_BROWSER", browser)
        return pdf_bytes(b"<p>a</p>")

    return call


def _spoilt(name: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    def raising(_folder: Path, _: pytest.MonkeyPatch) -> object:
        draw = np.random.default_rng(11)
        for _ in range(20):
            posts = SPOILT[name][0](clean_series(draw, days=28, daily=200), draw)
            told = check_sampling(posts)
            if any(problem.code == SPOILT[name][1] for problem in told):
                raise CrisisLabError(*told)
        return None

    return raising


def _reposts(_folder: Path, _: pytest.MonkeyPatch) -> object:
    posts = clean_series(np.random.default_rng(11), days=20, daily=100).assign(kind="repost")
    raise CrisisLabError(*check_sampling(posts))


def _log_without_ids(folder: Path, _: pytest.MonkeyPatch) -> object:
    path = folder / "log.csv"
    path.write_text("hora,quien,accion\n2026-03-05T12:00:00Z,Ana,Aviso\n", "utf-8")
    raise CrisisLabError(*read_log(path).problems)


def _list(*cells: str, header: str = "Company,Begin Date,End Date,Actual Date,Reply_date,"
          "Reaction Time") -> Callable[..., Any]:  # fmt: skip
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        path = folder / "crises.csv"
        path.write_text(f"{header}\n{','.join(cells)}\n", "utf-8")
        raise CrisisLabError(*read_crisis_list(path).problems)

    return call


def _improvements(*rows: str) -> Callable[..., Any]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        path = folder / "improvements.csv"
        path.write_text("\n".join(["id,element,status,due_on", *rows, ""]), "utf-8")
        return read_improvements(path)

    return call


def _rating(action: str, letter: str) -> Callable[..., Any]:
    def call(folder: Path, _: pytest.MonkeyPatch) -> object:
        path = folder / "ratings.csv"
        path.write_text(f"action,rater,rating,rows\n{action},ana,{letter},\n", "utf-8")
        proposed = pd.DataFrame({"action": ["call", "tell"], "rating": ["S", "O"]})
        return read_ratings(path, proposed=proposed)

    return call


def _rating_bare(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "ratings.csv").write_text("call;P\n", "utf-8")
    return read_ratings(folder / "ratings.csv", proposed=pd.DataFrame({"action": [], "rating": []}))


def _past(era: str) -> Library:
    return Library().add(PastCase.model_validate(
        {"id": "a", "name": "A", "kind": "brand", "era": era, "collector": "x",
         "platforms": ("x",), "onset": 1, "onset_hour": 9, "counts": (0, 9, 30, None, 7)}
    ))  # fmt: skip


def _library(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "library.json").write_text("{", "utf-8")
    return read_library(folder / "library.json")


def _no_onset(folder: Path, _: pytest.MonkeyPatch) -> object:
    review = make_review()
    clock = review.clock[review.clock["milestone"] != "onset"]
    return past_case(open_case(case_folder(folder / "case")), make_review(clock=clock))


def _drill_folder(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    drill = '[[drills]]\nid = "spring"\nheld_on = 2026-02-01\nscenario = "a"\n'
    (root / "plan.toml").write_text(PLAN + drill, "utf-8")
    (root / "drills/autumn/log").mkdir(parents=True)
    return open_case(root)


def _flood(folder: Path, _: pytest.MonkeyPatch) -> object:
    start = datetime(2026, 10, 6, 10)
    plan = starting_point("en")
    return write_drill(plan, "flood", folder, start=start, zone="UTC", seed=1, lang="en")


def _broken_metric(_folder: Path, _: pytest.MonkeyPatch) -> object:
    before, after = (
        built({"post_id": day, "created_at": pd.Timestamp(day + "T12:00Z"), "n_likes": 10})
        for day in ("2023-05-01", "2024-08-01")
    )
    return compare_periods(before, after, platform="x")


def _two_plans(folder: Path, _: pytest.MonkeyPatch) -> object:
    root = case_folder(folder / "case")
    write_book(read_manual(root), root / BOOK, lang="en")
    (root / "plan.toml").write_text(PLAN.replace('version = "1"', 'version = "2"'), "utf-8")
    return read_manual(root)


def _notes(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / BOOK).write_bytes(_book(Action=[("id",)]))
    return read_book(folder / BOOK)


def _no_spark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr("crisislab.session.find_spec", lambda _: None)
    return open_session("spark", folder)


def _small(what: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    def call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setattr("crisislab.budget.n_bytes", lambda _: 10**13)
        monkeypatch.setattr("crisislab.budget.machine_memory", lambda: 8 * 10**9)
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**11))
        return open_case(case_folder(folder / "case"), stored=what == "disk")

    return call


def _sampled(folder: Path, _: pytest.MonkeyPatch) -> object:
    case = open_case(case_folder(folder / "case"), stored=True)
    case = replace(case, labels=LABELS.conform(pd.DataFrame({"text_key": ["a"]})))
    with open_session("duckdb", case.folder / ".crisislab") as session:
        held = on_engine(case, session, scorer=LexiconScorer(), scale=Scale(texts=1))
    raise CrisisLabError(*held.problems)


def _no_causalpy(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setitem(sys.modules, "causalpy", None)
    return causalpy()


def _no_table(folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "control.csv").write_bytes(b"at,n\n\xff\xfe,3\n")
    return read_control(folder / "control.csv")


_HEAD = "task,text_key,label,coder,labelled_at,probability\n"


def _stored_whole(folder: Path, _: pytest.MonkeyPatch) -> object:
    path = folder / "posts.json"
    path.write_text(
        json.dumps([{"id": "1", "created_at": "2026-03-05T12:00:00Z", "text": "a" * 9}])
    )
    return store_posts(path, folder, memory_mib=0)


def _newer_store(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / ".crisislab").mkdir()
    (folder / ".crisislab" / "posts.json").write_text('{"format": 9}', "utf-8")
    open_store(folder)


OTHER: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "CL-STORE-LARGE": _stored_whole,
    "CL-PARQUET-TABLE": lake,
    **SAFETY,
    **REPORT,
    "CL-ENGINE-SPARK": _no_spark,
    "CL-ENGINE-UNKNOWN": lambda folder, _: open_session("oracle", folder),
    "CL-SCALE-DISK": _small("disk"),
    "CL-SCALE-LABELS": _sampled,
    "CL-SCALE-MEMORY": _small("memory"),
    "CL-SCALE-SAMPLE": _sampled,
    "CL-SCALE-SIZE": lambda folder, _: open_case(case_folder(folder / "case"), memory="much"),
    "CL-STORE-NEWER": _newer_store,
    "CL-STORE-NONE": lambda folder, _: open_store(folder),
    "CL-BRAND-ACCOUNT": _silent_account,
    "CL-BRAND-SILENT": _silent,
    "CL-BRAND-UNDECLARED": _undeclared,
    "CL-PLAN-AFTER": _plan_after,
    "CL-CASE-NO-LOG": _no_log,
    "CL-CASE-QUIET-EMPTY": _quiet("2026-01-05", "2026-01-19"),
    "CL-CASE-QUIET-PEAK": _quiet("2026-03-01", "2026-03-08"),
    "CL-CASE-WINDOW": _empty_window,
    "CL-EFFECT-BAYES": _no_causalpy,
    "CL-EFFECT-CONTROL-FILE": _no_table,
    "CL-FILE-MISSING": lambda _folder, _: read_posts("nowhere.csv"),
    "CL-LABEL-COLUMNS": _labels("task,text_key\n"),
    "CL-LABEL-FEW": _few,
    "CL-LABEL-NUMBER": _labels(
        _HEAD.strip() + ",round\nsentiment,a,negative,ana,2026-03-05T10:00:00Z,0.5,first\n"
    ),
    "CL-LABEL-PROBABILITY": _labels(_HEAD + "sentiment,a,negative,ana,2026-03-05T10:00:00Z,2\n"),
    "CL-LABEL-TIME": _record(),
    "CL-LABEL-UNKNOWN-TEXT": _sheet,
    "CL-LABEL-VALUE": _record("awful"),
    "CL-IDS-MADE-LOG": _log_without_ids,
    "CL-LEDGER": _wrong_ledger,
    **{code: _spoilt(name) for name, (_, code) in SPOILT.items()},
    "CL-SAMPLE-REPOSTS": _reposts,
    "CL-CASE-DRILL": _drill_folder,
    "CL-DRILL-SCENARIO": _flood,
    "CL-IMPROVE-DATE": _improvements("a,training,done,2026-02-30"),
    "CL-IMPROVE-ID": _improvements("a,training,done,", "a,planning,open,"),
    "CL-IMPROVE-VALUE": _improvements("a,training,soon,"),
    "CL-LIB-CLASH": lambda _folder, _: _past("2026").merge(_past("2020")),
    "CL-LIB-FORMAT": _library,
    "CL-LIB-MISSING": lambda folder, _: read_library(folder / "library.json"),
    "CL-LIB-NO-ONSET": _no_onset,
    "CL-LIST-COLUMNS": _list("A", "1/2/2020", header="Company,Actual Date"),
    "CL-LIST-DATE": _list("A", "", "", "0/11/2019", "1/3/2020", ""),
    "CL-LIST-NO-YEAR": _list("A", "", "", "26-Sep", "1/3/2020", ""),
    "CL-LIST-OUTSIDE": _list("A", "3/1/2020", "3/9/2020", "1/2/2020", "1/3/2020", ""),
    "CL-LIST-PERIOD": _list("A", "3/9/2020", "3/1/2020", "3/2/2020", "3/3/2020", ""),
    "CL-LIST-REVERSED": _list("A", "", "", "1/5/2020", "1/2/2020", ""),
    "CL-LIST-STATED": _list("A", "", "", "1/2/2020", "1/5/2020", "4"),
    "CL-LIST-YEAR": _list("A", "", "", "1/2/2020", "1/3/2021", ""),
    "CL-METRIC-BREAK": _broken_metric,
    "CL-PLAN-SHEET": _notes,
    "CL-PLAN-TWO": _two_plans,
    "CL-RATING-ABOVE": _rating("call", "P"),
    "CL-RATING-ACTION": _rating("write", "P"),
    "CL-RATING-BARE": _rating("tell", "P"),
    "CL-RATING-COLUMNS": _rating_bare,
    "CL-RATING-VALUE": _rating("call", "X"),
    "CL-LOG-EDITED": _edited,
    "CL-LOOK-COLOUR": _look('accent = "red"'),
    "CL-LOOK-CONTRAST": _look('accent = "#ffee00"'),
    "CL-LOOK-LOGO": _look('logo = "logo.png"'),
    "CL-LOOK-PICTURE": _look('logo = "logo.png"', b"GIF89a"),
    "CL-OUT-FORM": lambda _folder, _: form_files(make_review(), "", ["odt"]),
    "CL-OUT-NO-BROWSER": _pdf("no-such-browser"),
    "CL-OUT-PDF": _pdf("true"),
    "CL-SECTION-ABOUT": _section(table=pd.DataFrame({"n": [1]})),
    "CL-SECTION-ALT": _section(figure=object()),
    "CL-SECTION-FIGURE": _section(figure=object(), alt="a picture"),
    "CL-SECTION-METRIC": _section("As many as {nothing}."),
    "CL-SECTION-NUMBER": _section("As many as 12."),
    "CL-SECTION-PLACE": _section(place="nowhere"),
    "CL-NEW-ACCOUNT": _new("marca"),
    "CL-NEW-ACCOUNTS": _new(),
    "CL-NEW-CHAT": _new("x:marca", chat=True),
    "CL-NEW-EXISTS": _new("x:marca", taken=True),
    "CL-NEW-NO-POSTS": _new("x:marca", log=True),
    "CL-NEW-ZONE": _new("x:marca"),
    "CL-OUT-BUSY": _busy,
    "CL-ACTOR-ABOVE": _log(
        "fecha;hora;quién;qué\n25/03/2026;21:00;Ana;a\n25/03/2026;21:10;ídem;b\n"
    ),
    "CL-LOG-ACK-OPEN": _ack,
    "CL-TIME-RANGE": _log(
        "fecha;hora;quién;qué\n25/03/2026;09:00-10:00;Ana;a\n25/03/2026;10:15-12:00;Ana;b\n"
    ),
    "CL-LOG-TICKET-LEFT": _log(
        "ticket id;title;created at;status;comments\n"
        "T-1;Web down;25/03/2026 09:05;open;We called the supplier about it twice\n"
    ),
    "CL-LOG-ACTOR-DOUBT": _log("created;assignee;notes\n25/03/2026 09:05;Ana;a\n"),
    "CL-LOG-DAY-ABOVE": _log(
        "fecha;hora;quién;qué\n25/03/2026;09:05;Ana;a\n;09:40;Luis;b\n;10:15;Ana;c\n"
    ),
    "CL-LOG-BACK": _log(
        "fecha;hora;quién;qué\n"
        + "".join(f"25/03/2026;{at};Ana;{at}\n" for at in ("22:50", "23:10", "23:58", "00:10"))
    ),
    "CL-OUT-DENIED": _out(PermissionError(errno.EACCES, "no permission", "review")),
    "CL-OUT-FOLDER": _out(None),
    "CL-OUT-FULL": _out(OSError(errno.ENOSPC, "no space")),
    "CL-OUT-OPEN": _out(PermissionError(errno.EACCES, "open elsewhere", "report.html")),
}


def found(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Problem:
    """Return the problem of a code, raised by its fixture."""
    if code in READ:
        problems = from_read(code, folder)
    elif code in EDITED:
        problems = from_case(code, folder)
    else:
        problems = raised(lambda: OTHER[code](folder, monkeypatch))
    return next(problem for problem in problems if problem.code == code)


def from_read(code: str, folder: Path) -> list[Problem]:
    """Read the file of a code, strictly or not."""
    name, content, keywords = READ[code]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    given = path.parent if "/" in name else path
    return list(read_posts(given, strict=False, root=folder, **keywords).problems)


def from_case(code: str, folder: Path) -> list[Problem]:
    """Edit a sound case until it raises the code."""
    root = case_folder(folder / "case")
    file, old, new = EDITED[code]
    if file == ".":
        root = Path("nowhere")
    elif file == "posts":
        (root / "posts/x.csv").unlink()
    elif not old:
        (root / file).unlink()
    else:
        text = (root / file).read_text("utf-8")
        assert old in text, old
        changed = text.replace(old, new, 1)
        (root / file).write_bytes(changed.encode("utf-8", "surrogateescape"))
    return raised(lambda: _remarks(root))


def _remarks(root: Path) -> None:
    """Open a case and raise what is remarkable about its settings."""
    raise CrisisLabError(*open_case(root).remarks)


def raised(call: Callable[[], object]) -> list[Problem]:
    """Return the problems that a call raises."""
    with pytest.raises(CrisisLabError) as caught:
        call()
    return list(caught.value.problems)
