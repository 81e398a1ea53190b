"""Problems of layouts: for every code, the smallest export that raises it."""

from __future__ import annotations

import json
from typing import Any

from tests.read.exports import table

_AT = "2026-03-05T12:00:00Z"
_ASKED = {"id": "1", "created_at": _AT, "text": "hola", "posted_by": {"username": "ana"}}
_SUITE = (
    "Post ID,Page ID,Title,Publish time,Permalink,Date,Reactions\n"
    "122300000000001,10,hola,03/15/2026 10:00,https://www.facebook.com/reel/1,03/16/2026,50\n"
)
_TWEET = {
    "id_str": "2029482044421058617", "created_at": "Thu Mar 05 09:00:00 +0000 2026",
    "full_text": "hola", "entities": {},
}  # fmt: skip
_MESSAGE = {"type": "message", "user": "U1", "text": "hola", "ts": "1772712900.000100"}


def linkedin(number: str, ago: str = "2 sem.") -> str:
    """Return 4CAT's table of one post of LinkedIn."""
    return (
        "id,thread_id,body,timestamp,timestamp_collected,timestamp_ago,author,comments,shares,"
        "reactions,unix_timestamp,unix_timestamp_collected\n"
        f"{number},{number},hola,2026-03-20 10:00:00,2026-03-20 10:00:00,{ago},acme,1,2,3,"
        "1774000800,1774000800\n"
    )


SOURCES: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "CL-TEXT-NONE": ("mute.csv", f"id,created_at,c1\n1,{_AT},hola\n", {}),
    "CL-COLUMN-INSIDE": ("inside.json", json.dumps([_ASKED]), {}),
    "CL-COUNT-NEGATIVE": ("score.csv", table(f"1;{_AT};a;-3", header="id;created_at;text;likes"),
                          {}),
    "CL-COUNT-DAY": ("days.csv", _SUITE, {"zone": "UTC"}),
    "CL-TIME-ACTIVITY": ("linkedin.csv", linkedin("7436960882777168696"), {}),
    "CL-TIME-AGO": ("linkedin.csv", linkedin("12"), {}),
    "CL-SOURCE-DELETED": ("deleted-tweets.js", "window.YTD.deleted_tweets.part0 = "
                          + json.dumps([{"tweet": _TWEET}]), {}),
    "CL-SOURCE-PART": ("2026-03-05.json", json.dumps([_MESSAGE]), {}),
}  # fmt: skip
