"""What office files share: text they can hold, and bytes that are the same on every day."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

# A file of today would differ from the same review made tomorrow.
MADE_AT = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the formats know no zone

# A property of an office file is no longer.
MAX_TITLE = 255


def holdable(text: str) -> str:
    """Return text without the characters XML cannot hold; half a character becomes ``?``.

    >>> holdable("a" + chr(7) + "b"), holdable("half " + chr(0xD83D))
    ('ab', 'half ?')
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in whole if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))


def steady(packed: bytes) -> bytes:
    """Return an office file (a zip archive) without the times at which its members were made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            named = zipfile.ZipInfo(member.filename, (2000, 1, 1, 0, 0, 0))
            named.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(named, old.read(member.filename))
    return out.getvalue()
