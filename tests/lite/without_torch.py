"""Run the program as if torch and what belongs to it were not installed: python -m tests.lite.without_torch ARGUMENTS.

The names that are blocked can neither be imported nor found; the folder `site` on the path brings that about. Behind
the program's own output stands one line of JSON on standard error: its exit status, and which of the blocked packages
are in memory all the same.
"""

from __future__ import annotations

import json
import sys

from tests.lite.blocked import loaded

if __name__ == "__main__":
    from inpaint_studio.cli import main

    code = main(sys.argv[1:])
    print(json.dumps({"code": code, "loaded": loaded()}), file=sys.stderr)
