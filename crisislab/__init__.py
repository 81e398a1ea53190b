"""crisislab: did the crisis plan work? Evidence from public posts, incident log and plan."""

from crisislab.case import Case, open_case
from crisislab.enrich.crisis_sentiment import CrisisSentiment, fit_crisis_sentiment
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.errors import CrisisLabError, Problem
from crisislab.felt import how_they_were_answered, what_people_felt
from crisislab.knowable import as_of
from crisislab.label.coders import label_agreement
from crisislab.label.draw import draw_sample
from crisislab.label.sheets import read_label_sheet, write_label_sheet
from crisislab.label.widget import label_posts
from crisislab.pipeline import review
from crisislab.read import read_log, read_posts
from crisislab.read.crisis_list import CrisisList, read_crisis_list
from crisislab.read.declare import Declaration
from crisislab.read.labels import read_labels
from crisislab.report.value import Review
from crisislab.responses import ResponseTimes, response_times

__version__ = "0.1.0"

__all__ = [
    "Case",
    "CrisisLabError",
    "CrisisList",
    "CrisisSentiment",
    "Declaration",
    "LexiconScorer",
    "Problem",
    "ResponseTimes",
    "Review",
    "as_of",
    "draw_sample",
    "fit_crisis_sentiment",
    "how_they_were_answered",
    "label_agreement",
    "label_posts",
    "open_case",
    "read_crisis_list",
    "read_label_sheet",
    "read_labels",
    "read_log",
    "read_posts",
    "response_times",
    "review",
    "what_people_felt",
    "write_label_sheet",
]
