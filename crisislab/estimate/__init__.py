"""Estimators on arrays: numbers in, numbers with intervals out; they know no posts."""
