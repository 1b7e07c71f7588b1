"""The form: what it answers, to whom, and that nothing but a pressed button changes anything."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bulletin.commands.mail.office import MailOffice
from bulletin.commands.terminal import Messages, Session
from bulletin.core.mail_settings import MailAccount, MailSettings
from bulletin.core.station import Station
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.mail.joining import confirm_token, leave_token
from bulletin.mail.readers import Consent, new_reader, undeliverable, wording_hash
from bulletin.mail.service import app as app_module
from bulletin.mail.stores.base import LetterDelivery, MailStore, NoteQuota, ReaderStoreError, RequestLimits
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.form import HASHER, Client, form

NOW = "2026-11-28T08:00:00Z"
LI = "li@example.cn"


@pytest.fixture
def opener(tmp_path: Path) -> Callable[[], MailStore]:
    return lambda: SqliteReaderStore(tmp_path / "readers.db")


def kept(opener: Callable[[], MailStore]) -> tuple[object, ...]:
    """All that is in the store."""
    store = opener()
    try:
        return (*store.readers(), *store.notes(), store.never(), *store.tokens_of(LI), store.asked(HASHER.mac(LI)))
    finally:
        store.close()


def put(opener: Callable[[], MailStore], work: Callable[[MailStore], object]) -> None:
    store = opener()
    work(store)
    store.close()


def question(opener: Callable[[], MailStore]) -> str:
    """The token in the letter."""
    store = opener()
    token = confirm_token(HASHER, store.notes()[-1])
    store.close()
    return token


def run(tmp_path: Path, opener: Callable[[], MailStore], work: Callable[[Client], object]) -> None:
    async def whole() -> None:
        async with form(tmp_path / "site", opener) as client:
            await work(client)  # type: ignore[misc]

    asyncio.run(whole())


def test_from_the_form_to_the_letter_and_out_again(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        reply = await it.subscribe("Li@example,cn", column="cases")
        assert (reply.status, reply.text) == (200, "asked|||")
        token = question(opener)
        put(opener, lambda store: store.mark_note_intent(1, "<q@x>", "office", NOW, NoteQuota("2026-11-28", 9, 9)))
        assert (await it.get(f"/_mail/confirm?t={token}")).text == f"confirm|||{token}"
        assert (await it.post("/_mail/confirm", t=token)).text == "confirmed|||"
        assert (await it.post("/_mail/confirm", t=token)).status == 404
        (reader, *_) = kept(opener)
        assert reader.state == "active"  # type: ignore[attr-defined]
        assert reader.columns == ("cases",)  # type: ignore[attr-defined]
        consent = Consent("2026-11-28T08:00:10Z", "form", wording_hash("每期一封"), "<q@x>")
        assert reader.consents == (consent,)  # type: ignore[attr-defined]
        leave = leave_token(HASHER, reader.id, LI)  # type: ignore[attr-defined]
        assert (await it.get(f"/_mail/leave?t={leave}")).text == f"leave||l***@example.cn|{leave}"
        assert [(await it.post("/_mail/leave", t=leave)).text for _ in range(2)] == ["left|||"] * 2
        assert kept(opener)[0].state == "left"  # type: ignore[attr-defined]

    run(tmp_path, opener, work)


def test_the_answer_and_its_time_say_nothing_of_an_address(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    def fill(store: MailStore) -> None:
        store.put_readers([new_reader("active@example.cn", NOW, Consent(NOW, "paper", "w"))])
        store.put_readers(
            [undeliverable(new_reader("dead@example.cn", NOW), NOW), new_reader("pending@example.cn", NOW)]
        )
        store.put_never(HASHER.mac("never@example.cn"), "forgotten", NOW)
        for _ in range(3):
            store.put_asked(HASHER.mac("often@example.cn"), "2026-11-01")

    async def work(it: Client) -> None:
        names = ("new", "active", "dead", "pending", "never", "often", "new")
        replies = [await it.subscribe(f"{n}@example.cn", client=f"10.{k}.0.1") for k, n in enumerate(names)]
        trapped = await it.subscribe("trap@example.cn", client="10.9.0.1", website="http://spam.example")
        assert set(map(repr, [*replies, trapped])) == {repr(replies[0])}
        assert it.pauses == [0.5] * 8
        store = opener()
        assert [note.address for note in store.notes()] == ["new@example.cn", "pending@example.cn"]
        store.close()

    put(opener, fill)
    run(tmp_path, opener, work)


def test_who_follows_every_link_of_a_letter_changes_nothing(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        await it.subscribe(LI)
        confirm = f"/_mail/confirm?t={question(opener)}"
        store = opener()
        active = store.reader("wang@example.cn")
        assert active
        store.close()
        leave = f"/_mail/leave?t={leave_token(HASHER, active.id, active.address)}"
        before = kept(opener)
        for address in (confirm, leave, "/_mail/", "/_mail/subscribe?address=x@y.cn&consent=yes"):
            for method in ("GET", "HEAD", "OPTIONS", "PROPFIND"):
                reply = await it.ask(method, address, b"List-Unsubscribe=One-Click")
                assert not (method == "HEAD" and reply.text)
        assert (await it.ask("POST", leave, b"")).status == 404, "a POST without anything is no button"
        assert kept(opener) == before

    put(opener, lambda store: store.put_readers([new_reader("wang@example.cn", NOW, Consent(NOW, "paper", "w"))]))
    run(tmp_path, opener, work)


def test_the_links_of_a_real_letter(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    """Followed by a scanner nothing changes; the one in its header, pressed by a mail program, unsubscribes."""

    async def work(it: Client) -> None:
        reader = kept(opener)[0]
        data = letter_to(reader.id, tmp_path, opener)  # type: ignore[attr-defined]
        message = message_from_bytes(data, policy=default)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        links = re.findall(
            r"https://www\.example\.cn(/_mail/[^\s<>\"]+)", "".join([*parts, message["List-Unsubscribe"]])
        )
        assert len(links) >= 3, "in both parts and in the header"
        before = kept(opener)
        for link in links:
            for method in ("GET", "HEAD"):
                assert (await it.ask(method, unescape(link))).status == 200
        assert kept(opener) == before
        one_click = re.findall(r"https://www\.example\.cn(/_mail/[^>]+)", message["List-Unsubscribe"])[0]
        assert (await it.ask("POST", one_click, b"List-Unsubscribe=One-Click")).status == 200
        assert kept(opener)[0].state == "left"  # type: ignore[attr-defined]

    put(opener, lambda store: store.put_readers([new_reader(LI, NOW, Consent(NOW, "paper", "w"))]))
    run(tmp_path, opener, work)


def letter_to(reader: int, root: Path, opener: Callable[[], MailStore]) -> bytes:
    """As `mail send` writes it."""
    account = MailAccount("office", "h", "office@example.cn")
    settings = MailSettings((account,), form=True)
    station = Station("甲", url="https://www.example.cn/", mail=settings)
    session = Session(Messages(lambda text: text), "en", lambda: datetime(2026, 11, 28), {})
    store = opener()
    letter = Letter("2014002", "一", f"正文 {LEAVE_MARK}\n", f'<!DOCTYPE html><a href="{LEAVE_MARK}">退订</a>')
    write = MailOffice(session, root, station, settings, store, HASHER).writer(letter)
    _, data = write(LetterDelivery(1, 1, reader, LI, "waiting"), account, datetime(2026, 11, 28, tzinfo=UTC))
    store.close()
    return data


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_a_mail_program_unsubscribes_by_itself(
    tmp_path: Path, opener: Callable[[], MailStore], body: bytes, kind: str
) -> None:
    async def work(it: Client) -> None:
        reader = kept(opener)[0]
        token = leave_token(HASHER, reader.id, LI)  # type: ignore[attr-defined]
        assert (await it.ask("POST", f"/_mail/leave?t={token}", body, kind=kind)).text == "left|||"
        left = kept(opener)[0]
        assert (left.state, left.consents[0].withdrawn_how) == ("left", "one-click")  # type: ignore[attr-defined]
        assert (await it.ask("POST", "/_mail/leave?t=1-" + "a" * 26, body, kind=kind)).status == 200

    put(opener, lambda store: store.put_readers([new_reader(LI, NOW, Consent(NOW, "paper", "w"))]))
    run(tmp_path, opener, work)


def test_a_form_that_is_not_filled_in_comes_back_with_what_was_typed(
    tmp_path: Path, opener: Callable[[], MailStore]
) -> None:
    async def work(it: Client) -> None:
        reply = await it.subscribe('"><script>x</script>')
        assert (reply.status, reply.text.split("|")[0]) == (422, "address")
        assert "&quot;&gt;&lt;script&gt;" in reply.text
        assert (await it.subscribe("a@example.cn, b@example.cn")).status == 422
        stamp = await it.stamp()
        assert (await it.post("/_mail/subscribe", address=LI, stamp=stamp)).text.startswith("consent|")
        assert kept(opener) == ({}, ())

    run(tmp_path, opener, work)


def test_a_form_is_good_for_half_a_day_and_no_machine_fills_it_in(
    tmp_path: Path, opener: Callable[[], MailStore]
) -> None:
    async def work(it: Client) -> None:
        stamp = (await it.get("/_mail/")).text.split("|")[1]
        forged = f"{int(stamp.split('.')[0]) - 60}.{stamp.split('.')[1]}"
        for bad in (stamp, forged, "", "x", "1.x", "9" * 40 + ".x", "١٢.x"):
            assert (await it.subscribe(LI, bad or "-")).text.startswith("again|"), bad
        it.clock.turn(7 * 3600)
        assert (await it.subscribe(LI, stamp)).text.startswith("again|")
        again = (await it.subscribe(LI, stamp)).text.split("|")
        it.clock.turn(5)
        assert (await it.subscribe(again[2], again[1])).text == "asked|||"

    run(tmp_path, opener, work)


def test_a_network_asks_five_times_an_hour(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        statuses = [(await it.subscribe(f"r{n}@example.cn", client=f"192.0.2.{n}")).status for n in range(7)]
        assert statuses == [200] * 5 + [429] * 2
        assert (await it.subscribe(LI, client="192.0.3.1")).status == 200
        it.clock.turn(3600)
        assert (await it.subscribe("later@example.cn")).status == 200

    run(tmp_path, opener, work)


@pytest.mark.parametrize("proxies", [("127.0.0.1",), ()])
def test_a_network_is_what_a_trusted_proxy_says(
    tmp_path: Path, opener: Callable[[], MailStore], proxies: tuple[str, ...]
) -> None:
    async def whole() -> None:
        async with form(tmp_path / "site", opener, proxies=proxies) as it:
            stamp = await it.stamp()
            statuses = []
            for n in range(7):
                body = f"address=r{n}%40example.cn&consent=yes&stamp={stamp}".encode()
                reply = await it.ask("POST", "/_mail/subscribe", body, "127.0.0.1", forwarded=f"192.0.{n}.1")
                statuses.append(reply.status)
            assert statuses == ([200] * 7 if proxies else [200] * 5 + [429] * 2)
            assert len(it.lines) == (not proxies), "the operator is told once"

    asyncio.run(whole())


def test_what_nobody_answers_is_deleted_after_seven_days(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        await it.subscribe(LI)
        token = question(opener)
        it.clock.turn(7 * 86_400 + 3_600)
        assert (await it.get(f"/_mail/confirm?t={token}")).status == 404
        assert kept(opener) == ({}, ("2026-11-28",))

    run(tmp_path, opener, work)


def test_a_token_pressed_many_times_at_once_works_once(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        await it.subscribe(LI)
        token = question(opener)
        replies = await asyncio.gather(*(it.post("/_mail/confirm", t=token) for _ in range(8)))
        assert sorted(reply.status for reply in replies) == [200] + [404] * 7

    run(tmp_path, opener, work)


def test_whatever_comes_is_answered_and_nothing_is_set(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    async def work(it: Client) -> None:
        long = b"a=" + b"x" * 9000
        more: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": b"x" * 5000, "more_body": True}] * 2
        gone: list[MutableMapping[str, Any]] = [{"type": "http.disconnect"}]
        bodies: tuple[bytes | list[MutableMapping[str, Any]], ...]
        bodies = (long, more, gone, b"\xff\xfe", b"%ff=%fe&a", b"&".join([b"a=b"] * 200), b"")
        statuses = [(await it.ask("POST", "/_mail/subscribe", body)).status for body in bodies]
        assert statuses == [413, 413, 422, 422, 422, 422, 422]
        for address in (
            "/_mail/confirm?t=" + "a" * 900,
            "/_mail/leave?t=%00%ff",
            "/_mail/leave?t=9999999999999999999-a",
        ):
            assert (await it.get(address)).status == 404
        assert (await it.get("/_mail/other")).status == 404
        reply = await it.ask("DELETE", "/_mail/leave")
        assert (reply.status, reply.headers[b"allow"]) == (405, b"GET, POST, HEAD")
        page = await it.get("/_mail/")
        assert b"set-cookie" not in page.headers
        assert b"form-action 'self'" in page.headers[b"content-security-policy"]
        assert page.headers[b"referrer-policy"] == b"no-referrer"
        assert it.lines == []

    run(tmp_path, opener, work)


def test_who_sends_a_body_too_slowly_is_let_go(
    tmp_path: Path, opener: Callable[[], MailStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "BODY_SECONDS", 0.01)

    async def work(it: Client) -> None:
        slow: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": b"addr", "more_body": True}]
        assert (await it.ask("POST", "/_mail/subscribe", slow)).status == 408

    run(tmp_path, opener, work)


def test_a_store_that_was_away_is_opened_again(tmp_path: Path, opener: Callable[[], MailStore]) -> None:
    broken = False

    class Away(SqliteReaderStore):
        def token(self, digest: str) -> None:  # noqa: ARG002
            raise ReaderStoreError("away: {reason}", reason="gone")

    def flaky() -> MailStore:
        return Away(tmp_path / "readers.db") if broken else opener()

    async def whole() -> None:
        nonlocal broken
        async with form(tmp_path / "site", flaky) as it:
            broken = True
            store = it.app._desk._store  # type: ignore[attr-defined]
            store.token = Away(tmp_path / "other.db").token
            reply = await it.get("/_mail/confirm?t=x")
            assert (reply.status, reply.text) == (503, "unavailable|||")
            assert it.lines == ["not done: away: gone"]
            broken = False
            assert (await it.get("/_mail/health")).status == 200
            (tmp_path / "site/_mail/form.html").unlink()
            assert (await it.get("/_mail/")).status == 503

    asyncio.run(whole())


def test_the_time_as_it_is_measured_says_nothing(
    tmp_path: Path, open_store: Callable[[], MailStore], prove: bool
) -> None:
    """Of new addresses and of those that get the letter already; no injected pause. In short, of two each."""
    rounds, apart = (30, 0.005) if prove else (2, 0.1)

    async def whole() -> None:
        store = open_store()
        store.put_readers([new_reader(f"a{n}@example.cn", NOW, Consent(NOW, "paper", "w")) for n in range(rounds)])
        async with form(tmp_path / "site", open_store, pause=asyncio.sleep) as it:
            stamp = await it.stamp()
            it.clock.monotonic = time.monotonic  # type: ignore[method-assign]
            medians = []
            for kind in ("new", "a"):
                took = []
                for n in range(rounds):
                    began = time.perf_counter()
                    await it.subscribe(f"{kind}{n}@example.cn", stamp, f"10.{kind == 'a':d}.{n}.1")
                    took.append(time.perf_counter() - began)
                medians.append(median(took))
            assert abs(medians[0] - medians[1]) < apart, medians

    asyncio.run(whole())


# ── bombing


def test_no_number_of_requests_gets_past_the_limits(
    tmp_path: Path, open_store: Callable[[], MailStore], prove: bool
) -> None:
    """10,000 with 1,000 addresses from 100 networks; in short, 1,000 with 100 from 20."""
    posts, addresses, networks = (10_000, 1_000, 100) if prove else (1_000, 100, 20)

    async def whole() -> None:
        async with form(tmp_path / "site", open_store, RequestLimits(waiting=48)) as it:
            stamp = await it.stamp()
            statuses: dict[int, int] = {}
            for n in range(posts):
                reply = await it.subscribe(f"v{n % addresses}@example.cn", stamp, f"10.0.{n % networks}.{n % 251}")
                statuses[reply.status] = statuses.get(reply.status, 0) + 1
            assert statuses[200] + statuses.get(503, 0) == 5 * networks, "the rest is too much for its network"

    asyncio.run(whole())
    store = open_store()
    notes = store.notes()
    assert len(notes) == 48
    assert len({note.address for note in notes}) == len(notes), "none is asked twice a day"
    quota = NoteQuota("2026-11-28", 16, 80)
    sent = [note for note in notes if store.mark_note_intent(note.id, f"<{note.id}@x>", "office", NOW, quota)]
    assert len(sent) == 16
    letters = sum(store.use_quota("office", "2026-11-28", 80) for _ in range(100))
    assert letters == 64, "the letter's share is not touched"
