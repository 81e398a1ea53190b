"""``crisislab drill``: a scenario of a case's plan turned into a case to exercise on."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, spoken, tell
from crisislab.words import say


def drill(
    case: Annotated[Path, typer.Argument(help=helped("drill_case"))],
    folder: Annotated[Path, typer.Argument(help=helped("drill_folder"))],
    scenario: Annotated[str, typer.Option(help=helped("scenario"))],
    start: Annotated[datetime, typer.Option(help=helped("start"))],
    seed: Annotated[int, typer.Option(help=helped("seed"))] = 1,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Write the exercise and say where it is."""
    import shutil

    from crisislab.case_file import CaseFile
    from crisislab.manual import BOOK, TOML, read_manual
    from crisislab.settings import read_settings
    from crisislab.simulate.exercise import write_drill

    words = spoken(lang)
    plan, settings = read_manual(case), read_settings(case / "case.toml", CaseFile)
    made = write_drill(
        plan, scenario, folder, start=start, zone=settings.case.zone, seed=seed, lang=words
    )
    for name in (TOML, BOOK):
        if (case / name).exists():
            shutil.copy2(case / name, made / name)
    if json_:
        print_json({"folder": made, "scenario": scenario})
    else:
        tell(say("cli.drilled", words, folder=made))
