"""Messages of the network and of SQLite, marked so that the catalogue translates them as reasons."""

from __future__ import annotations

from bulletin.core.problems import N_

_NETWORK_MESSAGES = (
    N_("Name or service not known"),
    N_("Temporary failure in name resolution"),
    N_("No address associated with hostname"),
    N_("Connection refused"),
    N_("Connection reset by peer"),
    N_("Connection timed out"),
    N_("Network is unreachable"),
    N_("No route to host"),
    N_("Broken pipe"),
    N_("Too many open files"),
    N_("timed out"),
    N_("Remote end closed connection without response"),
)

_SQLITE_MESSAGES = (
    N_("database or disk is full"),
    N_("database is locked"),
    N_("database disk image is malformed"),
    N_("attempt to write a readonly database"),
    N_("unable to open database file"),
    N_("file is not a database"),
    N_("disk I/O error"),
    N_("permission denied"),
)
