"""Values and words that everything shares; no reading or writing of a project."""
