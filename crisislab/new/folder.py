"""A new case folder out of exported files: what could be told, and what could not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from string import Template

import pandas as pd

from crisislab.case import zoned
from crisislab.errors import CrisisLabError, Problem, Said, shown
from crisislab.files import writing
from crisislab.manual import BOOK, SCHEMA, TOML, plan_schema, starting_point
from crisislab.manual.book import write_book
from crisislab.new.accounts import Likely, account_blocks, brand_named, likely_accounts
from crisislab.new.proposals import export_files, proposal, quoted, title_of
from crisislab.new.recognised import inspected
from crisislab.read import Inspection, LoadedPosts, read_posts
from crisislab.settings import check_zone
from crisislab.words import say

# Loaded all the same, and yet the review needs the answer.
_ASKED = frozenset({"CL-PLATFORM-UNKNOWN"})
_CHATS = frozenset({"telegram", "whatsapp", "discord-json", "discord-csv", "discord-text"})


@dataclass(frozen=True)
class NewCase:
    """A case folder just made.

    Attributes:
        folder: The folder.
        files: Path inside the case -> what it was recognised as.
        unsettled: What could not be told and has to be filled in.
    """

    folder: Path
    files: dict[str, str]
    unsettled: tuple[Problem, ...]

    def summary(self, lang: str) -> str:
        """Return what was made and what is left to say, as text."""
        lines = [say("new.made", lang, folder=self.folder)]
        lines += [f"  {name}  [{title}]" for name, title in self.files.items()]
        if self.unsettled:
            lines += ["", say("new.unsettled", lang)]
            lines += ["  " + p.message(lang).replace("\n", "\n  ") for p in self.unsettled]
        lines += ["", say("new.next", lang, folder=self.folder)]
        return "\n".join(lines)


def new_case(
    folder: Path,
    exports: Sequence[Path],
    *,
    brand: str = "",
    accounts: Sequence[str] = (),
    zone: str | None = None,
    lang: str = "en",
    link: bool = False,
) -> NewCase:
    """Make a case folder out of exported files.

    Guesses each file's source from its content, puts it into ``posts/`` or ``log/`` and writes a
    commented ``case.toml`` and ``plan.toml``. The folder appears whole or not at all.

    Args:
        folder: The folder to make; it must not exist or be empty.
        exports: Exported files, or folders of them.
        brand: Name of the brand; that of its account when not given, else the folder's.
        accounts: Accounts of the brand as ``platform:handle``.
        zone: Time zone of the audience; ``UTC`` and a remark when not given.
        lang: Language of the comments and of the review.
        link: Whether to link the files instead of copying them.

    Raises:
        CrisisLabError: If the folder is in use, a file is missing or nothing holds posts.
    """
    _check_arguments(folder, exports, accounts, zone)
    known = {path: inspected(path) for path in export_files(exports)}
    with _beside(folder) as scratch:
        root = Path(scratch) / "case"
        files = _place(root, known, link=link)
        unsettled = [
            replace(problem, file=name)
            for name, path in files.items()
            for problem in known[path].unsettled
        ]
        facts = _facts(root, unsettled, zone=zone)
        unsettled = [_on_the_brands(problem, accounts) for problem in unsettled]
        known = {path: _left_in(known[path], name, unsettled) for name, path in files.items()}
        text = _case_text(
            folder.name, facts, known, files, brand=brand, accounts=accounts, zone=zone, lang=lang
        )
        (root / "case.toml").write_text(text, "utf-8")
        _write_plan(root, lang)
        if folder.exists():
            folder.rmdir()
        root.rename(folder)
    unsettled = zoned(unsettled, zone)
    titles = {name: title_of(known[path], lang) for name, path in files.items()}
    unsettled += _chats_among(known, files)
    unsettled += _left_open(facts, zone=zone, accounts=accounts)
    return NewCase(folder, titles, tuple(unsettled))


def _chats_among(known: Mapping[Path, Inspection], files: Mapping[str, Path]) -> list[Problem]:
    """Ask of each chat that was put among the posts whether it is the team's."""
    chats = [name for name, path in files.items() if known[path].reader in _CHATS]
    return [Problem("CL-NEW-CHAT", "flagged", file=name) for name in chats]


def _beside(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a folder beside the one to make, in which it is put together.

    Raises:
        CrisisLabError: ``CL-OUT-DENIED`` or ``CL-OUT-FULL`` if nothing can be written there.
    """
    above = folder.absolute().parent
    there = next(path for path in (above, *above.parents) if path.exists())
    with writing(there, way="new"):
        above.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=above, prefix=".crisislab-new-")


def _left_open(facts: _Facts, *, zone: str | None, accounts: Sequence[str]) -> Iterator[Problem]:
    """Give what the person who asked for the case still has to say."""
    if zone is None:
        yield Problem("CL-NEW-ZONE", "flagged", file="case.toml")
    if not accounts and not facts.outbound:
        names = ", ".join(shown(a) for a in facts.likely)
        likely = Said("new.likely", {"names": names}) if names else Said("new.none_likely")
        yield Problem("CL-NEW-ACCOUNTS", "flagged", file="case.toml", facts={"likely": likely})


def _write_plan(root: Path, lang: str) -> None:
    """Write the starting point as text, as a workbook, and the schema for editors."""
    (root / TOML).write_text(f"#:schema {SCHEMA}\n{_template(TOML, lang)}", "utf-8")
    write_book(starting_point(lang), root / BOOK, lang=lang)
    (root / SCHEMA).write_text(plan_schema(), "utf-8")


def _check_arguments(
    folder: Path, exports: Sequence[Path], accounts: Sequence[str], zone: str | None
) -> None:
    problems = [Problem("CL-FILE-MISSING", file=str(p)) for p in exports if not p.exists()]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problems.append(Problem("CL-NEW-EXISTS", file=str(folder)))
    problems += [Problem("CL-NEW-ACCOUNT", value=a) for a in accounts if ":" not in a]
    if zone is not None:
        try:
            check_zone(zone)
        except ValueError:
            problems.append(Problem("CL-SET-ZONE", value=zone))
    if problems:
        raise CrisisLabError(*problems)


def _place(root: Path, inspected: dict[Path, Inspection], *, link: bool) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path, seen in inspected.items():
        part = "log" if seen.gives == "log" else "posts"
        (root / part).mkdir(parents=True, exist_ok=True)
        name = path.name
        while f"{part}/{name}" in files:
            name = f"{len(files)}-{name}"
        target = root / part / name
        if link:
            target.symlink_to(path.resolve())
        elif path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copy2(path, target)
        files[f"{part}/{name}"] = path
    if not (root / "posts").is_dir():
        raise CrisisLabError(Problem("CL-NEW-NO-POSTS"))
    return files


def _left_in(seen: Inspection, name: str, unsettled: Sequence[Problem]) -> Inspection:
    """Return a file with what only its loading showed to be open."""
    more = tuple(p for p in unsettled if p.file == name and p.code in _ASKED)
    return replace(seen, unsettled=(*seen.unsettled, *more)) if more else seen


def _on_the_brands(problem: Problem, accounts: Sequence[str]) -> Problem:
    """Propose the one network of the brand's accounts where a file does not say its own."""
    networks = {account.partition(":")[0] for account in accounts}
    if problem.facts.get("named") != "..." or len(networks) != 1:
        return problem
    return replace(problem, facts={**problem.facts, "named": networks.pop()})


@dataclass(frozen=True)
class _Facts:
    zoned: bool
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    outbound: bool
    linked: bool
    likely: tuple[Likely, ...]


def _as_if(root: Path, zone: str) -> LoadedPosts:
    """Return the posts as if times without a zone were of this one."""
    return read_posts([root / "posts"], root=root, zone=zone, strict=False)


def _facts(root: Path, unsettled: list[Problem], *, zone: str | None) -> _Facts:
    loaded = read_posts([root / "posts"], root=root, strict=False)
    known = {(p.code, p.file) for p in unsettled}
    unsettled += [
        p for p in loaded.problems
        if (p.severity == "refused" or p.code in _ASKED) and (p.code, p.file) not in known
    ]  # fmt: skip
    # Days and names are proposed, not measured: for them the zone of the clock matters little.
    clear = all(p.code != "CL-TIME-ZONE" for p in loaded.problems)
    posts = (loaded if clear else _as_if(root, zone or "UTC")).posts
    said = posts["inbound"].str.casefold()
    at = posts["created_at"]
    return _Facts(
        zoned=clear,
        first=at.min() if len(at) else None,
        last=at.max() if len(at) else None,
        outbound=bool(said.eq("false").any()),
        linked=bool(said.notna().any() and posts["parent_id"].notna().any()),
        likely=likely_accounts(posts),
    )


def _case_text(
    name: str,
    facts: _Facts,
    inspected: dict[Path, Inspection],
    files: dict[str, Path],
    *,
    brand: str,
    accounts: Sequence[str],
    zone: str | None,
    lang: str,
) -> str:
    notes = [proposal(f, inspected[path], zone=zone, lang=lang) for f, path in files.items()]
    return Template(_template("case.toml", lang)).substitute(
        name=quoted(name),
        zone=quoted(zone or "UTC"),
        zone_note="" if zone else f"\n{say('new.zone_note', lang)}",
        brand=quoted(brand or brand_named(accounts, facts.likely) or name),
        outbound=str(facts.outbound).lower(),
        absent=str(not accounts and not facts.outbound).lower(),
        accounts=account_blocks(accounts, facts.likely, lang),
        **_dates(facts.first, facts.last, zoned=facts.zoned),
        rule=quoted("opening-posts" if facts.linked else "conversations"),
        sources="".join(notes),
    )


def _dates(first: pd.Timestamp | None, last: pd.Timestamp | None, *, zoned: bool) -> dict[str, str]:
    """Return the first and last instants of the exports, and days to propose from them."""
    start = pd.Timestamp("2026-03-01T00:00Z") if first is None else first.floor("D")
    days = {"start": start, "quiet_end": start + pd.Timedelta(days=14),
            "end": start + pd.Timedelta(days=31) if last is None else last.ceil("D")}  # fmt: skip
    told = {"first": first, "last": last}
    return {name: at.strftime("%Y-%m-%d") for name, at in days.items()} | {
        name: "?" if at is None else at.strftime(f"%Y-%m-%d{' %H:%M UTC' if zoned else ''}")
        for name, at in told.items()
    }


def _template(name: str, lang: str) -> str:
    return (resources.files("crisislab") / "templates" / lang / name).read_text("utf-8")
