"""``crisislab compare``: cases among past crises on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, progress, spoken, tell


def compare(
    folders: Annotated[list[Path] | None, typer.Argument(help=helped("compare_cases"))] = None,
    library: Annotated[str, typer.Option(help=helped("compare_library"))] = "reference",
    kind: Annotated[list[str] | None, typer.Option(help=helped("compare_kind"))] = None,
    out: Annotated[Path, typer.Option(help=helped("compare_out"))] = Path("comparison"),
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Compare cases with past crises and print the path of the page."""
    from crisislab.library.desk import compare as compare_cases
    from crisislab.opening import open_case
    from crisislab.pipeline import review

    words = spoken(lang)
    progress("cli.measuring", words)
    cases = [open_case(folder) for folder in folders or []]
    found = compare_cases([(case, review(case)) for case in cases], library=library,
                          kinds=kind or [])  # fmt: skip
    page = found.write(out, lang=words).resolve()
    if json_:
        print_json({"page": page, "places": found.places.to_dict("records")})
    else:
        tell(page)
