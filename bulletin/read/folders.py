"""Folders as they were looked at once: a build asks three times what lies in them, and ten thousand files add up."""

from __future__ import annotations

import os


class Folders:
    """What lies in folders, by their places; each is looked at when it is asked for first, and never again."""

    def __init__(self) -> None:
        self._known: dict[str, list[os.DirEntry[str]]] = {}

    def entries(self, folder: str) -> list[os.DirEntry[str]]:
        """In the system's order; nothing where the system does not let us look."""
        if folder not in self._known:
            try:
                with os.scandir(folder) as found:
                    self._known[folder] = list(found)
            except OSError:
                self._known[folder] = []
        return self._known[folder]
