"""A card for every number: what it is, what it rests on and the call that gives it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from crisislab.report.masks import masked
from crisislab.report.show import Show, clean, is_missing, number_or_none, precision
from crisislab.report.value import Review
from crisislab.words import has_words, say

_PAIR = re.compile(r"([a-z_]+)=(.*?)(?=[;,]\s*[a-z_]+=|$)")
_ROW = re.compile(r"(\S.*?:\d+)(?=\s|$)")
_UNCERTAIN = re.compile(r"uncertain_by_([\d.]+)_minutes")
_METHODS = {
    "kaplan_meier": re.compile("Kaplan-Meier.*"),
    "one_minus_kaplan_meier": re.compile("1 - Kaplan-Meier.*"),
    "wilson": re.compile("Wilson.*"),
    "between": re.compile(r"(?P<start>[a-z_]+) to (?P<end>[a-z_]+)"),
    "authors": re.compile(r"followers of (?P<n>\d+) of (?P<total>\d+) unique authors"),
    "items": re.compile(r"(?P<n>\d+) of (?P<total>\d+) items report it"),
}
MAX_EVIDENCE = 12


def read_scope(scope: object) -> dict[str, str]:
    """Return a scope as pairs; ``all`` and nothing are empty.

    >>> read_scope("percentile=50;rule=conversations")
    {'percentile': '50', 'rule': 'conversations'}
    """
    text = "" if is_missing(scope) else str(scope)
    return {key: value.strip() for key, value in _PAIR.findall(text)}


def read_rows(evidence: object) -> list[str]:
    """Return the ``file:row`` references of an evidence cell.

    >>> read_rows("posts/a b.csv:12 log/c.csv:3")
    ['posts/a b.csv:12', 'log/c.csv:3']
    """
    return [] if is_missing(evidence) else _ROW.findall(clean(evidence))


def file_row(reference: str) -> Markup:
    """Return a ``file:row`` reference as code that may break after a ``/``."""
    broken = str(escape(reference)).replace("/", "/<wbr>")
    return Markup("<code>{}</code>").format(Markup(broken))


@dataclass(frozen=True)
class Card:
    """One metric row in words.

    Attributes:
        id: Anchor of the card on the page.
        about: What the number is computed over; ``brief`` without the rule.
        value: The number as shown, rounded to what its interval allows.
        interval: ``a to b``, or empty.
        rows: First rows of the evidence; ``n_rows`` says how many there are.
        source: What the number was computed from where no single row proves it.
    """

    id: str
    metric: str
    scope: dict[str, str]
    name: str
    about: str
    brief: str
    definition: str
    value: str
    interval: str
    n: str
    method: str
    notes: tuple[str, ...]
    rows: tuple[Markup, ...]
    n_rows: int
    source: str
    call: str
    number: float | None

    @property
    def link(self) -> Markup:
        """Return the number as a link to its card."""
        return Markup('<a class="num" href="#{}">{}</a>').format(self.id, self.value)


class Cards:
    """All numbers of a review, found by metric and scope."""

    def __init__(self, review: Review, show: Show) -> None:
        """Make the cards in the order of ``review.metrics``."""
        plan = review.manifest.get("plan") or {}
        names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
        names |= {str(rule["id"]): str(rule["name"]) for rule in plan.get("monitoring", ())}
        self._show = show
        self.all = tuple(
            _card(f"m{i:03d}", {str(k): v for k, v in row.items()}, show, names)
            for i, row in enumerate(review.metrics.to_dict("records"), start=1)
        )

    def __iter__(self) -> Iterator[Card]:
        return iter(self.all)

    def find(self, metric: str, **scope: object) -> Card | None:
        """Return the card whose scope has all the pairs and the fewest others, or ``None``."""
        wanted = {key: str(value) for key, value in scope.items()}
        fitting = [
            card
            for card in self.all
            if card.metric == metric and wanted.items() <= card.scope.items()
        ]
        return min(fitting, key=lambda card: (len(card.scope), card.id), default=None)

    def known(self, metric: str, **scope: object) -> Card | None:
        """Return the card only if its number is known."""
        card = self.find(metric, **scope)
        return card if card is not None and card.number is not None else None

    def link(self, metric: str, **scope: object) -> Markup:
        """Return a number as a link to its card, or the word for unknown."""
        card = self.find(metric, **scope)
        return card.link if card else Markup('<span class="unknown">{}</span>').format(
            self._show.unknown
        )  # fmt: skip


def _card(key: str, row: Mapping[str, object], show: Show, names: Mapping[str, str]) -> Card:
    metric, unit, scope = str(row["metric"]), row["unit"], read_scope(row["scope"])
    number, rows = number_or_none(row["value"]), read_rows(row["evidence"])
    step = precision(row["lower"], row["upper"])
    notes = "" if is_missing(row["note"]) else str(row["note"])
    return Card(
        id=key,
        metric=metric,
        scope=scope,
        name=show.word(f"report.metric.{metric}", "name") if _told(metric) else metric,
        about=scope_words(scope, show, names, word=row["scope"]),
        brief=scope_words({k: v for k, v in scope.items() if k != "rule"}, show, names),
        definition=show.word(f"report.metric.{metric}", "definition") if _told(metric) else "",
        value=shown_value(number, unit, step, notes, show),
        interval=show.span(row["lower"], row["upper"], unit),
        n=show.number(row["n"]),
        method=method_words(row["method"], show),
        notes=tuple(note_words(note, show) for note in notes.split()),
        rows=tuple(map(file_row, rows[:MAX_EVIDENCE])),
        n_rows=len(rows),
        source="" if rows or is_missing(row["evidence"]) else source_words(row["evidence"], show),
        call=metric_call(metric, row["scope"]),
        number=number,
    )


def _told(metric: str) -> bool:
    return has_words(f"report.metric.{metric}.name")


def shown_value(
    number: float | None, unit: object, step: float | None, notes: str, show: Show
) -> str:
    """Return a number as the page prints it, with what its notes change about it."""
    codes = notes.split()
    if number is None:
        reached = not {"not_reached", "not_recovered"} & set(codes)
        return say("report.unknown" if reached else "report.not_reached", show.lang)
    if "estimated" in codes:
        return show.about(number)
    return show.amount(number, unit, step)


def source_words(evidence: object, show: Show) -> str:
    """Return the words for evidence that is a table, not rows."""
    return masked(show.word("report.source", evidence))


def method_words(method: object, show: Show) -> str:
    """Return the words of a method; an unknown one stands for itself.

    >>> method_words("onset to detected", Show("en", "UTC"))
    'from: the rise began; to: noticed'
    """
    if is_missing(method):
        return ""
    for key, pattern in _METHODS.items():
        found = pattern.fullmatch(str(method))
        if found:
            facts = {
                name: show.word("report.milestone", v) for name, v in found.groupdict().items()
            }
            return say(f"report.method.{key}", show.lang, **facts)
    return masked(show.word("report.method", method))


def note_words(code: str, show: Show) -> str:
    """Return the sentence of a note; an unknown code stands for itself.

    >>> note_words("no-such-note", Show("en", "UTC"))
    'no-such-note'
    """
    uncertain = _UNCERTAIN.fullmatch(code)
    if uncertain:
        length = show.duration(float(uncertain[1]))
        return say("report.note.uncertain_by", show.lang, length=length)
    return show.word("report.note", code)


def scope_words(
    scope: Mapping[str, str], show: Show, names: Mapping[str, str], *, word: object = ""
) -> str:
    """Return what a number is computed over, in words; ``word`` is a scope without pairs."""
    if not scope and not is_missing(word):
        return show.word("report.scope_word", word)
    return "; ".join(_pair_words(key, value, show, names) for key, value in scope.items())


def _pair_words(key: str, value: str, show: Show, names: Mapping[str, str]) -> str:
    if key == "percentile":
        known = has_words(f"report.percentile.p{value}")
        part = f"p{value}" if known else "other"
        left = 100 - int(value) if value.isdigit() else value
        return say(f"report.percentile.{part}", show.lang, left=left)
    shown = clean(value)
    if key == "within":
        shown = show.duration(float(value)) if value.replace(".", "", 1).isdigit() else shown
    elif key == "from":
        shown = show.word("report.milestone", value)
    elif key == "state":
        shown = show.word("verdicts.state", value)
    elif key in ("route", "form"):
        shown = show.word(f"effect.{key}", value)
    elif key == "platform":
        shown = show.word("report.platform", value)
    elif key == "rule":
        shown = clean(names[value]) if value in names else show.word("report.rule", value)
    elif key == "action":
        shown = clean(names.get(value, value))
    known = has_words(f"report.scope.{key}")
    return say(f"report.scope.{key}", show.lang, value=shown) if known else f"{key}: {shown}"


def metric_call(metric: str, scope: object) -> str:
    """Return the call that gives the row again.

    >>> print(metric_call("reply_rate", "within=60"))
    review.metrics.query('metric == "reply_rate" and scope == "within=60"')
    """
    text = "all" if is_missing(scope) else str(scope)
    quoted = [part.replace("\\", "\\\\").replace('"', '\\"') for part in (metric, text)]
    query = f'metric == "{quoted[0]}" and scope == "{quoted[1]}"'
    return f"review.metrics.query({query!r})"
