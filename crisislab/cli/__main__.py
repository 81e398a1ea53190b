"""``python -m crisislab.cli``."""

import sys

from crisislab.cli import main

sys.exit(main())
