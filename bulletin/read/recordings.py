"""The recordings beside issues: found, heard once, and kept by their content."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Protocol
from unicodedata import normalize

import msgspec

from bulletin.core.model import Issue
from bulletin.read.assets import Asset, AssetFinder
from bulletin.read.sources import unreadable
from bulletin.read.voices import MAX_VOICE_BYTES, NO_MP3_SOUND, RECORDING_TOO_LARGE, Voice, read_voice, voice_path


class _VoiceStore(Protocol):
    """What it uses of the cache."""

    def summaries(self, keys: Iterable[str]) -> Iterable[tuple[str, bytes]]: ...
    def put(self, key: str, summary: bytes, parts: bytes) -> None: ...


def read_recordings(
    finder: AssetFinder, issues: Iterable[Issue], fingerprint: str, store: _VoiceStore
) -> tuple[dict[str, Asset], set[str]]:
    """The recordings by path, and the keys under which what was heard is kept."""
    found = finder.find_at(normalize("NFC", voice_path(each.source)) for each in issues)
    keys = {path: _key(fingerprint, asset) for path, asset in found.items()}
    known = {key: msgspec.msgpack.decode(data, type=Voice | None) for key, data in store.summaries(keys.values())}
    for path, asset in found.items():
        if keys[path] not in known and asset.size <= MAX_VOICE_BYTES:
            try:
                voice = read_voice(finder.read(asset))
            except OSError as error:
                finder.problems.append(unreadable(path, error))
                continue
            known[keys[path]] = voice
            store.put(keys[path], msgspec.msgpack.encode(voice), b"")
    return {path: _with_voice(asset, known.get(keys[path])) for path, asset in found.items()}, set(keys.values())


def _with_voice(asset: Asset, voice: Voice | None) -> Asset:
    reason = "" if voice else NO_MP3_SOUND if asset.size <= MAX_VOICE_BYTES else RECORDING_TOO_LARGE
    return msgspec.structs.replace(asset, voice=voice, reason=reason)


def _key(fingerprint: str, asset: Asset) -> str:
    return blake2b(f"voice\0{fingerprint}\0{asset.digest}".encode(), digest_size=16).hexdigest()
