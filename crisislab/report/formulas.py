"""The formula of every number, and what it leaves out."""

from __future__ import annotations

import re

from crisislab.report.show import Show
from crisislab.words import has_words, say

# Families that have one formula: what follows the name, so that no number needs a line of its own.
_FAMILIES = {
    "tone_share": r"tone_\w+_share", "tone_precision": r"tone_\w+_precision",
    "tone_recall": r"tone_\w+_recall", "posture_share": r"posture_\w+_share",
    "cerc_share": r"cerc_\w+_share", "er_without_top": r"er_\w+_without_top", "er": r"er_\w+",
    "time_to": r"time_to_\w+|approval_wait", "counted": r"n_\w+",
}  # fmt: skip
# What a group of numbers leaves out, by the beginning of the metric's name; the first that fits.
_LEFT_OUT = {
    "waits": r"first_response_time|reply_rate|mean_wait|target_attainment|n_overdue|n_not_yet_due|"
             r"exit_share|next_|resolved_share|agent_response|resolution_time|handle_time|"
             r"n_reopened|log_rank_p|unanswered_share|most_waiting|n_conversations|n_answered|"
             r"network_answered|n_eligible|n_unmatched|n_backward|n_left_edge|n_first_answers|"
             r"n_replies$",
    "answered": r"answered_only_median",
    "excluded": r"n_excluded",
    "tool": r"other_tool_",
    "replies": r"tone_|posture_|cerc_|template_share|n_replies_unread",
    "labels": r"negative_share|net_sentiment|sentiment_|label_|unsure_share|interval_half|"
              r"labels_to_aim|mean_negative|negative_change",
    "scored": r"negative_index|scored_share|n_unscored|unscored_share",
    "reach": r"potential_reach|impressions|engagement|er_|top_item|reach_|official_|heard_|"
             r"reception_|statement_delay|share_of_voice|n_reactions",
    "effect": r"effect_",
    "alarm": r"alert_|false_alarms|alarm_hours|monitoring_lead",
    "log": r"time_to_|approval_wait|thunder_lead",
    "plan": r"deadline_adherence|n_actions|on_time_|n_improv|n_rated|rating_|plan_|drill_|"
            r"days_since|promises_|n_promises|n_owned",
    "spread": r"rise_at|smooth_peak|recovery_at|half_|time_above|piled_up|daily_spread",
    "stories": r"n_stories|copied_share|n_topics|co_sharing|top_accounts|newcomer|n_reposts",
    "posts": r"n_posts|peak_",
}  # fmt: skip


def formula_words(metric: str, show: Show) -> str:
    """Return the formula of a number, or empty where the catalogue has none.

    >>> formula_words("reply_rate", Show("en", "UTC"))
    '1 - S(t), S the Kaplan-Meier share still waiting, t the time given'
    """
    names = [metric, *(name for name, form in _FAMILIES.items() if re.fullmatch(form, metric))]
    found = next((name for name in names if has_words(f"formulas.{name}")), "")
    return say(f"formulas.{found}", show.lang) if found else ""


def left_out_words(metric: str, show: Show) -> str:
    """Return what a number leaves out, or empty where the catalogue does not say.

    >>> left_out_words("answered_only_median", Show("en", "UTC"))
    'Everybody without an answer: it looks better than it was.'
    """
    found = next((name for name, form in _LEFT_OUT.items() if re.match(form, metric)), "")
    return say(f"formulas.left_out.{found}", show.lang) if found else ""
