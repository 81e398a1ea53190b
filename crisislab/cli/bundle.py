"""``crisislab bundle``: what may be shared of a case, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, Secret, helped, print_json, progress, spoken, tell
from crisislab.words import say


def bundle(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    out: Annotated[Path | None, typer.Option(help=helped("bundle_out"))] = None,
    secret: Secret = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Review the case and write aggregates and pseudonymous ids, or refuse."""
    from crisislab.opening import open_case
    from crisislab.pipeline import review
    from crisislab.privacy.secret import load_names
    from crisislab.sharing import SMALL
    from crisislab.sharing import bundle as bundle_review

    words = spoken(lang)
    progress("cli.measuring", words)
    case, path = open_case(folder), out or folder / "bundle.zip"
    names = load_names(folder, secret=secret)
    made = review(case, lang=None if lang is None else lang.value, secret=secret)
    withheld = bundle_review(case, made, path, names=names)
    if json_:
        print_json({"bundle": path.resolve(), "withheld": withheld})
        return
    n = sum(withheld.values())
    tell(say("safety.bundle.done", words, file=path, n=n, small=SMALL))
