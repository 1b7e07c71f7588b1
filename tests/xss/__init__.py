"""Attacks on the pages, and a judge of what a browser would run."""
