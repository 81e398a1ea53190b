"""Replies in the notebook, with the words that set their flags highlighted."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from crisislab.enrich.tone import FLAGS, marked
from crisislab.words import default_language, say


@dataclass(frozen=True)
class ShownReplies:
    """Replies that show themselves in a notebook; nothing of them goes into a report.

    Attributes:
        replies: The replies shown, with ``text``, ``cues`` and a column ``tone.<flag>`` each.
        lang: Language of the flags' names.
    """

    replies: pd.DataFrame = field(repr=False)
    lang: str

    def _repr_html_(self) -> str:
        said = zip(self.replies["text"], self.replies["cues"].fillna(""), strict=True)
        shown = (
            "".join(self._piece(*piece) for piece in marked(text, cues)) for text, cues in said
        )
        rows = zip(shown, map(self._named, self.replies.to_dict("records")), strict=True)
        body = "".join(f"<tr><td>{text}</td><td>{flags}</td></tr>" for text, flags in rows)
        heads = (escape(say(f"label.shown.{name}", self.lang)) for name in ("reply", "flags"))
        return f"<table><tr>{''.join(f'<th>{h}</th>' for h in heads)}</tr>{body}</table>"

    def _text(self, row: dict[Any, Any]) -> str:
        return "".join(self._piece(*piece) for piece in marked(row["text"], row["cues"]))

    def _piece(self, text: str, flags: str) -> str:
        if not flags:
            return escape(text)
        title = ", ".join(self._name(flag) for flag in flags.split())
        return f'<mark title="{escape(title)}">{escape(text)}</mark>'

    def _named(self, row: dict[Any, Any]) -> str:
        return escape(", ".join(self._name(flag) for flag in FLAGS if row[f"tone.{flag}"] == 1))

    def _name(self, flag: str) -> str:
        return say(f"tone.flag.{flag}", self.lang)


def show_replies(
    replies: pd.DataFrame, *, flag: str | None = None, n: int = 20, lang: str | None = None
) -> ShownReplies:
    """Return replies to read in the notebook: matched words highlighted, flags beside them.

    Args:
        replies: Second value of ``cl.how_they_were_answered``: flags by words, or by the coders
            where they decided.
        flag: Only replies with this flag, such as ``apology``.
        n: Most replies to show; each text once.
        lang: Language of the names; that of this machine by default.

    Raises:
        ValueError: If there is no such flag.

    >>> said = pd.DataFrame({"text": ["Lo sentimos <b>"], "cues": ["apology:0-11"],
    ...     "text_key": ["k"]} | {f"tone.{name}": [float(name == "apology")] for name in FLAGS})
    >>> show_replies(said, flag="apology", lang="en")._repr_html_()
    '...<mark title="apologises">Lo sentimos</mark> &lt;b&gt;</td><td>apologises</td>...'
    """
    if flag is not None and flag not in FLAGS:
        raise ValueError(f"no flag {flag!r}; there are {', '.join(FLAGS)}")
    chosen = replies if flag is None else replies[replies[f"tone.{flag}"] == 1]
    return ShownReplies(chosen.drop_duplicates("text_key").head(n), lang or default_language())
