"""Small tables for tests, written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.schema import LOG, POSTS

# The smallest plan that holds; the lines of its mistakes are counted in the tests.
PLAN = """[plan]
name = "P"
version = "1"
[[scenarios]]
id = "a"
name = "A"
[[roles]]
id = "lead"
name = "Lead"
holders = ["Ana"]
[[actions]]
id = "call"
name = "Call"
owner = "lead"
trigger = "detected"
clock = "detected"
deadline = "30 min"
[actions.evidence]
source = "log"
words = ["called"]
"""


def posts(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return posts; what a row leaves out is missing, the platform is x, the kind post."""
    full = [
        {
            "platform": "x",
            "kind": "post",
            "own": False,
            "automated": False,
            "text": "",
            "source": "test",
            "source_file": "posts/a.csv",
            "source_row": i,
        }
        | row
        for i, row in enumerate(rows, start=2)
    ]
    return POSTS.conform(pd.DataFrame(full))


def entries(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return log entries; what a row leaves out is missing, the channel is #crisis."""
    full = [
        {
            "channel": "#crisis",
            "kind": "message",
            "drill": False,
            "automated": False,
            "source": "slack-export",
            "source_file": "log/slack.zip",
            "source_row": i,
        }
        | row
        for i, row in enumerate(rows, start=1)
    ]
    return LOG.conform(pd.DataFrame(full))


def at(text: str) -> pd.Timestamp:
    """Return an instant of 5 March 2026 UTC from ``HH:MM``, or from a whole ISO text."""
    return pd.Timestamp(f"2026-03-05T{text}:00Z" if len(text) == 5 else text)
