"""Columns added to posts: language, sentiment and what follows from them."""
