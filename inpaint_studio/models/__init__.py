"""Every system that can fill a hole: one file each, found by the registry."""
