"""The statements of what was read of the mailbox, the same for both engines."""

from __future__ import annotations

from bulletin.mail.stores.base import FolderMark
from bulletin.mail.stores.sql import SqlEngine

_PUT_MARK = """
INSERT INTO mail_folder (mailbox, folder, validity, uid, day) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (mailbox, folder) DO UPDATE SET validity = excluded.validity, uid = excluded.uid, day = excluded.day
"""
_PUT_COLLECTED = "INSERT INTO mail_collected (digest, day) VALUES (?, ?) ON CONFLICT DO NOTHING"


class SqlMailbox(SqlEngine):
    """`MailboxStore`."""

    def folder_mark(self, mailbox: str, folder: str) -> FolderMark | None:
        where = "WHERE mailbox = ? AND folder = ?"
        rows = self._rows(f"SELECT validity, uid, day FROM mail_folder {where}", mailbox, folder)
        return next((FolderMark(*row) for row in rows), None)

    def put_folder_mark(self, mailbox: str, folder: str, mark: FolderMark) -> None:
        self._write(_PUT_MARK, mailbox, folder, mark.validity, mark.uid, mark.day)

    def put_collected(self, digest: str, day: str) -> bool:
        return self._write(_PUT_COLLECTED, digest, day) > 0

    def drop_collected(self, before: str) -> None:
        self._write("DELETE FROM mail_collected WHERE day < ?", before)
