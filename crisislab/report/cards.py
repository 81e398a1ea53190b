"""A card for every number: what it is, what it rests on and the call that gives it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from crisislab.report.masks import masked
from crisislab.report.show import Show, clean, is_missing, number_or_none, precision
from crisislab.report.value import Review
from crisislab.words import has_words, say

_PAIR = re.compile(r"([a-z_]+)=(.*?)(?=[;,]\s*[a-z_]+=|$)")
_ROW = re.compile(r"(\S.*?:\d+)(?=\s|$)")
_UNCERTAIN = re.compile(r"uncertain_by_([\d.]+)_minutes")
_METHODS = {
    "by_person": re.compile("(1 - )?Kaplan-Meier, .* by resampling people"),
    "restricted_mean": re.compile("restricted mean.*"),
    "mean_difference": re.compile("difference of restricted means.*"),
    "aalen_johansen": re.compile("Aalen-Johansen.*"),
    "log_rank_platform": re.compile("log-rank stratified by platform"),
    "published": re.compile("published rule, .*"),
    "kaplan_meier": re.compile("Kaplan-Meier.*"),
    "one_minus_kaplan_meier": re.compile("1 - Kaplan-Meier.*"),
    "wilson": re.compile("Wilson.*"),
    "between": re.compile(r"(?P<start>[a-z_]+) to (?P<end>[a-z_]+)"),
    "known_authors": re.compile(r"known for (?P<n>\d+) of (?P<total>\d+) unique authors"),
    "known_items": re.compile(r"known for (?P<n>\d+) of (?P<total>\d+) items"),
    "known": re.compile(r"known for (?P<n>\d+) of (?P<total>\d+)"),
    "word_list": re.compile(r"(?P<scorer>crisislab-lexicon \d+)"),
    "kitagawa": re.compile(r"(?P<scorer>.+), Kitagawa"),
    "mean_score": re.compile(r"(?P<scorer>crisis-sentiment\S* \S+)"),
    "cues": re.compile("cues, Wilson"),
    "cues_coded": re.compile("cues, hand labels over them, Wilson"),
    "cues_ppi": re.compile(r"cues, ppi, (?P<n>\d+) labels"),
    "cues_alone": re.compile(r"cues, labels_alone, (?P<n>\d+) labels"),
    "krippendorff_nominal": re.compile("krippendorff nominal, bootstrap of texts"),
    "krippendorff_ordinal": re.compile("Krippendorff's alpha, ordinal, bootstrap.*"),
    "median_order": re.compile("median, order statistics.*"),
    "poisson": re.compile("exact Poisson.*"),
    "newcombe": re.compile("Newcombe.*"),
    "labels_ppi": re.compile(r"(?P<scorer>.+), ppi, (?P<n>\d+) labels"),
    "labels_alone": re.compile(r"(?P<scorer>.+), labels_alone, (?P<n>\d+) labels"),
}
MAX_EVIDENCE = 12


def read_scope(scope: object) -> dict[str, str]:
    """Return a scope as pairs; ``all`` and nothing are empty.

    >>> read_scope("percentile=50;rule=conversations")
    {'percentile': '50', 'rule': 'conversations'}
    """
    text = "" if is_missing(scope) else str(scope)
    return {key: value.strip() for key, value in _PAIR.findall(text)}


def fits_scope(scope: object, asked: str) -> bool:
    """Return whether a scope is the one asked for: the same word, or all the pairs asked for.

    >>> fits_scope("within=60;rule=conversations", "within=60"), fits_scope("highest", "lowest")
    (True, False)
    """
    text, wanted = "" if is_missing(scope) else str(scope).strip(), asked.strip()
    if wanted == text or not wanted:
        return True
    pairs = read_scope(wanted)
    return bool(pairs) and pairs.items() <= read_scope(text).items()


def read_rows(evidence: object) -> list[str]:
    """Return the ``file:row`` references of an evidence cell.

    >>> read_rows("posts/a b.csv:12 log/c.csv:3")
    ['posts/a b.csv:12', 'log/c.csv:3']
    """
    return [] if is_missing(evidence) else _ROW.findall(clean(evidence))


def file_row(reference: str) -> Markup:
    """Return a ``file:row`` reference as code that may break after a ``/`` or a ``_``."""
    broken = str(escape(reference)).replace("/", "/<wbr>").replace("_", "_<wbr>")
    return Markup("<code>{}</code>").format(Markup(broken))


@dataclass(frozen=True)
class Card:
    """One metric row in words.

    Attributes:
        id: Anchor of the card on the page.
        written: The scope as ``review.metrics`` has it.
        about: What the number is computed over; ``brief`` without the rule.
        value: The number as shown, rounded to what its interval allows.
        interval: ``a to b``, or empty.
        rows: First rows of the evidence; ``n_rows`` says how many there are.
        source: What the number was computed from where no single row proves it.
        n_labels: Hand labels that the method rests on, where it rests on any.
        words: Each pair of the scope in words.
    """

    id: str
    metric: str
    written: str
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
    lower: float | None = None
    upper: float | None = None
    total: float | None = None
    n_labels: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def link(self) -> Markup:
        """Return the number as a link to its card."""
        return self.linked(self.value)

    def linked(self, text: str) -> Markup:
        """Return other words for the number as a link to its card."""
        return Markup('<a class="num" href="#{}">{}</a>').format(self.id, text)


class Cards:
    """All numbers of a review, found by metric and scope."""

    def __init__(self, review: Review, show: Show) -> None:
        """Make the cards in the order of ``review.metrics``."""
        plan = review.manifest.get("plan") or {}
        names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
        for part in ("monitoring", "roles"):
            names |= {str(row["id"]): str(row["name"]) for row in plan.get(part, ())}
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

    def named(self, metric: str, scope: str) -> Card | None:
        """Return the card of ``{metric[scope]}``: the scope as it is written, else the nearest."""
        found = [c for c in self.all if c.metric == metric and fits_scope(c.written, scope)]
        exact = [card for card in found if card.written == scope.strip()]
        return min(exact or found, key=lambda card: (len(card.scope), card.id), default=None)

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


# A share that rose by a share did so by points: "30 %" would be a third of what it was.
_POINTS = (
    "sentiment_depth", "interval_half_width", "on_time_drilled_minus_undrilled",
    "negative_change", "negative_change_mix", "negative_change_rate",
)  # fmt: skip


def _card(key: str, row: Mapping[str, object], show: Show, names: Mapping[str, str]) -> Card:
    metric, unit, scope = str(row["metric"]), row["unit"], read_scope(row["scope"])
    unit = "share_points" if metric in _POINTS else unit
    number, rows = number_or_none(row["value"]), read_rows(row["evidence"])
    step = precision(row["lower"], row["upper"])
    notes = "" if is_missing(row["note"]) else str(row["note"])
    return Card(
        id=key,
        metric=metric,
        written="" if is_missing(row["scope"]) else str(row["scope"]),
        scope=scope,
        name=show.word(f"report.metric.{metric}", "name") if _told(metric) else metric,
        about=scope_words(scope, show, names, word=row["scope"]),
        # A rule of conversations is said once for a table; a rule of monitoring tells rows apart.
        brief=scope_words(
            {k: v for k, v in scope.items() if k != "rule" or v in names},
            show,
            names,
            word="" if scope else row["scope"],
        ),
        definition=show.word(f"report.metric.{metric}", "definition") if _told(metric) else "",
        value=shown_value(number, unit, step, notes, show),
        interval=show.span(row["lower"], row["upper"], unit),
        n="" if is_missing(row["n"]) else show.number(row["n"]),
        method=method_words(row["method"], show),
        notes=tuple(note_words(note, show) for note in notes.split()),
        rows=tuple(map(file_row, rows[:MAX_EVIDENCE])),
        n_rows=len(rows),
        source="" if rows or is_missing(row["evidence"]) else source_words(row["evidence"], show),
        call=metric_call(metric, row["scope"]),
        number=number,
        lower=number_or_none(row["lower"]),
        upper=number_or_none(row["upper"]),
        total=number_or_none(row["n"]),
        n_labels=n_labels(row["method"]),
        words={k: _pair_words(k, v, show, names, bare=True) for k, v in scope.items()},
    )


def _told(metric: str) -> bool:
    return has_words(f"report.metric.{metric}.name")


def shown_value(
    number: float | None, unit: object, step: float | None, notes: str, show: Show
) -> str:
    """Return a number as the page prints it, with what its notes change about it."""
    codes = notes.split()
    if number is None and "removals_not_logged" in codes:
        return say("verdicts.state.no_evidence", show.lang)
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


def n_labels(method: object) -> int | None:
    """Return how many hand labels a method rests on, or ``None`` where it is none of labels.

    >>> n_labels("crisis-sentiment 1, ppi, 197 labels"), n_labels("Wilson 95 %")
    (197, None)
    """
    found = [_METHODS[key].fullmatch(str(method)) for key in ("labels_ppi", "labels_alone")]
    return next((int(one["n"]) for one in found if one), None)


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


# Where the words of a value stand; a value without words stands for itself.
_VALUES = {
    "from": "report.milestone", "to": "report.milestone", "state": "verdicts.state",
    "platform": "report.platform", "phase": "response.phase",
    "reach_band": "response.reach_band", "way": "response.way", "reason": "response.excluded",
    "kind": "response.kind", "clock": "response.clock", "closing": "response.closing",
    "by": "response.by", "rho": "response.rho", "topic": "response.topic",
    "route": "effect.route", "form": "effect.form",
    "promise": "followed.promise", "change": "followed.change",
    "interval": "response.interval",
}  # fmt: skip


def _pair_words(
    key: str, value: str, show: Show, names: Mapping[str, str], *, bare: bool = False
) -> str:
    if key == "percentile":
        known = has_words(f"report.percentile.p{value}")
        part = f"p{value}" if known else "other"
        left = 100 - int(value) if value.isdigit() else value
        return say(f"report.percentile.{part}", show.lang, left=left)
    shown = clean(value)
    if key in ("within", "limit"):
        shown = show.duration(float(value)) if value.replace(".", "", 1).isdigit() else shown
    elif key in ("rule", "role", "action") and value in names:
        shown = clean(names[value])
    elif key == "rule":
        shown = show.rule(value)
    elif key in ("since", "lang"):
        shown = show.day(value) if key == "since" else show.language(value)
    elif key == "coder" and "," in value:
        coder, label = value.rsplit(",", 1)
        shown = f"{clean(coder)}, {show.word('label.answer', label)}"
    elif key == "tool":
        shown = show.word("reconcile", f"{value}.name")
    elif key in _VALUES:
        shown = show.word(_VALUES[key], value)
    elif has_words(f"report.scope_value.{key}.{value}"):
        shown = show.word(f"report.scope_value.{key}", value)
    known = has_words(f"report.scope.{key}") and not bare
    return say(f"report.scope.{key}", show.lang, value=shown) if known else _named(key, shown, bare)


def _named(key: str, shown: str, bare: bool) -> str:
    return shown if bare else f"{key}: {shown}"


def metric_call(metric: str, scope: object) -> str:
    """Return the call that gives the row again.

    >>> print(metric_call("reply_rate", "within=60"))
    review.metrics.query('metric == "reply_rate" and scope == "within=60"')
    """
    text = "all" if is_missing(scope) else str(scope)
    quoted = [part.replace("\\", "\\\\").replace('"', '\\"') for part in (metric, text)]
    query = f'metric == "{quoted[0]}" and scope == "{quoted[1]}"'
    return f"review.metrics.query({query!r})"
