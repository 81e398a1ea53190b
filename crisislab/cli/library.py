"""``crisislab library``: keep a case among past crises, merge libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import LANG, Json, Lang, guarded, helped, print_json, spoken, tell
from crisislab.cli.page import SpokenCommand, SpokenGroup
from crisislab.words import say


def build() -> typer.Typer:
    """Return the group of commands."""
    group = typer.Typer(cls=SpokenGroup, help=say("cli.library", LANG), no_args_is_help=True)
    for name, command in (("add", add), ("merge", merge)):
        told = say(f"cli.library_{name}", LANG)
        group.command(name, help=told, cls=SpokenCommand)(guarded(command))
    return group


def add(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    library: Annotated[Path, typer.Option(help=helped("library_file"))] = Path("library.json"),
    name: Annotated[str, typer.Option(help=helped("library_name"))] = "",
    collector: Annotated[str, typer.Option(help=helped("library_collector"))] = "",
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Keep the safe aggregate of a case in a library."""
    from crisislab.library.book import Library, read_library
    from crisislab.library.desk import keep
    from crisislab.library.keep import past_case
    from crisislab.opening import open_case
    from crisislab.pipeline import review

    before = read_library(library) if library.exists() else Library()
    case = open_case(folder)
    kept = past_case(case, review(case), name=name, collector=collector)
    grown = keep(before, kept, library)
    if json_:
        print_json({"library": library.resolve(), "id": kept.id, "n_cases": len(grown.cases)})
        return
    facts = {"name": kept.name, "file": library, "n": len(grown.cases)}
    way = "replaced" if any(one.id == kept.id for one in before.cases) else "added"
    tell(say(f"compare.library.{way}", spoken(lang), **facts))


def merge(
    libraries: Annotated[list[Path], typer.Argument(help=helped("library_files"))],
    out: Annotated[Path, typer.Option(help=helped("library_file"))] = Path("library.json"),
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Write several libraries as one; two different cases of one name are refused."""
    from crisislab.library.desk import merge_into

    both = merge_into(libraries, out)
    if json_:
        print_json({"library": out.resolve(), "n_cases": len(both.cases)})
        return
    tell(say("compare.library.merged", spoken(lang), file=out, n=len(both.cases)))
