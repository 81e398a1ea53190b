"""A case folder out of exported files: recognised, placed, and what is left open named."""

from crisislab.new.folder import NewCase, new_case
from crisislab.new.recognised import Recognised, what_are_these

__all__ = ["NewCase", "Recognised", "new_case", "what_are_these"]
