"""Judgements: metrics and plan in, states and verdicts with their evidence out."""
