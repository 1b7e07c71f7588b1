"""The list of keys → the file in the site that the counter reads."""

from __future__ import annotations

from bulletin.build.staging import Files, Made, digest
from bulletin.core.keys import KEYS, KeyList, write_keys
from bulletin.write.output import Manifest, Output

GROUP = "hits keys"


def stage_keys(keys: KeyList | None, before: Manifest, output: Output) -> Files:
    """The group of the file; none where nothing is counted."""
    if keys is None:
        return {}
    data = write_keys(keys)
    key = digest(data)
    record = before.groups.get(GROUP)
    if record and record.key == key and all(map(output.is_current, record.files)):
        return {GROUP: Made(key, record.files, ())}
    output.stage(KEYS, key, data)
    return {GROUP: Made(key, (), (KEYS,))}
