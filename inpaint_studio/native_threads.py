"""How the thread pools of native libraries wait and how large they are: defaults of environment variables.

The libraries read these variables once, when they are loaded. So `set_defaults` runs before numpy, OpenCV and torch are
imported: in the command's entry point (the window and training are started through it) and in the tests' conftest.
Processes that are started later inherit the variables.
"""

from __future__ import annotations

import os
import platform
from collections.abc import MutableMapping

WAIT_POLICY = "OMP_WAIT_POLICY"

# A thread of OpenMP that waits for the others spins by default. Beside one busy core, a training step on two threads
# then took 8 times the CPU seconds. These make it sleep instead.
PASSIVE = {
    WAIT_POLICY: "PASSIVE",  # OpenMP 3.0, every runtime
    "GOMP_SPINCOUNT": "0",  # GNU's libgomp: torch on Linux
    "KMP_BLOCKTIME": "0",  # Intel's and LLVM's libomp, milliseconds: torch on Windows and macOS
}

# numpy, OpenCV and SciPy bring an OpenBLAS each, which reserves 32 MB of address space a thread when it is loaded, and
# retries without end, deaf to signals, where the address space is limited. The program solves small systems with
# them only. Where torch computes with OpenBLAS too (ARM) the number of threads is left alone.
_OPENBLAS_THREADS = "OPENBLAS_NUM_THREADS"
_TORCH_WITHOUT_OPENBLAS = ("x86_64", "AMD64")


def set_defaults(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set the variables that the user has not set.

    Where the user chose a wait policy, the other two variables of `PASSIVE` are not set either: they would override it.
    """
    if WAIT_POLICY not in environment:
        for name, value in PASSIVE.items():
            environment.setdefault(name, value)
    if platform.machine() in _TORCH_WITHOUT_OPENBLAS:
        environment.setdefault(_OPENBLAS_THREADS, "1")
