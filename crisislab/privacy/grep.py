"""What stands in files of any form: read back as text, and searched for what must not be there."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping

_PACKED = b"PK\x03\x04"
_MARK = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r"[\w.\-@+]+")


def text_of(data: bytes) -> str:
    r"""Return all the text in a file: CSV, JSON, HTML, Markdown, notebooks, office files.

    Texts of office files are looked at with and without their marks, since an attribute can tell
    as much as a paragraph; escapes of HTML and JSON are undone.

    >>> text_of(b"<p title='a'>b &amp; c</p>")
    "<p title='a'>b & c</p>\n b & c "
    """
    if data.startswith(_PACKED):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(text_of(packed.read(name)) for name in packed.namelist())
    text = html.unescape(data.decode("utf-8", "replace"))
    if "\\u" in text:
        text += "\n" + re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
    return f"{text}\n{_MARK.sub(' ', text)}" if "<" in text else text


def found_in(files: Mapping[str, bytes], wanted: Iterable[str]) -> dict[str, list[str]]:
    r"""Return which of some texts stand in which files; a word only as a whole word.

    >>> found_in({"a.csv": b"name\n@ana_99 wrote"}, ["ana_99", "ana_9", "Ana Gil"])
    {'a.csv': ['ana_99']}
    """
    asked = sorted({one for one in wanted if one})
    found = {}
    for name, data in files.items():
        text = text_of(data)
        words = {part for token in _TOKEN.findall(text)
                 for part in (token, token.strip(".-@+"), *token.split("@"))}  # fmt: skip
        hits = [one for one in asked if (one in words if _TOKEN.fullmatch(one) else one in text)]
        if hits:
            found[name] = hits
    return found
