"""What people should know of a server that files are put on; for `Abilities.notes`."""

from bulletin.core.problems import N_

NOT_ENCRYPTED = N_(
    "“tls: no”: everybody on the way can read the password and change what is sent. Ask for FTPS or SFTP."
)
NOT_OVER = N_(
    "The server does not rename a file over another: while one is replaced, it is missing for some milliseconds."
)
UNREADABLE = N_(
    "New files can be read by their owner only, and the server lets nobody change that: readers may get “403 "
    "Forbidden”. Ask who runs it for the umask 022."
)
