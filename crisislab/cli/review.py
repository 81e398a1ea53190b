"""``crisislab review``: a case in, the report out."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crisislab.cli.options import (
    LANG,
    Json,
    Lang,
    Secret,
    helped,
    print_json,
    progress,
    spoken,
    tell,
)
from crisislab.words import say

if TYPE_CHECKING:
    from crisislab.report.value import Review


def review(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    out: Annotated[Path | None, typer.Option(help=helped("out"))] = None,
    form: Annotated[list[str] | None, typer.Option(help=helped("form"))] = None,
    engine: Annotated[str, typer.Option(help=say("engine.cli.engine", LANG))] = "pandas",
    memory: Annotated[str | None, typer.Option(help=say("engine.cli.memory", LANG))] = None,
    texts: Annotated[int, typer.Option(help=say("engine.cli.texts", LANG))] = 30_000,
    secret: Secret = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Review a case, print its verdicts and, last, the path of the page."""
    from crisislab.material import Scale
    from crisislab.opening import open_case
    from crisislab.pipeline import review as review_case
    from crisislab.report.tables import verdicts_text

    # What is read lives as long as the command: to search it for garbage takes time for nothing.
    gc.set_threshold(100_000, 50, 100)
    words = spoken(lang)
    progress("cli.reading", words)
    held = engine == "pandas"
    case = open_case(folder, stored=not held, memory=memory if held else None)
    progress("cli.measuring", words)
    result = review_case(
        case, lang=None if lang is None else lang.value, engine=engine,
        scale=Scale(memory=memory, texts=texts), secret=secret,
    )  # fmt: skip
    progress("cli.writing", words)
    page = result.write(out or folder / "review", forms=_forms(form or [])).resolve()
    if json_:
        print_json(_for_machines(result, page))
    else:
        tell(f"{verdicts_text(result)}\n\n{page}")


def _forms(asked: list[str]) -> list[str]:
    from crisislab.report.forms import FORMS

    return list(FORMS) if "all" in asked else asked


def _for_machines(result: Review, page: Path) -> dict[str, object]:
    # pandas writes missing numbers as null, which json alone would not.
    rows = {name: getattr(result, name).to_json(orient="records", date_format="iso")
            for name in ("verdicts", "actions", "metrics")}  # fmt: skip
    return {"page": page, **{name: json.loads(text) for name, text in rows.items()}}
