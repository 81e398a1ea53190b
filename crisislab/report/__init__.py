"""The review as one value and the files made of it."""
