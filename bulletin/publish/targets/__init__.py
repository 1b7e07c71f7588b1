"""The kinds of targets; `TARGETS` in opening.py lists them."""
