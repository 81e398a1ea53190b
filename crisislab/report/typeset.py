"""The outline of a review set as PDF by Typst, for machines without a browser.

Every text goes in as a string, never as markup, so nothing in it can become a command. Letters are
those that come with matplotlib: the same PDF on every machine.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from crisislab.report.drawing import Figure
from crisislab.report.outline import Bullets, Chart, Heading, Paragraph, Part, Table
from crisislab.report.picture import picture

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MANY = 5
_PAGE = """\
#set document(title: {title}, date: none)
#set page("a4", margin: 18mm, numbering: "1")
#set text(font: "DejaVu Sans", size: 9.5pt, lang: {lang}, fill: rgb("#1a2330"))
#set par(leading: 0.6em)
#set table(stroke: (x: none, y: 0.4pt + rgb("#c9d0d8")), inset: 4pt)
#show heading: set block(above: 1.4em, below: 0.7em)
"""


def can_typeset() -> bool:
    """Return whether Typst is installed (extra ``typst``)."""
    return find_spec("typst") is not None


def typeset_pdf(parts: Sequence[Part], *, title: str, lang: str) -> bytes:
    """Return the outline of a review as an A4 PDF; nothing is fetched.

    Args:
        parts: The outline (``report.outline``).
        title: Title of the document.
        lang: Its language.
    """
    import matplotlib
    import typst

    letters = str(Path(matplotlib.get_data_path(), "fonts/ttf"))
    charts = [part.figure for part in parts if isinstance(part, Chart)]
    with tempfile.TemporaryDirectory(prefix="crisislab-") as folder:
        _draw(charts, Path(folder), lang)
        source = Path(folder, "review.typ")
        source.write_text(typst_text(parts, title=title, lang=lang), "utf-8")
        made = typst.compile(
            str(source), root=folder, format="pdf", timestamp=0, font_paths=[letters],
            ignore_system_fonts=True,
        )  # fmt: skip
    return bytes(made)


def typst_text(parts: Sequence[Part], *, title: str, lang: str) -> str:
    """Return the outline of a review as the text that Typst reads; charts are files beside it."""
    head = _PAGE.format(title=_string(title), lang=_string(lang))
    charts = iter(range(len(parts)))
    blocks = (block for part in parts for block in _blocks(part, charts))
    return head + "\n" + "\n\n".join(blocks) + "\n"


def _draw(charts: Sequence[Figure], folder: Path, lang: str) -> None:
    for place, figure in enumerate(charts):
        (folder / f"chart-{place}.png").write_bytes(picture(figure, lang=lang))


def _string(text: str) -> str:
    r"""Return text as a string of Typst, in which nothing is a command.

    >>> _string('#read("/etc/passwd") \\')
    '"#read(\\"/etc/passwd\\") \\\\"'
    """
    clean = _CONTROL.sub("", text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + clean.replace("\n", " ") + '"'


def _lines(text: str) -> str:
    return "[" + "#linebreak()".join(f"#{_string(line)}" for line in text.split("\n")) + "]"


def _blocks(part: Part, charts: Iterator[int]) -> Iterator[str]:
    if isinstance(part, Heading):
        yield f"#heading(level: {part.level}, {_string(part.text)})"
    elif isinstance(part, Paragraph):
        yield _paragraph(part)
    elif isinstance(part, Bullets):
        kind = "enum" if part.numbered else "list"
        yield f"#{kind}({', '.join(_lines(item) for item in part.items)})"
    elif isinstance(part, Table):
        yield _table(part)
    else:
        figure = part.figure
        name, alt = _string(f"chart-{next(charts)}.png"), _string(figure.alt)
        drawn = f"#image({name}, width: 100%, alt: {alt})"
        yield f"#block(breakable: false)[#strong({_string(figure.title)}) {drawn}]"


def _paragraph(part: Paragraph) -> str:
    if part.kind == "code":
        lines = "\\n".join(_string(line)[1:-1] for line in part.text.split("\n"))
        return f'#raw("{lines}", block: true)'
    told = _lines(part.text)
    styles = {
        "answer": f"#strong{told}",
        "hint": f"#emph{told}",
        "notice": f"#block(inset: (left: 8pt), stroke: (left: 2pt + gray), {told})",
    }
    return styles.get(part.kind, f"#par{told}")


def _table(part: Table) -> str:
    aligned = ", ".join("right" if i in part.numeric else "left" for i in range(len(part.heads)))
    head = ", ".join(f"strong({_string(text)})" for text in part.heads)
    rows = [", ".join(_lines(cell) for cell in row) for row in part.rows]
    size = 6.5 if len(part.heads) > _MANY else 8
    body = "".join(f",\n  {row}" for row in rows)
    # A comma more makes a list of one alignment a list.
    return (
        f"#[#set text(size: {size}pt)\n#table(columns: {len(part.heads)}, align: ({aligned},),\n"
        f"  table.header({head}){body})]"
    )
