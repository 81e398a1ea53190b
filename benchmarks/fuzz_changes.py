"""Inputs changed so that they stay what they are: cells of tables, keys of records, zips.

Random bytes mostly end where a file is recognised. These changes keep the layout and hurt what
stands in it: values, quotes, nesting, order, encodings. About one in five also has bytes changed.
"""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

Change = Callable[[bytes, bytes, random.Random], bytes]
MOST = 20_000

VALUES = (
    "", " ", "NA", "null", "None", "nan", "-", "—", "0", "-1", "1", "1e5", "1.577E+18", "9" * 25,
    "1.234", "1,234", "1.2K", "3 M", "12,5", "١٢٣", "５", "TRUE", "=1+1", "+1", "-1+2", "@a", "'=1",
    "2026-03-05", "05/03/2026", "3/5/26 9:14 PM", "13/13/2026", "2026-02-30", "2026-03-29T02:30:00",
    "2026-10-25 02:30", "2026-03-05T10:00:00Z", "2026-03-05T10:00:00+99:00", "0000-00-00",
    "9999-12-31T23:59:60Z", "Thu Mar 05 22:30:14 +0000 2026", "1772719331", "1772719331000",
    "99999999999999999", "-62135596800", "46086.5", "24:00", "5 de marzo de 2026", "ayer",
    "1898234417263910912", "1898234417263910912.0", "1.89823E+18", "570306133677760000",
    "t3_abc", "00123", "#N/A", "\u202e", "\x1b[31m", "\x00", "\ud83d\ude00", "a\nb", "a\r\nb",
    'a"b', "a;b",
    "a,b", "a\tb", "\ufeff", "\u200b", "\u2028", "e\u0301", "JosÃ©", "&lt;b&gt;", "<b>",
    "RT @ana: ", "@ana", "https://x.com/a/status/1", "x" * 300, "xoxb-123456789012-abcdefghij",
)  # fmt: skip
LEAVES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**30, float("nan"), float("inf"), [], {}, [[]],
    {"": None}, [None], {"id": None}, ["a", 1], "\ud800", *VALUES,
)  # fmt: skip
ODD = (b'"', b"\n", b"\r", b"\0", b",", b";", b"{", b"[", b"\xff", b"\xef\xbb\xbf", b"-1",
       b"\\u0000", b"\xed\xa0\x80", b"9" * 40, b"=", b"'", b"\t", b"null", b"[[", b"e999",
       b"\x1a", b"''",
       b"\\", b'""', b"}{", b"\xc2\x85", b"\xe2\x80\xa8")  # fmt: skip
NAMES = ("a.csv", "A.CSV", "b.json", "../a.csv", "/a.csv", "a\\b.csv", "C:\\a.csv", "a/", "",
         ".", "..", "a/../../b.csv", "x/" * 30 + "a.csv", "ñ.csv", "n\u0303.csv", "a\x00.csv",
         "CON", "a.csv ",
         "\u202egnp.csv", "users.json", "channels.json", "groups.json", "crisis/2026-03-05.json",
         "x/crisis/2026-03-05.json", "__MACOSX/a.csv", "[Content_Types].xml", "b.zip")  # fmt: skip


def changed_bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return bytes changed at a few places, in ways that hurt parsers."""
    out = bytearray(data[:MOST])
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(out))
        way = chance.randint(0, 4)
        if way == 0:
            out[at:at] = chance.choice(ODD)
        elif way == 1:
            del out[at : at + chance.randint(1, 30)]
        elif way == 2 and out:
            out[at % len(out)] ^= 1 << chance.randint(0, 7)
        elif way == 3:
            start = chance.randint(0, len(other))
            out[at:at] = other[start : start + chance.randint(1, 60)]
        else:
            out[at:at] = out[max(at - 40, 0) : at] * chance.randint(1, 4)
    return bytes(out)


# --- records -----------------------------------------------------------------------------------


def changed_records(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a JSON file with a few values, keys or levels changed, written anew."""
    records, lines = _records(data)
    if not records:
        return changed_bytes(data, other, chance)
    spare = _places(_records(other)[0])
    for _ in range(chance.randint(1, 3)):
        _change_tree(records, spare, chance)
    indent = chance.choice((None, None, None, 1))
    said = [json.dumps(r, ensure_ascii=chance.random() < 0.5, indent=indent) for r in records]
    text = "\n".join(said) + "\n" * chance.randint(0, 1)
    if not lines or chance.random() < 0.05:
        text = said[0] if len(said) == 1 and chance.random() < 0.9 else f"[{', '.join(said)}]"
    if chance.random() < 0.05:
        text = text.replace('": ', f'": {chance.choice(("1", "null", "{}"))}, "id": ', 1)
    return text.encode("utf-8", "surrogatepass")[:MOST]


def _records(data: bytes) -> tuple[list[Any], bool]:
    text = data.decode("utf-8-sig", "replace")
    try:
        return [json.loads(text)], False
    except (ValueError, RecursionError):
        pass
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return found, True


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) of a tree."""
    found, left = [], [tree]
    while left and len(found) < 2000:
        one = left.pop()
        inside = one.items() if isinstance(one, dict) else enumerate(one)
        for key, value in list(inside):
            found.append((one, key))
            if isinstance(value, dict | list):
                left.append(value)
    return found


def _change_tree(records: list[Any], spare: list[tuple[Any, Any]], chance: random.Random) -> None:
    places = _places(records)
    if not places:
        records.append(chance.choice(LEAVES))
        return
    holder, key = chance.choice(places)
    way = chance.randint(0, 7)
    if way <= 2:
        holder[key] = chance.choice(LEAVES)
    elif way == 3 and (isinstance(holder, dict) or len(holder) > 1):
        del holder[key]
    elif way == 4:
        holder[key] = chance.choice(([holder[key]], {"data": holder[key]}, [holder[key]] * 2))
    elif way == 5 and spare:
        from_, what = chance.choice(spare)
        holder[key] = json.loads(json.dumps(from_[what]))
    elif way == 6 and isinstance(holder, list):
        holder.insert(key, json.loads(json.dumps(holder[key])))
    elif isinstance(holder, dict):
        holder[chance.choice((str(key).upper(), f" {key}", f"{key}_", "id", ""))] = holder[key]
    else:
        records.append(json.loads(json.dumps(chance.choice(records))))


# --- tables ------------------------------------------------------------------------------------


def changed_table(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a table with cells, columns, quotes, line ends or encoding changed."""
    text, delimiter = _text(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = []
    if not rows:
        return changed_bytes(data, other, chance)
    for _ in range(chance.randint(1, 4)):
        _change_rows(rows, chance)
    out = io.StringIO(newline="")
    ends = chance.choice(("\n", "\n", "\n", "\r\n", "\r"))
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    into = delimiter if chance.random() < 0.9 else chance.choice(",;\t|")
    csv.writer(out, delimiter=into, lineterminator=ends, quoting=quoting).writerows(rows)
    whole = out.getvalue()
    whole = whole if chance.random() < 0.9 else whole.rstrip("\r\n")
    return _encoded(whole, chance)[:MOST]


def _text(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        text = data.decode("utf-8-sig", "replace")
    head = text.split("\n", 1)[0]
    return text, max(",;\t|", key=head.count)


def _encoded(text: str, chance: random.Random) -> bytes:
    code = chance.choice(("utf-8",) * 8 + ("utf-8-sig", "cp1252", "utf-16", "utf-16-le"))
    return text.encode(code, "replace" if code == "cp1252" else "surrogatepass")


def _change_rows(rows: list[list[str]], chance: random.Random) -> None:
    at = chance.randrange(len(rows))
    row = rows[at]
    place = chance.randrange(len(row)) if row else 0
    way = chance.randint(0, 11)
    if way <= 4 and row:
        row[place] = chance.choice(VALUES)
    elif way == 5:
        row.insert(place, chance.choice(VALUES))
    elif way == 6 and row:
        del row[place]
    elif way == 7:
        rows.insert(at, list(chance.choice(rows)))
    elif way == 8 and len(rows) > 1:
        del rows[at]
    elif way == 9:
        rows.insert(at, [chance.choice(VALUES)] * chance.choice((0, 1, len(row))))
    elif way == 10 and rows[0]:
        rows[0][chance.randrange(len(rows[0]))] = chance.choice(
            (*rows[0], "ID", "Date", "text", "")
        )
    elif row:
        row[place] += chance.choice(VALUES)


# --- archives ----------------------------------------------------------------------------------


def changed_archive(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a zip with members renamed, doubled, nested, linked or changed, or its bytes."""
    members = _members(data)
    if not members or chance.random() < 0.15:
        return changed_bytes(data, other, chance)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(members))
        name, body, attr = members[at]
        way = chance.randint(0, 7)
        if way == 0:
            members[at] = (chance.choice(NAMES), body, attr)
        elif way == 1:
            members.append((name if chance.random() < 0.5 else name.upper(), body, attr))
        elif way == 2:
            members[at] = (name, body, 0o120777 << 16)
        elif way == 3:
            members[at] = (name + ".zip", zipped([(name, body, attr)]), attr)
        elif way == 4 and len(members) > 1:
            del members[at]
        else:
            members[at] = (name, changed(body, chance.choice(members)[1], chance), attr)
    out = bytearray(zipped(members, chance.choice((0, 8, 8, 12, 14))))
    if chance.random() < 0.1:
        _lie(out, chance)
    return bytes(out)[: 3 * MOST]


def _members(data: bytes) -> list[tuple[str, bytes, int]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return [(i.filename, packed.read(i)[:MOST], i.external_attr)
                    for i in packed.infolist()[:12]]  # fmt: skip
    except Exception:  # noqa: BLE001 - a broken archive is changed by its bytes
        return []


def zipped(members: list[tuple[str, bytes, int]], how: int = 8) -> bytes:
    """Return a zip of (name, data, attributes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as packed:
        packed._didModify = True
        for name, body, attr in members:
            info = zipfile.ZipInfo("x")
            info.filename, info.external_attr, info.compress_type = name, attr, how
            # The same name twice is what some archives have; writing it is no mistake here.
            packed.NameToInfo.pop(name, None)
            packed.writestr(info, body)
    return out.getvalue()


def _lie(out: bytearray, chance: random.Random) -> None:
    """Write another size, sum or method into a header."""
    marks = [i for i in range(len(out) - 46) if out[i : i + 4] in (b"PK\x01\x02", b"PK\x03\x04")]
    if marks:
        at = chance.choice(marks)
        field = at + (chance.choice((8, 10, 16, 20, 24, 28, 42)) if out[at + 2] == 1
                      else chance.choice((6, 8, 14, 18, 22, 26)))  # fmt: skip
        out[field : field + 2] = chance.choice((b"\xff\xff", b"\x00\x00", b"\x01\x00"))


# --- anything ----------------------------------------------------------------------------------


def changed_lines(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a text (a chat, a settings file) with values, lines or keys changed."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True) or ["\n"]
    others = other.decode("utf-8", "surrogateescape").splitlines(keepends=True) or ["\n"]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        key, equals, value = lines[at].partition(chance.choice(("=", ":", ",", " ")))
        way = chance.randint(0, 6)
        if way == 0:
            lines[at] = f"{key}{equals}{_said(chance)}\n"
        elif way == 1:
            lines[at] = f"{_said(chance)}{equals}{value}"
        elif way == 2:
            lines.insert(at, chance.choice(others))
        elif way == 3:
            lines.insert(at, lines[at])
        elif way == 4 and len(lines) > 1:
            del lines[at]
        elif way == 5:
            lines[at] = lines[at].replace('"', chance.choice(("'", '""', "", '"""')), 1)
        else:
            cut = chance.randint(0, len(lines[at]))
            lines[at] = lines[at][:cut] + chance.choice(VALUES) + lines[at][cut:]
    return "".join(lines).encode("utf-8", "surrogateescape" if _plain(lines) else "replace")[:MOST]


def _plain(lines: list[str]) -> bool:
    return not any("\ud800" <= c <= "\udbff" or "\udd00" <= c <= "\udfff" for c in "".join(lines))


def _said(chance: random.Random) -> str:
    value = chance.choice(LEAVES)
    if isinstance(value, str) and chance.random() < 0.5:
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (UnicodeError, ValueError):
        return "null"


def changed(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return an input changed as what it is."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    way: Change = changed_lines
    if start.startswith(b"PK"):
        way = changed_archive
    elif start.startswith((b"{", b"[")):
        way = changed_records
    elif b"," in start or b";" in start or b"\t" in start or start[:1] == b"\xff":
        way = changed_table
    out = way(data, other, chance)
    return changed_bytes(out, other, chance) if chance.random() < 0.2 else out
