"""A team's own look: logo, colour, order of sections and titles, from ``report.toml``."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from crisislab.errors import CrisisLabError, Problem
from crisislab.settings import Settings, read_settings

FILE = "report.toml"
MAX_LOGO = 300_000
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# The first page stays first, the data and the numbers last: a look may not hide the limits.
Movable = Literal["chronology", "response", "sentiment", "reach", "plan", "targets", "narratives",
                  "effect", "comparison", "added"]  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How a review looks beyond what it says.

    Attributes:
        logo: Picture as a ``data:`` address, or empty.
        accent: Colour of links and marks, ``#rrggbb``, or empty.
        order: Sections in the order wanted; the others follow.
        titles: Language -> section -> title.
    """

    logo: str = field(default="", repr=False)
    accent: str = ""
    order: tuple[str, ...] = ()
    titles: dict[str, dict[str, str]] = field(default_factory=dict)

    def title(self, section: str, lang: str) -> str:
        """Return the title a team gave to a section, or empty."""
        return self.titles.get(lang, {}).get(section, "")


def contrast(colour: str) -> float:
    """Return the contrast of a colour with white (WCAG 2.2), 1 to 21.

    >>> round(contrast("#000000")), round(contrast("#ffffff"))
    (21, 1)
    """
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _readable(value: object) -> object:
    """Return a colour that can be read on white.

    Raises:
        PydanticCustomError: If it is no ``#rrggbb`` or too pale.
    """
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PydanticCustomError("CL-LOOK-COLOUR", "colour")
    if contrast(value) < 4.5:
        told = f"{contrast(value):.1f}"
        raise PydanticCustomError("CL-LOOK-CONTRAST", "contrast", {"contrast": told})
    return value


class LookFile(Settings):
    """``report.toml``."""

    logo: str = ""
    accent: Annotated[str, BeforeValidator(_readable)] | None = None
    order: tuple[Movable, ...] = ()
    titles: dict[Literal["es", "en"], dict[Movable, str]] = Field(default_factory=dict)


def read_look(folder: Path) -> Look:
    """Return the look of a case: its own ``report.toml``, else that of ``CRISISLAB_LOOK``.

    Args:
        folder: The case folder. The environment variable names a folder that teams share.

    Raises:
        CrisisLabError: If the file is wrong, or its logo is missing, too large, no PNG or JPEG,
            or outside its folder.
    """
    shared = os.environ.get("CRISISLAB_LOOK", "")
    home = next((p for p in (folder, Path(shared)) if str(p) and (p / FILE).is_file()), None)
    if home is None:
        return Look()
    read = read_settings(home / FILE, LookFile)
    titles = {str(lang): {str(k): v for k, v in found.items()} for lang, found in
              read.titles.items()}  # fmt: skip
    return Look(_logo(home, read.logo), read.accent or "", tuple(map(str, read.order)), titles)


def _logo(home: Path, name: str) -> str:
    if not name:
        return ""
    path = (home / name).resolve()
    if not path.is_relative_to(home.resolve()) or not path.is_file():
        raise CrisisLabError(Problem("CL-LOOK-LOGO", file=FILE, value=name))
    data = path.read_bytes()
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")
    if not kind or len(data) > MAX_LOGO:
        raise CrisisLabError(Problem("CL-LOOK-PICTURE", file=FILE, value=name))
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
