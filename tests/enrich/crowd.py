"""A crowd with a known mood, for tests."""

from crisislab.simulate.moods import START, crowd, swing, true_labels

__all__ = ["START", "crowd", "swing", "true_labels"]
