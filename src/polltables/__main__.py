"""`python -m polltables …` is the command line."""

import sys

from polltables.cli import main

sys.exit(main())
