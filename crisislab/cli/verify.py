"""``crisislab verify``: a review made again and compared with the one written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, Secret, helped, print_json, progress, spoken, tell


def verify(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    written: Annotated[Path | None, typer.Option("--review", help=helped("written"))] = None,
    secret: Secret = None,
    lang: Lang = None,
    json_: Json = False,
) -> int:
    """Make the review again, say what differs and why, and return 1 if anything does."""
    from crisislab.verify import verify as verify_review

    words = spoken(lang)
    progress("cli.measuring", words)
    found = verify_review(folder, written or folder / "review", secret=secret)
    if json_:
        print_json({
            "same": found.same, "changes": [asdict(change) for change in found.changes],
            "edited": found.edited, "differing": found.differing,
            "numbers": found.numbers.to_dict("records"),
        })  # fmt: skip
    else:
        tell(found.summary(words))
    return int(not found.same)
