"""Measurements of what is built; run by `make`, none of them part of the package."""
