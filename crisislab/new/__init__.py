"""A case folder out of exported files: recognised, placed, and what is left open named."""

from crisislab.new.folder import NewCase, new_case

__all__ = ["NewCase", "new_case"]
