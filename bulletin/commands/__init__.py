"""The commands, one module a subject, loaded when one of its commands is used (cli.py).

With `hits/commands` the only modules that print and exit. Each command is a function that makes it, with its
options in the reader's language, and below it what it does.
"""
