"""Debian's dovecot for the tests: as an ordinary user, in a folder of its own, stopped by its process id."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import Message
from pathlib import Path

from bulletin.core.mail_settings import ImapAccount
from tests.browser.nginx import free_port
from tests.browser.tools import program
from tests.processes import Server

PASSWORD = "sesame"

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
auth_failure_delay = 0
maildir_stat_dirs = no
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox 已发送 {{
    special_use = \\Sent
    auto = create
  }}
  mailbox 垃圾邮件 {{
    special_use = \\Junk
    auto = create
  }}
}}
"""


class Dovecot(Server):
    """Any name is a mailbox; each has 已发送 and 垃圾邮件."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(account.pw_gid).gr_name
        if os.geteuid() == 0:
            self.user, self.group = account.pw_name, group
        _make_certificate(folder)
        (folder / "mail").mkdir()
        text = _CONFIG.format(
            folder=folder,
            user=account.pw_name,
            group=group,
            uid=account.pw_uid,
            gid=account.pw_gid,
            port=self.port,
            password=PASSWORD,
        )
        (folder / "dovecot.conf").write_text(text, encoding="utf-8")
        if self.user:
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)

    def command(self) -> list[str]:
        return [program("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")]

    def ready(self) -> bool:
        try:
            with imaplib.IMAP4("127.0.0.1", self.port, 5):
                return True
        except (OSError, imaplib.IMAP4.error):
            return False

    def account(self, user: str) -> ImapAccount:
        return ImapAccount("localhost", user, self.port)

    def trust(self) -> ssl.SSLContext:
        """A context that knows this server's certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "cert.pem"))

    @contextmanager
    def filling(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A plain connection that may write, for what other people and programs do to a mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, 20) as connection:
            connection.login(user, PASSWORD)
            yield connection

    def put(
        self,
        user: str,
        *messages: bytes | Message,
        folder: str = "INBOX",
        flags: str = "",
        when: datetime | None = None,
    ) -> None:
        """``when``: the day on which they arrived, aware; else now."""
        stamp = imaplib.Time2Internaldate(when or time.time())
        with self.filling(user) as connection:
            for message in messages:
                data = message if isinstance(message, bytes) else message.as_bytes()
                state, said = connection.append(folder, flags, stamp, data)
                assert state == "OK", said

    def content(self, user: str) -> dict[str, bytes]:
        """Every file of a mailbox, by name; flags are part of the name in a Maildir."""
        files = (path for path in (self.folder / "mail" / user).rglob("*") if path.parent.name in ("cur", "new"))
        return {path.name.split(",S=")[0] + path.name.partition(":")[2]: path.read_bytes() for path in files}


def _make_certificate(folder: Path) -> None:
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    names = ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    out = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command, *names, *out], check=True, capture_output=True)
