"""A new case folder out of exported files: what could be told, and what could not."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from string import Template

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.read import Inspection, inspect, read_posts
from crisislab.settings import check_zone
from crisislab.words import say


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
        exports: Exported files or folders.
        brand: Name of the brand.
        accounts: Accounts of the brand as ``platform:handle``.
        zone: Time zone of the audience; ``UTC`` and a remark when not given.
        lang: Language of the comments and of the review.
        link: Whether to link the files instead of copying them.

    Raises:
        CrisisLabError: If the folder is in use, a file is missing or nothing holds posts.
    """
    _check_arguments(folder, exports, accounts, zone)
    inspected = {path: inspect(path) for path in exports}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".crisislab-new-") as scratch:
        root = Path(scratch) / "case"
        files = _place(root, inspected, link=link)
        unsettled = [
            replace(problem, file=name)
            for name, path in files.items()
            for problem in inspected[path].unsettled
        ]
        facts = _facts(root, unsettled)
        (root / "case.toml").write_text(
            _case_text(
                folder.name,
                facts,
                inspected,
                files,
                brand=brand,
                accounts=accounts,
                zone=zone,
                lang=lang,
            ),
            "utf-8",
        )
        (root / "plan.toml").write_text(_template("plan.toml", lang), "utf-8")
        if folder.exists():
            folder.rmdir()
        root.rename(folder)
    titles = {name: inspected[path].title for name, path in files.items()}
    if zone is None:
        unsettled.append(Problem("CL-NEW-ZONE", "flagged", file="case.toml"))
    if not accounts and not facts.outbound:
        likely = ", ".join(f"{platform}:{handle}" for platform, handle, _ in facts.named) or "-"
        unsettled.append(
            Problem("CL-NEW-ACCOUNTS", "flagged", file="case.toml", facts={"likely": likely})
        )
    return NewCase(folder, titles, tuple(unsettled))


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


@dataclass(frozen=True)
class _Facts:
    first: str
    last: str
    outbound: bool
    linked: bool
    named: tuple[tuple[str, str, int], ...]


def _facts(root: Path, unsettled: list[Problem]) -> _Facts:
    loaded = read_posts([root / "posts"], root=root, strict=False)
    known = {(p.code, p.file) for p in unsettled}
    for row in loaded.issues[loaded.issues["severity"].eq("refused")].to_dict("records"):
        name = str(row["source_file"])
        if (row["code"], name) not in known:
            unsettled.append(Problem(str(row["code"]), file=name, value=str(row["value"] or "")))
    posts = loaded.posts
    said = posts["inbound"].str.casefold()
    at = posts["created_at"]
    return _Facts(
        first=str(at.min()) if len(at) else "?",
        last=str(at.max()) if len(at) else "?",
        outbound=bool(said.eq("false").any()),
        linked=bool(said.notna().any() and posts["parent_id"].notna().any()),
        named=_most_named(posts),
    )


def _most_named(posts: pd.DataFrame) -> tuple[tuple[str, str, int], ...]:
    """Return platform, handle and count of the account most posts name, where one stands out."""
    words = posts[["platform", "mentions"]].dropna()
    words = words.assign(mentions=words["mentions"].str.casefold().str.split()).explode("mentions")
    found = []
    for platform, names in words.dropna().groupby("platform")["mentions"]:
        counts = names.value_counts()
        if len(counts) and counts.iloc[0] >= max(10, 2 * counts.iloc[1:2].sum()):
            found.append((str(platform), str(counts.index[0]), int(counts.iloc[0])))
    return tuple(found)


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
    notes = [_proposal(f, inspected[path], lang) for f, path in files.items()]
    return Template(_template("case.toml", lang)).substitute(
        name=_quoted(name),
        zone=_quoted(zone or "UTC"),
        zone_note="" if zone else f"\n{say('new.zone_note', lang)}",
        brand=_quoted(brand or name),
        outbound=str(facts.outbound).lower(),
        absent=str(not accounts and not facts.outbound).lower(),
        accounts=_accounts(accounts, facts, lang),
        first=facts.first,
        last=facts.last,
        rule=_quoted("opening-posts" if facts.linked else "conversations"),
        sources="".join(notes),
    )


def _accounts(accounts: Sequence[str], facts: _Facts, lang: str) -> str:
    if not accounts and facts.named:
        return "".join(
            f"\n# {say('new.named', lang, n=n)}\n# [[brand.accounts]]\n"
            f"# platform = {_quoted(platform)}\n# handle = {_quoted(handle)}\n"
            for platform, handle, n in facts.named
        )
    if not accounts:
        return '\n# [[brand.accounts]]\n# platform = "x"\n# handle = "..."\n'
    blocks = []
    for account in accounts:
        platform, handle = account.split(":", 1)
        blocks.append(
            f"\n[[brand.accounts]]\nplatform = {_quoted(platform)}\n"
            f"handle = {_quoted(handle.lstrip('@'))}\n"
        )
    return "".join(blocks)


def _proposal(name: str, seen: Inspection, lang: str) -> str:
    if not seen.unsettled:
        return f"\n# {name}: {seen.title}\n"
    columns = ", ".join(seen.columns[:40])
    lines = [
        "",
        f"# {name}: {seen.title}. {say('new.columns', lang)}: {columns}",
        "# [[sources]]",
        f"# file = {_quoted(name)}",
        '# zone = "Europe/Madrid"',
        '# dates = "day-first"',
        '# platform = "x"',
        '# columns = { created_at = "...", text = "...", author_id = "..." }',
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _template(name: str, lang: str) -> str:
    return (resources.files("crisislab") / "templates" / lang / name).read_text("utf-8")
