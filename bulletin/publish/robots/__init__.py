"""Telling chat groups of an issue: which services there are, what they are told, and the ledger of what they know."""
