"""``python -m crisislab``."""

import sys

from crisislab.cli import main

sys.exit(main())
