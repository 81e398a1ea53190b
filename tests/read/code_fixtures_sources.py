"""Problems of layouts: for every code, the smallest export that raises it."""

from __future__ import annotations

import io
import json
import zipfile
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
_EDITED_CHAT = (
    "25/03/2026, 10:15 - Ana: hola <This message was edited>\n25/03/2026, 10:16 - Luis: vale\n"
)
_MESSAGE = {"type": "message", "user": "U1", "text": "hola", "ts": "1772712900.000100"}


def linkedin(number: str, ago: str = "2 sem.") -> str:
    """Return 4CAT's table of one post of LinkedIn."""
    return (
        "id,thread_id,body,timestamp,timestamp_collected,timestamp_ago,author,comments,shares,"
        "reactions,unix_timestamp,unix_timestamp_collected\n"
        f"{number},{number},hola,2026-03-20 10:00:00,2026-03-20 10:00:00,{ago},acme,1,2,3,"
        "1774000800,1774000800\n"
    )


def _two(first: int, second: int, hour: int = 12) -> bytes:
    """Return two exports of the same posts in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, start, at in (("a.csv", first, 12), ("b.csv", second, hour)):
            rows = (f"{start + i};2026-03-05T{at}:00:0{i}Z;ana;hola {i}" for i in range(3))
            archive.writestr(name, table(*rows, header="id;created_at;author;text"))
    return out.getvalue()


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
    "CL-TEXT-CP1252-NOT": (
        "mac.csv", table(f"1;{_AT};El teléfono no va desde el miércoles, qué vergüenza",
                         f"2;{_AT};La compañía no contesta más").encode("mac-roman"), {}),
    "CL-ROWS-ALIKE": ("ids.zip", _two(101, 901), {}),
    "CL-ROWS-ZONE": ("zones.zip", _two(1221000001, 1221000001, 13), {}),
    "CL-TIME-SERIAL": ("days.csv", table("1;46086.4375;hola"), {"zone": "UTC"}),
    "CL-TIME-YEAR": (
        "years.csv", table(*(f"{i};{2025 if i == 3 else 2026}-03-0{i}T10:00:00Z;a"
                             for i in range(1, 8))), {}),
    "CL-TABLE-BESIDE": (
        "beside.csv", table(f"1;{_AT};a;;ana;3", f"2;{_AT};b;;;",
                            header="id;created_at;text;;author;total"), {}),
    "CL-TEXT-WRAPPED": ("twice.csv", table(*(f'{i};{_AT};"""hola {i}"""' for i in range(3))), {}),
    "CL-TEXT-DECOMPOSED": ("apart.csv", table(f"1;{_AT};cafe\u0301"), {}),
    "CL-TEXT-EMOJI": ("names.csv", table(*(f"{i};{_AT};mal {i} :pouting_face:"
                                           for i in range(3))), {}),
    "CL-TEXT-EDITED": ("chat.txt", _EDITED_CHAT, {"zone": "UTC"}),
    "CL-AUTHOR-ABOVE": (
        "merged.csv", table(*(f"{i};{_AT};{'' if i % 4 else f'ana{i}'};a{i}" for i in range(12)),
                            header="id;created_at;username;text"), {}),
    "CL-IDS-NEGATIVE": ("below.csv", table(f"-2147483000;{_AT};hola"), {}),
    "CL-IDS-ACCOUNT": ("people.csv", table(f"1;{_AT};7.43696E+18;hola",
                                           header="id;created_at;username;text"), {}),
    "CL-TIME-COLLECTED": (
        "local.csv", table(f"1;{_AT};hola;2026-03-05T11:04:10Z",
                           header="id;created_at;text;collected_at"), {}),
    "CL-SOURCE-PART": ("2026-03-05.json", json.dumps([_MESSAGE]), {}),
}  # fmt: skip
