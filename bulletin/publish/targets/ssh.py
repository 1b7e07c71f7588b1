"""Publishing to a server that gives us a shell: whole releases, switched by a link."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, cast

from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import Secrets
from bulletin.publish.targets.release_host import CURRENT_LINK, RELEASES_FOLDER, FileStamps, HostFacts, HostView
from bulletin.publish.targets.ssh_connection import connect
from bulletin.publish.targets.ssh_shell import RemoteShell, tar_stream
from bulletin.publish.targets.switching import SwitchSession

_LONG = 600.0
"""Seconds for what says nothing until it is done: copying, removing, writing to the disk."""


def open_ssh(target: PublishTarget, secrets: Secrets, clock: Callable[[], float]) -> SwitchSession:
    """Connect. Raises `PublishError`, also where there is no shell."""
    connection = connect(target, secrets)
    try:
        shell = RemoteShell(connection)
        shell.require()
        return SwitchSession(SshHost(shell), target, clock)
    except BaseException:
        connection.close()
        raise


_LIST = r"""
list() {
    if find . -prune -printf '' >/dev/null 2>&1; then find . ! -type d -printf '%s %T@ %P\0' 2>/dev/null
    elif stat -c %s . >/dev/null 2>&1; then find . ! -type d -exec stat -c '%s %Y %n' {} + 2>/dev/null | tr '\n' '\0'
    else find . ! -type d -exec stat -f '%z %m %N' {} + 2>/dev/null | tr '\n' '\0'
    fi
    true
}
"""
"""GNU find; busybox; BSD."""

_LOOK = (
    _LIST
    + r"""
link=
if [ -L current ]; then link=$(readlink current); printf 'link\0%s\0' "$link"
elif [ -e current ]; then printf 'folder\0\0'
else printf '\0\0'
fi
others=
for e in *; do
    case $e in current|releases|lost+found) ;; *) [ ! -e "$e" ] && [ ! -L "$e" ] || { others=1; break; } ;; esac
done
burst=
[ ! -f .bulletin-record.json ] || burst=1
printf '%s\0%s\0' "$others" "$burst"
if [ -d releases ]; then
    cd releases || exit 1
    for e in * .bulletin-*; do
        if [ -d "$e" ]; then
            if [ -f "$e.json" ] && [ "${e#.}" = "$e" ]; then printf '%s%s\0' + "$e"; else printf '%s%s\0' - "$e"; fi
        elif [ -e "$e" ] && [ "${e%.json}" != "$e" ] && [ ! -d "${e%.json}" ]; then printf '%s%s\0' - "${e%.json}"
        fi
    done
    cd ..
fi
printf '\0'
if [ -d current ]; then ( cd current/. && list ); fi
printf '\0'
case $link in releases/*) [ ! -f "$link.json" ] || cat "$link.json" ;; esac
"""
)

_SWITCH = r"""
switch() { # link, name
    ln -s "$2" "$1" || exit 1
    mv -T "$1" "$3" 2>/dev/null || mv -h "$1" "$3" 2>/dev/null ||
        perl -e 'rename($ARGV[0], $ARGV[1]) || exit 1' "$1" "$3" 2>/dev/null || { rm -f "$1"; exit 1; }
}
"""
"""``mv`` of GNU and busybox, of BSD, perl: none moves the link into the folder to which the other one leads."""

_FACTS = (
    _SWITCH
    + r"""
mkdir "$1" || exit 1
trap 'rm -rf "$1"' EXIT
cd "$1" || exit 1
mkdir a b && echo 1 > a/f || exit 1
links=; switches=
ln a/f b/f 2>/dev/null && links=1
if ( switch l a here && switch l b here ) 2>/dev/null && [ -L here ] && [ "$(readlink here)" = b ]; then switches=1; fi
cd ..
free=$(df -Pk . 2>/dev/null | tail -n 1 | awk '{print $4}')
printf '%s\n%s\n%s\n%s\n' "$switches" "$links" "${free:--1}" "$(date +%s)"
"""
)

_STAGE = r"""
rm -rf .bulletin-link-* .bulletin-put-* .bulletin-probe-* releases/.bulletin-put-*
[ -d releases ] || mkdir releases || exit 1
mkdir "releases/$1" || exit 1
if [ -n "$2" ]; then
    cp -al "$2/." "releases/$1/" 2>/dev/null ||
        { rm -rf "releases/$1" && mkdir "releases/$1" && cp -a "$2/." "releases/$1/"; } || exit 1
fi
chmod 755 "releases/$1"
cd "releases/$1" && xargs -0 rm -f --
"""

_RMDIR = 'cd "$1" && xargs -0 rmdir -- 2>/dev/null; true'

_FILL = 'cd "releases/$1" && tar -x -m -o -f -'

_LISTING = _LIST + 'cd "releases/$1" && list'

_DIGESTS = r"""
if command -v sha256sum >/dev/null; then xargs -0 sha256sum 2>/dev/null; else xargs -0 shasum -a 256 2>/dev/null; fi
true
"""

_COMPLETE = (
    _SWITCH
    + r"""
cat > "releases/$1.json" || exit 1
whole "releases/$1.json" "$3"
to_disk "releases/$1.json"
locked "$4"
[ ! -e "releases/$2" ] || exit 1
mv "releases/$1" "releases/$2" && mv "releases/$1.json" "releases/$2.json" || exit 1
switch ".bulletin-link-$5" "releases/$2" current
to_disk .
"""
)

_POINT = _SWITCH + 'locked "$2"; switch ".bulletin-link-$3" "releases/$1" current; to_disk .'

_DROP = r"""
for e in "$@"; do
    [ "$(readlink current)" != "releases/$e" ] || continue
    rm -f "releases/$e.json" || exit 1
    case $e in
        .bulletin-*) rm -rf "releases/$e" || exit 1 ;;
        *)
            [ -e "releases/$e" ] || continue
            mv "releases/$e" "releases/.bulletin-old-$e" && rm -rf "releases/.bulletin-old-$e" || exit 1 ;;
    esac
done
"""

_CREATE = r"""
[ ! -e "$1" ] || { echo there; exit 0; }
trap 'rm -f ".bulletin-put-$2"' EXIT
cat > ".bulletin-put-$2" || exit 1
whole ".bulletin-put-$2" "$3"
if ln ".bulletin-put-$2" "$1" 2>/dev/null; then echo made
elif [ -e "$1" ]; then echo there
elif ( set -C; cat ".bulletin-put-$2" > "$1" ); then echo made
else [ -e "$1" ] && echo there
fi
"""
"""By a hard link, so that it is whole at once; else by a file that must not exist."""

_REPLACE = r"""
trap 'rm -f "releases/.bulletin-put-$2"' EXIT
cat > "releases/.bulletin-put-$2" || exit 1
whole "releases/.bulletin-put-$2" "$3"
to_disk "releases/.bulletin-put-$2"
mv -f "releases/.bulletin-put-$2" "$1" && to_disk releases
"""

_UNLINK = "xargs -0 rm -f -- && to_disk ."

_READ = '[ ! -f "$1" ] || { echo; cat "$1"; }'


class SshHost:
    """A `ReleaseHost` behind a shell."""

    def __init__(self, shell: RemoteShell) -> None:
        self._shell = shell

    def look(self) -> HostView:
        said = self._shell.ask(_LOOK)
        current, link, others, burst, said = said.split(b"\0", 4)
        names, said = _until_empty(said)
        files, record = _until_empty(said)
        marked = [_text(name) for name in names]
        return HostView(
            cast(Literal["", "link", "folder"], _text(current)),
            _text(link),
            bool(others),
            bool(burst),
            tuple(name[1:] for name in marked if name[0] == "+"),
            tuple(name[1:] for name in marked if name[0] == "-"),
            _stamps(files),
            record or None,
        )

    def facts(self) -> HostFacts:
        switches, links, free, now = _text(self._shell.run(_FACTS, f".bulletin-probe-{_token()}")).split("\n")[:4]
        return HostFacts(
            bool(switches), bool(links), int(free) * 1024 if int(free) >= 0 else -1, float(now) + 0.5
        )  # it has told whole seconds

    def read(self, path: str) -> bytes | None:
        said = self._shell.ask(_READ, path, about=path)
        return said[1:] if said else None

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        feed = _list(paths)
        return dict(_digest_lines(self._shell.ask(_DIGESTS, feed=feed, patience=_LONG))) if feed else {}

    def stage(self, name: str, source: str, removes: Sequence[str], folders: Sequence[str]) -> None:
        self._shell.run(_STAGE, name, source, feed=_list(removes), patience=_LONG)
        if folders:
            self._shell.ask(_RMDIR, f"{RELEASES_FOLDER}/{name}", feed=_list(folders))

    def fill(self, name: str, files: Iterable[tuple[str, bytes]], taken: Callable[[int], None]) -> None:
        self._shell.run(_FILL, name, feed=tar_stream(files, taken))

    def listing(self, name: str) -> FileStamps:
        return _stamps(self._shell.ask(_LISTING, name).split(b"\0"))

    def complete(self, stage: str, name: str, record: bytes, token: str) -> None:
        size = str(len(record))
        self._shell.run(
            _COMPLETE, stage, name, size, token, _token(), feed=[record], about=CURRENT_LINK, patience=_LONG
        )

    def point(self, name: str, token: str) -> None:
        self._shell.run(_POINT, name, token, _token(), about=CURRENT_LINK, patience=_LONG)

    def drop(self, names: Sequence[str]) -> None:
        if names:
            self._shell.run(_DROP, *names, about=RELEASES_FOLDER, patience=_LONG)

    def unlink(self, paths: Sequence[str], folders: Sequence[str]) -> None:
        self._shell.ask(_UNLINK, feed=_list(paths), patience=_LONG)
        if folders:
            self._shell.ask(_RMDIR, ".", feed=_list(folders))

    def replace(self, path: str, data: bytes) -> None:
        self._shell.run(_REPLACE, path, _token(), str(len(data)), feed=[data], about=path, patience=_LONG)

    def create(self, path: str, data: bytes) -> bool:
        said = self._shell.ask(_CREATE, path, _token(), str(len(data)), feed=[data], about=path)
        return said.strip() == b"made"

    def close(self) -> None:
        self._shell.close()


def _token() -> str:
    return secrets.token_hex(16)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _list(paths: Iterable[str]) -> list[bytes]:
    """For ``xargs -0``, in one piece; nothing for no path."""
    data = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    return [data] if data else []


def _until_empty(data: bytes) -> tuple[list[bytes], bytes]:
    """The items before the first empty one, and what follows."""
    if data.startswith(b"\0"):
        return [], data[1:]
    head, _, rest = data.partition(b"\0\0")
    return head.split(b"\0"), rest


def _stamps(items: Iterable[bytes]) -> FileStamps:
    """``size seconds path``, as find and stat print it."""
    found: FileStamps = {}
    for item in filter(None, items):
        size, modified, path = item.split(b" ", 2)
        whole, _, part = modified.partition(b".")
        nanoseconds = int(whole) * 10**9 + int(part[:9].ljust(9, b"0") or 0)
        found[_text(path.removeprefix(b"./"))] = (int(size), nanoseconds)
    return found


_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def _digest_lines(said: bytes) -> Iterator[tuple[str, str]]:
    r"""Path and hash; a line with an escaped name begins with ``\``."""
    for line in said.splitlines():
        digest, _, path = line.partition(b"  ")
        if digest.startswith(b"\\"):
            digest, path = digest[1:], _ESCAPED.sub(lambda m: b"\n" if m[1] == b"n" else m[1], path)
        yield _text(path), _text(digest)
