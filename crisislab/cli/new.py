"""``crisislab new``: a case folder out of exported files."""

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, spoken, tell, told


def new(
    folder: Annotated[Path, typer.Argument(help=helped("folder"))],
    exports: Annotated[list[Path], typer.Argument(help=helped("exports"))],
    brand: Annotated[str, typer.Option(help=helped("brand"))] = "",
    account: Annotated[list[str] | None, typer.Option(help=helped("account"))] = None,
    zone: Annotated[str | None, typer.Option(help=helped("zone"))] = None,
    link: Annotated[bool, typer.Option("--link", help=helped("link"))] = False,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Make a case folder and say what could not be settled."""
    from crisislab.new import new_case

    words = spoken(lang)
    made = new_case(
        folder, exports, brand=brand, accounts=account or [], zone=zone, lang=words, link=link
    )
    if json_:
        unsettled = [told(problem, words) for problem in made.unsettled]
        print_json({"folder": made.folder, "files": made.files, "unsettled": unsettled})
    else:
        tell(made.summary(words))
