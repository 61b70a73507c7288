"""The machine: devices, memory, and the report of `doctor`."""
