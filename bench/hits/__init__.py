"""Measuring the counter: `make bench-hits`."""
