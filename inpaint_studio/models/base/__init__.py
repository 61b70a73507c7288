"""What all models share: the interface, the registry, networks with weights."""
