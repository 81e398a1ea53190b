"""Exports as analysts really get them, damaged in ways tools and people damage them."""
