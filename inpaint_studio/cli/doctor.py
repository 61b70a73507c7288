"""``inpaint-studio doctor``."""

from __future__ import annotations

import json
from argparse import Namespace

from inpaint_studio.cli.table import print_table
from inpaint_studio.engine.machine import doctor as doctors


def doctor(options: Namespace) -> int:
    """What this machine has and lacks."""
    facts = doctors.examine()
    if options.json:
        print(json.dumps(facts))
    else:
        print_table(doctors.sentences(facts))
    return 0
