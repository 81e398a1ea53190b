"""Text that people wrote in Markdown, as HTML that can hold nothing but text."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from crisislab.report.extra import NUMBER
from crisislab.report.show import clean

# No HTML, no pictures, no rules, no tables: paragraphs, lists, emphasis, quotes, code and links.
_RULES = ["heading", "list", "blockquote", "code", "fence", "emphasis", "backticks", "link",
          "newline", "escape", "entity"]  # fmt: skip
_OPEN, _CLOSE = "\ue000", "\ue001"


def prose(text: str, number: Callable[[str, str], Markup | None] | None = None) -> Markup:
    """Return Markdown as HTML; ``{metric}`` and ``{metric[scope]}`` become their numbers.

    Args:
        text: Markdown. HTML in it is shown as text; links are kept if they are http(s).
        number: Gives the link of a metric and scope, or ``None`` where there is none.
    """
    found: list[Markup] = []

    def take(match: object) -> str:
        shown = number(match[1], match[2] or "") if number else None  # type: ignore[index]
        if shown is None:
            return str(match[0])  # type: ignore[index]
        found.append(shown)
        return f"{_OPEN}{len(found) - 1}{_CLOSE}"

    lines = (clean(line) for line in text.replace(_OPEN, "").replace(_CLOSE, "").splitlines())
    source = NUMBER.sub(take, "\n".join(lines))
    made = _machine().render(source)
    for place, shown in enumerate(found):
        made = made.replace(f"{_OPEN}{place}{_CLOSE}", str(shown))
    return Markup(made)


def _machine() -> MarkdownIt:
    machine = MarkdownIt("zero", {"html": False}).enable(_RULES)
    machine.validateLink = _is_web  # type: ignore[assignment, method-assign]
    machine.core.ruler.push("quiet", _quiet)
    return machine


def _is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))


def _quiet(state: object) -> None:
    """Set headings below the page's own, and let no link tell where it came from."""
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
        for child in token.children or ():
            _quiet_link(child)


def _quiet_link(token: Token) -> None:
    if token.type == "link_open":
        token.attrSet("rel", "noopener noreferrer nofollow")
