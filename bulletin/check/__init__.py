"""The check: rules, comments that silence them, fixes, reports, reviews."""
