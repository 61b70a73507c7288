"""The first code of the frozen program: what must happen before anything else is imported."""

import os
import sys

# The boot loader has set these so that this process finds its libraries. Programs of the system that are started from
# here, like a file manager, would load our libraries in place of their own.
for _name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    _original = os.environ.pop(f"{_name}_ORIG", None)
    if _original is not None:
        os.environ[_name] = _original
    else:
        os.environ.pop(_name, None)

if len(sys.argv) > 1 and (sys.argv[1].startswith("--multiprocessing-fork") or sys.argv[1] in ("-B", "-S", "-I", "-E")):
    import multiprocessing

    multiprocessing.freeze_support()  # a worker of a batch or of a training: it does not return

from inpaint_studio.cli import main  # noqa: E402 - not before the lines above

if __name__ == "__main__":
    sys.exit(main())
