"""A project on disk → its site: the pipeline, what has changed, a whole check."""
