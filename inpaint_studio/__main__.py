"""``python -m inpaint_studio`` is the ``inpaint-studio`` command."""

import sys

from inpaint_studio.cli import main

if __name__ == "__main__":
    sys.exit(main())
