"""Measures: posts and log in, metric rows out; a measure never imports another measure."""
