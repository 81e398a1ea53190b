"""Which files are meant, and the lines of ``case.toml`` that each still needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from crisislab.read import Inspection
from crisislab.words import has_words, say

_SLACK = {"users.json", "channels.json"}
_DONE = "_SUCCESS"
# What a code (after CL-) leaves open -> the line that settles it.
_LINES = (
    ("TIME-ZONE", 'zone = "{zone}"'),
    ("TIME-ORDER", 'dates = "day-first"'),
    ("PLATFORM-", 'platform = "{platform}"'),
    ("COUNT-SEPARATOR", 'decimal = ","'),
    ("IDS-SCIENTIFIC", 'ids = "damaged"'),
    ("IDS-FLOAT", 'ids = "damaged"'),
    ("IDS-ROUNDED", 'ids = "damaged"'),
    ("IDS-STEPS", 'ids = "damaged"'),
    ("IDS-POST", "columns = {ids}"),
    ("SOURCE-UNKNOWN", "columns = {columns}"),
    ("COLUMN-", "columns = {columns}"),
    ("TIME-FORMAT", "columns = {columns}"),
)
_COLUMNS = {
    "log": '{ logged_at = "...", text = "...", actor = "..." }',
    "posts": '{ created_at = "...", text = "...", author_id = "..." }',
}


def export_files(paths: Sequence[Path]) -> list[Path]:
    """Return the exports meant: a folder stands for what is in it, unless it is one export.

    An unpacked Slack export is one, and so is what a job of a warehouse wrote; hidden files and a
    file named twice count once or not at all.
    """
    return list(dict.fromkeys(file for path in paths for file in _inside(path)))


def _inside(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    inside = sorted(p for p in path.iterdir() if not p.name.startswith((".", "~$", "__MACOSX")))
    if {*_SLACK, _DONE} & {p.name for p in inside} or any(map(_is_partition, inside)):
        yield path
    else:
        for each in inside:
            yield from _inside(each)


def _is_partition(path: Path) -> bool:
    return "=" in path.name and path.is_dir()


def title_of(seen: Inspection, lang: str) -> str:
    """Return what a file is, for people; layouts with a name of their own keep it."""
    key = f"new.title.{seen.reader}"
    return say(key, lang) if has_words(key) else seen.title


def proposal(name: str, seen: Inspection, *, zone: str | None, lang: str) -> str:
    """Return what a file is, as a comment, with the lines that settle what it leaves open."""
    if not seen.unsettled:
        return f"\n# {name}: {title_of(seen, lang)}\n"
    columns = ", ".join(filter(None, seen.columns[:40]))
    wanted = _COLUMNS.get(seen.gives, _COLUMNS["posts"])
    codes = [problem.code.removeprefix("CL-") for problem in seen.unsettled]
    settled = [line for prefix, line in _LINES if any(code.startswith(prefix) for code in codes)]
    # Where the name of the file does not tell the network, none is proposed: any would be wrong.
    named = [str(p.facts["named"]) for p in seen.unsettled if "named" in p.facts]
    told = next((name for name in named if name != "..."), "")
    settled = [line for line in settled if told or "{platform}" not in line]
    ids = (f"{{ post_id = {quoted(str(p.facts['other']))}, root_id = {quoted(p.column)} }}"
           for p in seen.unsettled if p.code == "CL-IDS-POST")  # fmt: skip
    facts = {
        "{zone}": zone or "Europe/Madrid", "{columns}": wanted,
        "{platform}": told, "{ids}": next(ids, ""),
    }  # fmt: skip
    for mark, fact in facts.items():
        settled = [line.replace(mark, fact) for line in settled]
    lines = dict.fromkeys(settled)
    head = f"# {name}: {title_of(seen, lang)}. {say('new.columns', lang)}: {columns}"
    block = ["# [[sources]]", f"# file = {quoted(name)}", *(f"# {line}" for line in lines)]
    return "\n".join(["", head, *block, ""])


def quoted(text: str) -> str:
    """Return text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
