"""The command line: thin. Each command is one file; none computes anything itself.

Exit status: 0 done, 1 refused (the message says why and what to do), 2 misused, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: Words of the command line; those of the process by default.
    """
    from crisislab.cli.app import build
    from crisislab.cli.options import tell
    from crisislab.cli.page import Misuse, misuse

    words = None if arguments is None else list(arguments)
    try:
        status = build()(args=words, prog_name="crisislab", standalone_mode=False)
    except Misuse as error:
        tell(misuse(error), file=sys.stderr)
        return 2
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
