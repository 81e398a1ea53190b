"""crisislab: did the crisis plan work? Evidence from public posts, incident log and plan."""

from crisislab.case import Case, open_case
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.errors import CrisisLabError, Problem
from crisislab.pipeline import review
from crisislab.read import read_log, read_posts
from crisislab.read.declare import Declaration
from crisislab.report.value import Review
from crisislab.responses import ResponseTimes, response_times

__version__ = "0.1.0"

__all__ = [
    "Case",
    "CrisisLabError",
    "Declaration",
    "LexiconScorer",
    "Problem",
    "ResponseTimes",
    "Review",
    "open_case",
    "read_log",
    "read_posts",
    "response_times",
    "review",
]
