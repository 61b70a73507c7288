"""``inpaint-studio doctor``."""

from __future__ import annotations

from argparse import Namespace

from inpaint_studio.cli.table import print_table
from inpaint_studio.engine.machine import doctor as doctors
from inpaint_studio.json_text import to_json


def doctor(options: Namespace) -> int:
    """What this machine has and lacks."""
    facts = doctors.examine()
    if options.json:
        print(to_json(facts))
    else:
        print_table(doctors.describe(facts))
    return 0
