"""Our pages beside those that the best design systems make of the same content: `make looks`."""
