"""A review made by hand, small and realistic, for the tests of the report."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crisislab.report.value import Review
from crisislab.schema import ACTIONS, ISSUES, LEDGER, METRICS, REJECTS, VERDICTS

HOSTILE = (
    "<script>document.documentElement.dataset.pwned=1</script>",
    "<img src=https://evil.example/i.png onerror=document.documentElement.dataset.pwned=2>",
    '<b style="background:url(https://evil.example/style)">bold</b>',
    '<a href="javascript:document.documentElement.dataset.pwned=3">link</a>',
    '<a href="https://evil.example/link">link</a>',
    "</script><script>document.documentElement.dataset.pwned=4</script>",
    "</style><style>*{background:url(https://evil.example/css)}</style>",
    '"><svg onload=document.documentElement.dataset.pwned=5>',
    "{{ 7 * 7 }} {0} {name} %{x} %{customdata} $\\frac{1}{2}$",
    "\u202egnp.exe \x1b[31mred\x07",
    '=HYPERLINK("https://evil.example/sheet")',
)
START = pd.Timestamp("2026-03-04T00:00:00Z")
RULE = "rule=conversations"
TARGETS = (
    {"id": "hour", "name": "Ocho de cada diez en una hora", "metric": "reply_rate",
     "within": 60.0, "at_least": 0.8, "percentile": None, "clock": None},
    {"id": "half", "name": "La mitad en cuatro horas", "metric": "first_response_time",
     "within": 240.0, "at_least": None, "percentile": 50, "clock": None},
    {"id": "seen", "name": "Detectar en una hora", "metric": "time_to_detect", "within": 60.0,
     "at_least": None, "percentile": None, "clock": "onset"},
)  # fmt: skip


def make_review(**changes: Any) -> Review:
    """Return a review of two days of crisis; changes replace whole fields."""
    waited = _waits()
    review = Review(
        title="Apagón de cajeros", brand="Banco Ejemplo", language="es", zone="Europe/Madrid",
        scenario="Caída de servicio", plan_name="Manual de crisis (2.1)", n_posts=4321,
        n_entries=57, metrics=_metrics(), verdicts=_verdicts(), actions=_actions(),
        clock=_clock(), volume=_volume(), sentiment=_sentiment(), response_curve=_curve(waited),
        reach=_reach(), waits=waited, ledger=_ledger(), issues=_issues(), rejects=_rejects(),
        manifest=_manifest(),
    )  # fmt: skip
    return replace(review, **changes)


def empty_review(**changes: Any) -> Review:
    """Return a review in which nothing could be told."""
    full = make_review()
    names = ("clock", "volume", "sentiment", "response_curve", "reach", "waits", "ledger")
    none: dict[str, Any] = {name: getattr(full, name).iloc[:0] for name in names}
    none |= {"metrics": METRICS.empty(), "verdicts": VERDICTS.empty(), "actions": ACTIONS.empty(),
             "issues": ISSUES.empty(), "rejects": REJECTS.empty(), "manifest": {}}  # fmt: skip
    return replace(full, **none | {"scenario": ""} | changes)


def hostile_review(*texts: str, **changes: Any) -> Review:
    """Return a review in which every text from the data is hostile; texts take turns."""
    turn = itertools.cycle(texts or HOSTILE)
    full = make_review()
    rows = full.actions.sample(n=max(len(texts), 1) + 4, replace=True, random_state=1)
    rows = rows.reset_index(drop=True)
    rows["action"] = [f"action-{i}" for i in range(len(rows))]

    def spoil(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return frame.assign(**{c: [next(turn) for _ in range(len(frame))] for c in columns})

    plan = {
        "targets": [dict(t, name=next(turn)) for t in full.manifest["plan"]["targets"]],
        "roles": [{"id": next(turn), "name": next(turn)}],
        "monitoring": [{"id": "volume", "name": next(turn)}],
    }
    evil: dict[str, Any] = {
        "actions": spoil(rows, "name", "owner", "done_by", "evidence", "confidence", "reason"),
        "clock": spoil(full.clock, "text", "evidence", "reason"),
        "metrics": spoil(full.metrics, "note", "method", "evidence"),
        "issues": spoil(full.issues, "message", "fix", "column", "code", "source_file", "value"),
        "rejects": spoil(full.rejects, "source_file", "column", "code"),
        "ledger": spoil(full.ledger, "source_file", "source"),
        "reach": spoil(full.reach, "platform"),
        "verdicts": spoil(full.verdicts, "reason", "confidence", "evidence"),
        "manifest": {next(turn): next(turn), "plan": plan},
    }
    evil |= {name: next(turn) for name in ("title", "brand", "scenario", "plan_name")}
    return replace(full, **evil | changes)


def _metrics() -> pd.DataFrame:
    nan = np.nan
    rows: list[tuple[Any, ...]] = [
        ("n_posts", "all", 4321, "count", 4321, nan, nan, "", "without_own", "volume"),
        ("peak_posts_per_hour", "all", 310, "count", 4321, nan, nan, "largest hour", "", "volume"),
        ("peak_at", "all", (START + pd.Timedelta(hours=36)).timestamp(), "instant", 4321, nan, nan,
         "largest hour", "", "volume"),
        ("time_to_detect", "from=onset", 94, "minutes", 1, 34, 154, "onset to detected",
         "uncertain_by_60_minutes", "posts/x.jsonl:12 log/slack.zip/crisis/2026-03-05.json:1"),
        ("time_to_activate", "from=onset", nan, "minutes", 0, nan, nan, "", "clock_missing", ""),
        ("n_conversations", RULE, 412, "count", 412, nan, nan, "", "", "waits"),
        ("n_answered", RULE, 301, "count", 412, nan, nan, "", "", "waits"),
        ("first_response_time", f"percentile=50;{RULE}", 279.4, "minutes", 412, 251.2, 311.7,
         "Kaplan-Meier, log-log 95 % interval", "", "waits"),
        ("first_response_time", f"percentile=75;{RULE}", 1013.2, "minutes", 412, 840.0, 1300.0,
         "Kaplan-Meier, log-log 95 % interval", "", "waits"),
        ("first_response_time", f"percentile=90;{RULE}", nan, "minutes", 412, 1500.0, nan,
         "Kaplan-Meier, log-log 95 % interval", "not_reached", "waits"),
        ("reply_rate", f"within=60;{RULE}", 0.6888, "share", 412, 0.642, 0.731, "1 - Kaplan-Meier",
         "", "waits"),
        ("answered_only_median", RULE, 130.0, "minutes", 301, nan, nan, "median of the answered",
         "leaves_unanswered_out", "waits"),
        ("scored_share", "all", 0.914, "share", 4321, nan, nan, "lexicon", "", "sentiment"),
        ("n_unscored", "all", 371, "count", 4321, nan, nan, "lexicon", "unscored_is_not_neutral",
         "sentiment"),
        ("negative_index", "highest", 1.234, "index", 84, nan, nan, "lexicon", "unlabelled_index",
         "sentiment"),
        ("potential_reach", "platform=x", 1234567, "people", 900, nan, nan, "900 of 1000 authors",
         "estimated followers_as_of_export", "posts"),
        ("impressions", "platform=x", 512345, "displays", 1000, nan, nan, "", "measured", "posts"),
        ("impressions", "platform=facebook", nan, "displays", 0, nan, nan, "", "measured", "posts"),
        ("n_actions", "state=late", 1, "count", 5, nan, nan, "", "a-new-note", "actions"),
        ("a_new_metric", "all", 3, "count", 3, nan, nan, "", "", ""),
        ("deadline_adherence", "all", 1 / 3, "share", 3, 0.06, 0.79, "Wilson 95 %", "", "actions"),
    ]  # fmt: skip
    return METRICS.conform(pd.DataFrame(rows, columns=METRICS.names))


def _verdicts() -> pd.DataFrame:
    rows = [
        {"subject": "plan_followed", "verdict": "partly followed", "confidence": "low",
         "reason": "some_late", "value": 1 / 3, "lower": 0.06, "upper": 0.79, "unit": "share",
         "n": 3, "evidence": "actions"},
        {"subject": "targets_met", "verdict": "not met", "confidence": "moderate",
         "reason": "targets_told", "value": 0.0, "unit": "count", "n": 2, "evidence": "targets"},
        {"subject": "response_helped", "verdict": "cannot tell", "confidence": "none",
         "reason": "natural_decay"},
        {"subject": "target=hour", "verdict": "not met", "confidence": "high",
         "reason": "interval_below", "value": 0.6888, "lower": 0.642, "upper": 0.731,
         "threshold": 0.8, "unit": "share", "n": 412, "evidence": f"reply_rate[within=60;{RULE}]"},
        {"subject": "target=half", "verdict": "not met", "confidence": "high",
         "reason": "interval_above", "value": 279.4, "lower": 251.2, "upper": 311.7,
         "threshold": 240.0, "unit": "minutes", "n": 412,
         "evidence": f"first_response_time[percentile=50;{RULE}]"},
        {"subject": "target=seen", "verdict": "cannot tell", "confidence": "low",
         "reason": "interval_straddles", "value": 94.0, "lower": 34.0, "upper": 154.0,
         "threshold": 60.0, "unit": "minutes", "n": 1, "evidence": "time_to_detect[from=onset]"},
    ]  # fmt: skip
    return VERDICTS.conform(pd.DataFrame(rows))


def _actions() -> pd.DataFrame:
    noon = START + pd.Timedelta(hours=36)
    hour = pd.Timedelta(hours=1)
    rows = [
        {"action": "call", "name": "Convocar al comité", "owner": "lead", "state": "on time",
         "due_at": noon, "done_at": noon - hour / 4, "late_minutes": -15.0, "done_by": "Paz Ruiz",
         "confidence": "documented", "reason": "within_deadline", "evidence": "log/a.csv:3"},
        {"action": "say", "name": "Publicar el primer comunicado", "owner": "press",
         "state": "late", "due_at": noon + hour, "done_at": noon + 3.5 * hour,
         "late_minutes": 150.0, "confidence": "documented", "reason": "after_deadline",
         "evidence": "posts/x.jsonl:901"},
        {"action": "pin", "name": "Fijar el comunicado", "owner": "press", "state": "not done",
         "due_at": noon + 2 * hour, "reason": "no_matching_row"},
        {"action": "legal", "name": "Visto bueno", "owner": "law", "state": "no evidence",
         "reason": "channel_not_exported"},
        {"action": "recall", "name": "Retirar el producto", "owner": "law",
         "state": "not triggered", "reason": "other_scenario"},
    ]  # fmt: skip
    return ACTIONS.conform(pd.DataFrame(rows))


def _clock() -> pd.DataFrame:
    onset = START + pd.Timedelta(hours=33)
    text = "Avisa @cliente_enfadada: los cajeros no van"
    rows = [
        ("onset", onset, 60.0, "sustained_rise", "posts/x.jsonl:12", "jamás citar esto"),
        ("detected", onset + pd.Timedelta(minutes=94), 0.0, "matched",
         "log/slack.zip/crisis/2026-03-05.json:1", text),
        ("activated", pd.NaT, 0.0, "no_evidence", "", ""),
        ("first_reply", onset + pd.Timedelta(hours=3), 0.0, "matched", "posts/x.jsonl:77", ""),
        ("first_statement", onset + pd.Timedelta(hours=6.5), 0.0, "matched", "posts/x.jsonl:901",
         "Comunicado"),
        ("resolved", pd.NaT, 0.0, "never", "", ""),
    ]  # fmt: skip
    names = ["milestone", "at", "uncertain_minutes", "reason", "evidence", "text"]
    clock = pd.DataFrame(rows, columns=names)
    return clock.assign(at=pd.to_datetime(clock["at"], utc=True).astype("datetime64[us, UTC]"))


def _hours(n: int) -> pd.Series:
    return pd.Series(pd.date_range(START, periods=n, freq="h")).astype("datetime64[us, UTC]")


def _volume() -> pd.DataFrame:
    i = np.arange(72)
    usual = 20 + 10 * np.sin(i / 24 * 2 * np.pi)
    extra = np.where(i >= 33, 300 * np.exp(-(((i - 36) / 6) ** 2)), 0)
    return pd.DataFrame(
        {"hour_at": _hours(72), "n_posts": (usual + extra).round().astype("int64"),
         "expected": usual, "upper": usual + 25, "n_own": np.where(i > 36, 3, 0)}
    )  # fmt: skip


def _sentiment() -> pd.DataFrame:
    i = np.arange(24)
    index = np.sin(i / 4)
    return pd.DataFrame(
        {"hour_at": _hours(72).iloc[::3].reset_index(drop=True), "hours": 3,
         "n_scored": 40 + i, "n_unscored": 4, "index": index, "lower": index - 0.4,
         "upper": index + 0.4}
    )  # fmt: skip


def _waits() -> pd.DataFrame:
    minutes = np.concatenate([np.linspace(2, 2000, 301), np.linspace(300, 2400, 111)])
    answered = np.arange(412) < 301
    opened = pd.Series([START + pd.Timedelta(hours=34)] * 412)
    replied = (opened + pd.to_timedelta(minutes, unit="min")).where(answered)
    return pd.DataFrame(
        {"platform": "x", "person": [f"secret-person-{i}" for i in range(412)],
         "opened_at": opened, "replied_at": replied, "answered": answered, "minutes": minutes}
    )  # fmt: skip


def _curve(waited: pd.DataFrame) -> pd.DataFrame:
    rows, share = [], 1.0
    for minutes in sorted(waited.loc[waited["answered"], "minutes"]):
        at_risk = int((waited["minutes"] >= minutes).sum())
        share *= 1 - 1 / at_risk
        rows.append((minutes, share, max(share - 0.04, 0.0), min(share + 0.04, 1.0), at_risk))
    return pd.DataFrame(rows, columns=["minutes", "waiting_share", "lower", "upper", "n_at_risk"])


def _reach() -> pd.DataFrame:
    table = pd.DataFrame(
        {"platform": ["facebook", "x"], "n_posts": [300, 1000], "n_authors": [280, 1000],
         "n_authors_known": [0, 900], "potential_reach": [None, 1234567],
         "n_impressions_known": [0, 1000], "impressions": [None, 512345],
         "n_engagement_known": [0, 0], "engagement": [None, None]}
    )  # fmt: skip
    counts = [name for name in table if name != "platform"]
    return table.astype(dict.fromkeys(counts, "Int64"))


def _ledger() -> pd.DataFrame:
    rows = [
        {"source_file": "posts/x.jsonl", "source": "x-v2", "unit": "line", "n_lines": 1010,
         "n_header": 0, "n_loaded": 1000, "n_rejected": 4, "n_duplicates": 6, "sha256": "ab" * 32},
        {"source_file": "log/a.csv", "source": "table", "unit": "line", "n_lines": 58,
         "n_header": 1, "n_loaded": 57, "n_rejected": 0, "n_duplicates": 0, "sha256": "cd" * 32},
    ]  # fmt: skip
    return LEDGER.conform(pd.DataFrame(rows))


def _issues() -> pd.DataFrame:
    rows = [
        {"code": "CL-ROW-LONG", "severity": "flagged", "source_file": "posts/x.jsonl",
         "source_row": 7, "value": "Inés Privada | hola", "n": 1, "n_of": 1000,
         "message": "1 rows have more cells: Inés Privada | hola", "fix": "Export again."},
        {"code": "CL-NEW-CODE", "severity": "fixed", "source_file": "log/a.csv",
         "message": "Something new, said by @somebody.", "fix": ""},
    ]  # fmt: skip
    return ISSUES.conform(pd.DataFrame(rows))


def _rejects() -> pd.DataFrame:
    rows = [
        {"source_file": "posts/x.jsonl", "source_row": n, "code": "CL-ROW-LONG", "column": "",
         "value": "Inés Privada | hola"}
        for n in (7, 9, 11, 13)
    ]  # fmt: skip
    return REJECTS.conform(pd.DataFrame(rows))


def _manifest() -> dict[str, Any]:
    return {
        "inputs": {"posts/x.jsonl": "ab" * 32},
        "plan": {
            "targets": list(TARGETS),
            "roles": [{"id": "press", "name": "Prensa", "holders": ["Paz Ruiz"]}],
            "monitoring": [{"id": "volume", "name": "Volumen"}],
        },
        "seed": 1,
        "versions": {"python": "3.11"},
        "zone_database": "2026a",
    }
