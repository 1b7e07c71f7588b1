"""The commands, one module a subject, loaded when one of its commands is used (cli.py).

Only these modules print and exit. Each command is a function that makes it, with its options in the user's language,
followed by what it does.
"""
