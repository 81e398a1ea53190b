"""Small shared steps of the readers: reach into a record, and put a value as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from crisislab.read._reader import Item, Probe

NOT_DATA = "CL-ROW-NOT-DATA"
SYSTEM = "CL-ROW-SYSTEM"
_BLOCKS = frozenset({"p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4"})
_SHOWN = 80
_AS_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


def text(value: object) -> str | None:
    """Return a JSON value as text, exact; objects and arrays are not values.

    >>> text(702874395068494965), text(True), text(None), text({})
    ('702874395068494965', 'true', None, None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else None


def dig(record: object, *path: str) -> Any:
    """Return what lies at ``path`` inside nested objects; ``None`` where the path ends.

    >>> dig({"user": {"id": 7}}, "user", "id")
    7
    """
    for key in path:
        # Every value of every row comes through here: `type() is` is half of isinstance.
        if type(record) is not dict:
            return None
        record = record.get(key)
    return record


def at(record: object, *path: str) -> str | None:
    """Return the text of what lies at ``path``."""
    for key in path:
        if type(record) is not dict:
            return None
        record = record.get(key)
    return record if record is None or type(record) is str else text(record)


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of an array, or none."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def first(*values: str | None) -> str | None:
    """Return the first value that is neither missing nor empty."""
    return next((value for value in values if value), None)


def joined(values: Iterable[str | None]) -> str | None:
    """Return distinct values in order, blank-separated, without a leading @.

    >>> joined(["@a", "b", "a", None])
    'a b'
    """
    kept = dict.fromkeys(value.lstrip("@") for value in values if value)
    return " ".join(kept) or None


def rejected(record: object) -> Item:
    """Return the rejection of a record that is an error or a notice, not an item."""
    of = record if isinstance(record, dict) else None
    return Item({}, "reject", NOT_DATA, _beginning(record), of)


def _beginning(record: object) -> str:
    """Return the beginning of a record as JSON; what follows, which may be long, is not written."""
    if isinstance(record, str):
        return record[:_SHOWN]
    return "".join(islice(_AS_JSON.iterencode(record), _SHOWN))[:_SHOWN]


def of_records(test: Callable[[dict[str, Any]], bool]) -> Callable[[Probe], bool]:
    """Return a recogniser: records of which at least one object passes ``test``."""

    def recognise(probe: Probe) -> bool:
        return probe.shape == "records" and any(test(r) for r in objects(list(probe.records)))

    return recognise


def entries(record: object, *keys: str) -> list[dict[str, Any]]:
    """Return the objects under the first of ``keys`` that holds an array, else the record itself.

    >>> entries({"incidents": [{"id": "1"}]}, "incidents")
    [{'id': '1'}]
    """
    if not isinstance(record, dict):
        return []
    return next(
        (objects(record[key]) for key in keys if isinstance(record.get(key), list)), [record]
    )


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str | None) -> str | None:
    """Return the words of an HTML body, a line for each paragraph.

    >>> plain("<p>Hola &amp; adi&oacute;s</p>")
    'Hola & adiós'
    """
    if html is None:
        return None
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts).strip()


def each(items: Iterable[Item], record: object) -> Iterator[Item]:
    """Return the items, or the rejection of the record when there are none."""
    found = False
    for item in items:
        found = True
        yield item
    if not found:
        yield rejected(record)


_HOSTS = {
    "twitter.com": "x",
    "x.com": "x",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "tiktok.com": "tiktok",
    "reddit.com": "reddit",
    "bsky.app": "bluesky",
    "threads.net": "threads",
    "threads.com": "threads",
    "linkedin.com": "linkedin",
    "t.me": "telegram",
    "pinterest.com": "pinterest",
}


def host(address: str | None) -> str | None:
    """Return the host of an address without ``www.`` and the like; ``None`` where it has none.

    >>> host("https://www.reddit.com/r/spain/"), host("https://[link]/a")
    ('reddit.com', None)
    """
    try:
        name = (urlsplit(address).hostname or "") if address and "//" in address else ""
    except ValueError:  # brackets that hold no IPv6 address
        name = ""
    return name.removeprefix("www.").removeprefix("m.").removeprefix("mobile.") or None


def bare(address: str | None) -> str:
    """Return an address without what follows its path.

    >>> bare("https://x.com/ana/status/5/?s=20#m")
    'https://x.com/ana/status/5'
    """
    return (address or "").partition("#")[0].partition("?")[0].rstrip("/")


def platform_of(address: str | None) -> str | None:
    """Return the platform an address belongs to, ``None`` where it is not one of ours.

    >>> platform_of("https://twitter.com/a/status/1"), platform_of("https://blog.example/1")
    ('x', None)
    """
    return _HOSTS.get(host(address) or "")
