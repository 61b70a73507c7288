"""The machine: devices, memory, and the report of ``inpaint-studio doctor``."""
