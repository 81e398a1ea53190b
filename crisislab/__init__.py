"""crisislab: did the crisis plan work? Evidence from public posts, incident log and plan.

A public name is loaded when it is first used: the help of the command line needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crisislab.case import Case
    from crisislab.enrich.crisis_sentiment import CrisisSentiment, fit_crisis_sentiment
    from crisislab.enrich.lexicon import LexiconScorer
    from crisislab.enrich.vader import VaderScorer
    from crisislab.errors import CrisisLabError, Problem
    from crisislab.felt import how_they_were_answered, what_people_felt
    from crisislab.followed import Followed
    from crisislab.helped import ask
    from crisislab.judge.improvement import read_improvements, write_improvements
    from crisislab.judge.ratings import read_ratings, write_ratings
    from crisislab.knowable import as_of
    from crisislab.label.chooser import choose_evidence
    from crisislab.label.coders import label_agreement
    from crisislab.label.draw import draw_sample
    from crisislab.label.sheets import read_label_sheet, write_label_sheet
    from crisislab.label.shown import show_replies
    from crisislab.label.widget import label_posts
    from crisislab.library.book import Library, read_library
    from crisislab.library.compare import Comparison
    from crisislab.library.desk import compare
    from crisislab.library.keep import past_case
    from crisislab.new.recognised import what_are_these
    from crisislab.opening import open_case
    from crisislab.pipeline import did_we_follow_the_plan, review
    from crisislab.read import read_log, read_posts
    from crisislab.read.crisis_list import CrisisList, read_crisis_list
    from crisislab.read.declare import Declaration
    from crisislab.read.labels import read_labels
    from crisislab.report.value import Review
    from crisislab.responses import ResponseTimes, response_times
    from crisislab.spread import Spread, draw_reception, how_far
    from crisislab.store import Store, open_store, store_posts

__version__ = "0.1.0"

_HOMES = {
    "Case": "crisislab.case",
    "Comparison": "crisislab.library.compare",
    "CrisisLabError": "crisislab.errors",
    "CrisisList": "crisislab.read.crisis_list",
    "CrisisSentiment": "crisislab.enrich.crisis_sentiment",
    "Declaration": "crisislab.read.declare",
    "Followed": "crisislab.followed",
    "LexiconScorer": "crisislab.enrich.lexicon",
    "Library": "crisislab.library.book",
    "Problem": "crisislab.errors",
    "ResponseTimes": "crisislab.responses",
    "Review": "crisislab.report.value",
    "Spread": "crisislab.spread",
    "Store": "crisislab.store",
    "VaderScorer": "crisislab.enrich.vader",
    "as_of": "crisislab.knowable",
    "ask": "crisislab.helped",
    "choose_evidence": "crisislab.label.chooser",
    "compare": "crisislab.library.desk",
    "did_we_follow_the_plan": "crisislab.pipeline",
    "draw_reception": "crisislab.spread",
    "draw_sample": "crisislab.label.draw",
    "fit_crisis_sentiment": "crisislab.enrich.crisis_sentiment",
    "how_far": "crisislab.spread",
    "how_they_were_answered": "crisislab.felt",
    "label_agreement": "crisislab.label.coders",
    "label_posts": "crisislab.label.widget",
    "open_case": "crisislab.opening",
    "open_store": "crisislab.store",
    "past_case": "crisislab.library.keep",
    "read_crisis_list": "crisislab.read.crisis_list",
    "read_improvements": "crisislab.judge.improvement",
    "read_label_sheet": "crisislab.label.sheets",
    "read_labels": "crisislab.read.labels",
    "read_library": "crisislab.library.book",
    "read_log": "crisislab.read",
    "read_posts": "crisislab.read",
    "read_ratings": "crisislab.judge.ratings",
    "response_times": "crisislab.responses",
    "review": "crisislab.pipeline",
    "show_replies": "crisislab.label.shown",
    "store_posts": "crisislab.store",
    "what_are_these": "crisislab.new.recognised",
    "what_people_felt": "crisislab.felt",
    "write_improvements": "crisislab.judge.improvement",
    "write_label_sheet": "crisislab.label.sheets",
    "write_ratings": "crisislab.judge.ratings",
}

__all__ = [
    "Case",
    "Comparison",
    "CrisisLabError",
    "CrisisList",
    "CrisisSentiment",
    "Declaration",
    "Followed",
    "LexiconScorer",
    "Library",
    "Problem",
    "ResponseTimes",
    "Review",
    "Spread",
    "Store",
    "VaderScorer",
    "as_of",
    "ask",
    "choose_evidence",
    "compare",
    "did_we_follow_the_plan",
    "draw_reception",
    "draw_sample",
    "fit_crisis_sentiment",
    "how_far",
    "how_they_were_answered",
    "label_agreement",
    "label_posts",
    "open_case",
    "open_store",
    "past_case",
    "read_crisis_list",
    "read_improvements",
    "read_label_sheet",
    "read_labels",
    "read_library",
    "read_log",
    "read_posts",
    "read_ratings",
    "response_times",
    "review",
    "show_replies",
    "store_posts",
    "what_are_these",
    "what_people_felt",
    "write_improvements",
    "write_label_sheet",
    "write_ratings",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use.

    Raises:
        AttributeError: If the package has no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'crisislab' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
