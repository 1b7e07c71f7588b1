"""One station, targets of every kind at once: published, corrected, purged; searched byte by byte."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bulletin.commands import cli
from bulletin.publish.purging import holds_one
from tests.conftest import NOW, STATION, good_issues, tree, write_files
from tests.publish.servers import PASSWORD, S3Server, SshServer, ftp_server, s3_server, ssh_server
from tests.publish.test_publish_command import SENTENCE, STORY
from tests.test_cli import Said


class Targets:
    """Servers of every kind, and the entries of station.yml that lead to them."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.ssh: SshServer = stack.enter_context(ssh_server())
        self.sftp: SshServer = stack.enter_context(ssh_server(sftp_only=True))
        self.ftp = stack.enter_context(ftp_server())
        self.s3: S3Server = stack.enter_context(s3_server())
        self.bucket = self.s3.new_bucket()
        self.folders = [folder / "lan", folder / "fixed", folder / "stick"]
        for each in self.folders:
            each.mkdir()

    @property
    def entries(self) -> str:
        servers = (("shell", "ssh", self.ssh), ("files", "sftp", self.sftp))
        lines = [
            f"{{name: {name}, kind: {kind}, host: {server.host}, port: {server.port}, user: {server.login}, "
            f"path: {server.path}, host_key: '{server.fingerprint}'}}"
            for name, kind, server in servers
        ]
        lines.append(
            f"{{name: old, kind: ftp, tls: no, host: {self.ftp.host}, port: {self.ftp.port}, user: {self.ftp.login}, "
            f"path: {self.ftp.path}}}"
        )
        lines.append(
            f"{{name: bucket, kind: s3, endpoint: '{self.s3.endpoint}', bucket: {self.bucket}, "
            f"region: {self.s3.region}}}"
        )
        lan, fixed, stick = self.folders
        lines.append(f"{{name: lan, kind: folder, path: {lan}}}")
        lines.append(f"{{name: fixed, kind: folder, how: burst, path: {fixed}}}")
        lines.append(f"{{name: stick, kind: usb, path: {stick}}}")
        return "publish:\n" + "".join(f"  - {line}\n" for line in lines)

    def passwords(self) -> dict[str, str]:
        given = dict.fromkeys(("SHELL", "FILES", "OLD"), PASSWORD) | {"BUCKET": f"{self.s3.key}:{self.s3.secret}"}
        return {f"BULLETIN_PASSWORD_{name}": value for name, value in given.items()}

    def roots(self) -> list[Path]:
        return [self.ssh.root, self.sftp.root, self.ftp.root, *self.folders]

    def objects(self, paths: list[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            with suppress(HTTPError), urllib.request.urlopen(f"{self.s3.endpoint}/{self.bucket}/{path}") as answer:
                yield path, answer.read()


def holding(targets: Targets, paths: list[str]) -> list[str]:
    """Files of any target that hold the sentence, however they hold it."""
    files = ((str(p), p.read_bytes()) for root in targets.roots() for p in root.rglob("*") if p.is_file())
    found = [path for path, data in files if holds_one(data, path if "pf_" in path else f"{path}.txt", SENTENCE)]
    return found + [path for path, data in targets.objects(paths) if holds_one(data, path, SENTENCE)]


def test_a_purged_text_is_in_no_byte_of_any_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "station"

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["bulletin", *words, "--root", str(root)])
        monkeypatch.setenv("LANGUAGE", "en")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(lambda: NOW)
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    with ExitStack() as stack:
        targets = Targets(stack, tmp_path)
        for name, value in targets.passwords().items():
            monkeypatch.setenv(name, value)
        plain = STATION.replace("url: https://jzz.example.cn/\n", "")
        files = {"content/station.yml": plain + targets.entries, "content/issues/2015010.md": STORY}
        write_files(root, {**files, **good_issues(2)})
        first = run("publish", "--yes")
        assert first.code == 0, first
        write_files(root, good_issues(4))
        assert run("publish", "--yes").code == 0
        assert tree(targets.folders[1]) == tree(root / "site")
        paths = list(tree(root / "site"))
        assert len(holding(targets, paths)) > 6, "it is everywhere before"
        said = run("withdraw", "2015010", "寻找家人的一天", "--because", "当事人要求", "--yes", "--purge")
        assert said.code == 0, said
        assert holding(targets, paths) == []
        again = run("publish")
        assert again.code == 0, again
        assert again.out.count("nothing to do") == 7
