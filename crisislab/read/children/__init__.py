"""Programs that read with native code, each run as a process of its own.

A crafted file that crashes a parser, fills its memory or never ends costs a message or a slower
reading, not the notebook's kernel. These files import the standard library and one or two packages
only, never crisislab, so that they start fast; ``read/_process.py`` starts and ends them.
"""
