"""What is kept about one person: given out, or forgotten (个人信息保护法, 45 and 47)."""

from __future__ import annotations

import msgspec

from bulletin.mail.never import AddressHasher
from bulletin.mail.stores.base import MailStore


def export_person(store: MailStore, hasher: AddressHasher, address: str) -> dict[str, object] | None:
    """Everything about one reader, as JSON values; None: nothing is kept, not even that we must not write."""
    mac = hasher.mac(address)
    never = store.never().get(mac)
    reader = store.reader(address)
    asked = store.asked(mac)
    notes, questions = store.notes_to(address), store.tokens_of(address)
    if reader is None and never is None and not (asked or notes or questions):
        return None
    found: dict[str, object] = {"address": address, "asked": asked}
    if notes:
        found["notes"] = msgspec.to_builtins(notes)
    if questions:
        found["questions"] = msgspec.to_builtins(questions)
    if never:
        found["never"] = {"why": never[0], "since": never[1]}
    if reader:
        found["reader"] = msgspec.to_builtins(reader)
        found["wordings"] = {c.wording: store.wording(c.wording) for c in reader.consents}
        runs = {run.id: run.issue for run in store.runs()}
        letters = store.deliveries_to(reader.id)
        found["letters"] = [{**msgspec.to_builtins(each), "issue": runs.get(each.run, "")} for each in letters]
        found["bounces"] = msgspec.to_builtins(store.bounces(reader.id))
    return found


def forget_person(store: MailStore, hasher: AddressHasher, address: str, now: str) -> bool:
    """Leave a keyed hash alone, and overwrite what was deleted; whether there was a reader.

    Wipes in any case: an earlier forgetting may have been interrupted before it.
    """
    found = store.forget(address, hasher.mac(address), now)
    store.wipe()
    return found
