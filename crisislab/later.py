"""A module that is loaded when a name in it is asked for, so that hints of light doors resolve."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """A module by its name; ``typing.get_type_hints`` loads it, an import of the door does not.

    >>> Later("decimal").Decimal("0.1")
    Decimal('0.1')
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        """Return a name of the module.

        Raises:
            AttributeError: If the module has no such name. What tools ask of every object, such as
                ``__wrapped__``, loads nothing.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self._module), name)
