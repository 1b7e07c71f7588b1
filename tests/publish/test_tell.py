"""`bulletin tell`: robots on a server of our own, which throttles, refuses, is silent, and hangs up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.commands import cli
from bulletin.core.chat_robots import ChatRobot
from bulletin.core.config import read_station
from bulletin.core.errors import PublishError, StationError
from bulletin.core.station import Station
from bulletin.publish.robots import answers
from bulletin.publish.robots.answers import RobotAnswer, ask_robot, fault_words, read_answer
from bulletin.publish.robots.messages import SMS_UNITS, Announcement, robot_text, sms_text
from bulletin.publish.robots.services import SERVICES, RobotKey, robot_key, robot_request
from bulletin.publish.robots.shortening import shorten, utf8_bytes, utf16_units
from bulletin.publish.robots.telling import Teller, tell_robot
from bulletin.publish.robots.told import ToldEntry, ToldLedger, told_entries, told_states
from tests.conftest import NOW, STATION, good_issues, write_files
from tests.publish.robotd import RobotServer, robot_server
from tests.test_cli import Said

Run = Callable[..., Said]

KEY, SECRET = "0f3a-key", "SECretWord"
LINK = "https://jzz.example.cn/issues/2015001/"
NEWS = Announcement("2015001", "工作简报", "夜间巡查增加班次", ("站务新闻", "案例分析"), LINK)


@pytest.fixture(scope="module")
def one_server() -> Iterator[RobotServer]:
    with robot_server() as server:
        yield server


@pytest.fixture
def server(one_server: RobotServer) -> RobotServer:
    """Forgets what the test before has done."""
    for each in (one_server.received, one_server.queries, one_server.answers):
        each.clear()
    return one_server


# ── the command


@pytest.fixture
def root(tmp_path: Path, server: RobotServer) -> Path:
    (tmp_path / "www").mkdir()
    station = f"{STATION}publish:\n  - {{name: lan, kind: folder, path: {tmp_path}/www, how: burst}}\n"
    station += f"robots:\n  - {{name: wx, kind: wecom, url: '{server.url}'}}\n"
    station += f"  - {{name: ding, kind: dingtalk, url: '{server.url}'}}\n"
    write_files(tmp_path / "station", {"content/station.yml": station, **good_issues(2)})
    return tmp_path / "station"


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("BULLETIN_PASSWORD_ROBOT_WX", KEY)
    monkeypatch.setenv("BULLETIN_PASSWORD_ROBOT_DING", f"{KEY} {SECRET}")

    def command(*words: str, now: datetime = NOW) -> Said:
        monkeypatch.setenv("LANGUAGE", "en")
        monkeypatch.setattr(sys, "argv", ["bulletin", *words, "--root", str(root)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(lambda: now)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert KEY not in out + err
        assert SECRET not in out + err
        return Said(int(ended.value.code or 0), out, err)

    return command


def ledger(root: Path) -> str:
    path = root / "releases/told.jsonl"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_each_robot_is_told_once_and_the_ledger_knows(run: Run, root: Path, server: RobotServer) -> None:
    early = run("tell", "2015001")
    assert (early.code, server.received) == (2, [])
    assert "not published yet" in early.err
    assert run("publish", "--yes", "--no-verify").code == 0
    shown = run("tell", "2015001", "--dry-run")
    assert (shown.code, server.received, ledger(root)) == (0, [], "")
    assert "· 站务新闻" in shown.out
    told = run("tell", "2015001")
    assert (told.code, told.out) == (0, "wx: told.\nding: told.\n")
    assert [message["text"]["content"] for message in server.received] == [
        f"工作简报2015001\n· 站务新闻\n· 案例分析\n{LINK}"
    ] * 2
    assert run("tell", "2015001").out.count("was told already") == 2
    assert len(server.received) == 2
    assert run("tell", "--list").out.count("told") == 2
    assert KEY not in ledger(root)
    assert SECRET not in ledger(root)


def test_a_lost_answer_is_shown_and_repeated_only_by_hand(run: Run, server: RobotServer) -> None:
    run("publish", "--yes", "--no-verify")
    server.answers[:] = ["close", {"errcode": 310000, "errmsg": f"sign not match {SECRET}"}]
    lost = run("tell", "2015001")
    assert lost.code == 1
    assert "wx: not known: the answer was lost" in lost.err
    assert "ding: not told: the group's security settings" in lost.err
    assert "[310000] sign not match …" in lost.err
    again = run("tell", "2015001", "--to", "wx")
    assert (again.code, len(server.received)) == (1, 2)
    assert "asked at 2016-01-01 12:00" in again.err
    first, second = run("tell", "--list").out.splitlines()
    assert "wx  not known" in first
    assert "ding  not told" in second
    assert run("tell", "2015001", "--again").code == 0
    assert len(server.received) == 4
    server.answers[:] = ["close"]
    run("tell", "2015002", "--to", "wx")
    assert len(run("tell", "2015年第2期", "--list").out.splitlines()) == 1
    assert run("tell", "2015年第2期", "--to", "wx", "--arrived").code == 0
    assert "was told already" in run("tell", "2015002", "--to", "wx", "--again").out
    assert len(server.received) == 5


def test_nobody_is_told_of_what_may_not_go_out_now(run: Run, root: Path, server: RobotServer) -> None:
    """Also before it is published that it may not."""
    run("publish", "--yes", "--no-verify")
    for number, line in (("2015001", "draft: yes"), ("2015002", "密级: 秘密")):
        path = root / f"content/issues/{number}.md"
        path.write_text(path.read_text(encoding="utf-8").replace("---\n", f"---\n{line}\n", 1), encoding="utf-8")
    write_files(root, {"content/issues/2016001.md": "---\ndate: 2016-03-01\n---\n## 站务新闻\n### 春季安排\n照常。\n"})
    sms = root / "sms.txt"
    for number, reason in (("2015001", "is a draft"), ("2015002", "is kept back"), ("2016001", "has not come")):
        said = run("tell", number, "--sms", str(sms))
        assert said.code == 2
        assert reason in said.err
        assert not sms.exists()
    assert (run("tell", "2015002").code, server.received) == (2, [])


def test_nobody_is_told_of_what_was_withdrawn(run: Run, server: RobotServer) -> None:
    run("publish", "--yes", "--no-verify")
    assert run("withdraw", "2015001", "--because", "有误", "--yes").code == 0
    for number in ("2015001", "2015年第1期"):
        said = run("tell", number)
        assert (said.code, server.received) == (2, [])
        assert "was withdrawn" in said.err


def test_a_short_message_is_written_for_the_operator(run: Run, root: Path) -> None:
    run("publish", "--yes", "--no-verify")
    assert run("tell", "2015001", "--sms", str(root / "sms.txt")).code == 0
    assert (root / "sms.txt").read_text(encoding="utf-8") == f"【南岭市救助管理站】工作简报2015001 {LINK}\n"


def test_a_robot_without_a_key_hinders_no_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("publish", "--yes", "--no-verify")
    monkeypatch.setenv("BULLETIN_PASSWORD_ROBOT_WX", "")
    monkeypatch.setattr("bulletin.commands.publish.secrets._keyring", lambda: None)
    said = run("tell", "2015001")
    assert (said.code, said.out) == (1, "ding: told.\n")
    assert "bulletin tell --store-key wx" in said.err


def test_what_is_not_installed_is_said_before_a_message_is_noted(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("publish", "--yes", "--no-verify")
    monkeypatch.setitem(sys.modules, "httpx", None)
    said = run("tell", "2015001")
    assert (said.code, ledger(root)) == (2, "")
    assert "httpx" in said.err


def test_without_a_robot_the_command_says_how_to_name_one(run: Run, root: Path) -> None:
    write_files(root, {"content/station.yml": STATION})
    assert "names no robot" in run("tell", "2015001").err
    assert "kind: wecom" in run("tell").out


def test_two_robots_of_one_name_are_refused() -> None:
    robots = "robots:\n  - {name: a, kind: wecom}\n  - {name: a, kind: feishu}\n"
    with pytest.raises(StationError, match="two robots are called “a”"):
        read_station(f"{STATION}{robots}".encode())


@pytest.mark.parametrize("url", ["http://hooks.example.cn/", "ftp://a.cn/"])
def test_a_key_goes_nowhere_unencrypted(url: str) -> None:
    with pytest.raises(StationError, match=r"robots\.0\.url"):
        read_station(f"{STATION}robots:\n  - {{name: a, kind: wecom, url: '{url}'}}\n".encode())


# ── requests


def robot(kind: str, **values: object) -> ChatRobot:
    return ChatRobot("r", kind, **values)  # type: ignore[arg-type]


def test_requests_are_signed_as_the_services_say() -> None:
    key, now = RobotKey(KEY, SECRET), 1_451_620_800
    ding = robot_request(robot("dingtalk"), key, "甲", LINK, now)
    wanted = hmac.new(SECRET.encode(), f"{now}000\n{SECRET}".encode(), hashlib.sha256).digest()
    assert f"access_token={KEY}&timestamp={now}000&sign=" in ding.url
    assert base64.b64encode(wanted).decode().rstrip("=") in ding.url.replace("%2F", "/").replace("%2B", "+")
    feishu = robot_request(robot("feishu"), key, "题\n· 甲", LINK, now)
    wanted = hmac.new(f"{now}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (feishu.document["timestamp"], feishu.document["sign"]) == (str(now), base64.b64encode(wanted).decode())
    assert feishu.url == f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"
    assert robot_request(robot("wecom"), RobotKey(KEY, ""), "甲", LINK, now).url.endswith(f"/webhook/send?key={KEY}")


@pytest.mark.parametrize("kind", list(SERVICES))
def test_the_whole_address_may_be_stored(kind: str) -> None:
    address = robot_request(robot(kind), RobotKey(KEY, ""), "", "", 0).url
    for blank in (" ", "\N{IDEOGRAPHIC SPACE}", "\t "):
        found = robot_key(robot(kind), f" {address}{blank}{SECRET} ")
        assert found == RobotKey(KEY, SECRET if SERVICES[robot(kind).kind].is_signed else "")


WITHOUT_KEY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"


@pytest.mark.parametrize(
    ("kind", "stored"), [("wecom", ""), ("wecom", WITHOUT_KEY), ("dingtalk", KEY), ("feishu", f"{KEY} ")]
)
def test_a_key_that_is_not_whole_is_named(kind: str, stored: str) -> None:
    with pytest.raises(PublishError, match="--store-key r"):
        robot_key(robot(kind), stored)


# ── answers


@pytest.mark.parametrize(
    ("kind", "answer", "state", "code"),
    [
        ("wecom", {"errcode": 0, "errmsg": "ok"}, "sent", ""),
        ("feishu", {"code": 0, "msg": "success", "data": {}}, "sent", ""),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, "sent", ""),
        ("wecom", {"errcode": 45009}, "refused", "45009"),
        ("wecom", {"errcode": 93000}, "refused", "93000"),
        ("dingtalk", {"errcode": 310000}, "refused", "310000"),
        ("dingtalk", {"errcode": 130101}, "refused", "130101"),
        ("feishu", {"code": 9499}, "refused", "9499"),
        ("feishu", {"code": 19021}, "refused", "19021"),
        ("feishu", {"code": 19024}, "refused", "19024"),
        ("wecom", {"errcode": -1}, "unknown", "lost"),
        ("wecom", 404, "refused", "HTTP 404"),
        ("wecom", 429, "refused", "HTTP 429"),
        ("wecom", 502, "unknown", "lost"),
        ("wecom", b"<html>please log in</html>", "unknown", "lost"),
        ("wecom", b"[" * 60_000, "unknown", "lost"),
        ("wecom", {"ok": True}, "unknown", "lost"),
        ("wecom", "close", "unknown", "lost"),
        ("wecom", "hang", "unknown", "lost"),
    ],
)
def test_answers(
    server: RobotServer, monkeypatch: pytest.MonkeyPatch, kind: str, answer: object, state: str, code: str
) -> None:
    monkeypatch.setattr(answers, "_TIMEOUT_SECONDS", 0.1 if answer == "hang" else 5)
    server.answers[:] = [answer]
    key = RobotKey(KEY, SECRET)
    request = robot_request(robot(kind, url=server.url), key, "甲", LINK, 1)
    found = ask_robot(SERVICES[robot(kind).kind], request, key)
    assert (found.state, found.code) == (state, code)
    assert len(server.received) == 1
    if state != "sent":
        assert fault_words(SERVICES[robot(kind).kind], code)


def test_a_service_that_is_not_reached_was_not_told() -> None:
    key = RobotKey(KEY, "")
    request = robot_request(robot("wecom", url="http://127.0.0.1:9/"), key, "甲", LINK, 1)
    assert ask_robot(SERVICES["wecom"], request, key) == RobotAnswer("refused", "unreached")


def test_the_codes_that_are_named_have_a_sentence_of_their_own() -> None:
    known = {
        "wecom": (45009, 93000),
        "dingtalk": (310000, 130101, 460101),
        "feishu": (9499, 19021, 19022, 19024, 11232),
    }
    for kind, codes in known.items():
        service = SERVICES[robot(kind).kind]
        assert all(fault_words(service, str(code)) != fault_words(service, "1") for code in codes)


@pytest.mark.parametrize(
    ("said", "state"),
    [('{"errcode": "0"}', "sent"), ('{"errcode": "310000"}', "refused"), ('{"errcode": "ok"}', "unknown")],
)
def test_a_code_in_quotes_is_one(said: str, state: str) -> None:
    assert read_answer(SERVICES["dingtalk"], 200, said.encode(), RobotKey(KEY, SECRET)).state == state


def test_what_a_service_says_is_one_short_line_without_the_key() -> None:
    said = f'{{"errcode": 40008, "errmsg": "bad\\n key={KEY} {"x" * 500}"}}'.encode()
    found = read_answer(SERVICES["wecom"], 200, said, RobotKey(KEY, ""))
    assert found.said.startswith("bad key=… x")
    assert len(found.said) == 200


# ── rates


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def teller(tmp_path: Path, clock: Clock, *said: RobotAnswer) -> Teller:
    replies = iter(said)
    return Teller(ToldLedger(tmp_path), "a@b", clock, lambda *_: next(replies, RobotAnswer("sent")))


def told(teller: Teller, kind: str, number: int) -> str:
    outcome = tell_robot(teller, robot(kind), RobotKey(KEY, SECRET), NEWS.__replace__(issue=str(number)))
    return f"{outcome.state} {outcome.seconds}"


def test_no_robot_is_asked_more_often_than_it_takes(tmp_path: Path, clock: Clock) -> None:
    made = teller(tmp_path, clock)
    assert {told(made, "wecom", number) for number in range(20)} == {"sent 0"}
    assert told(made, "wecom", 20) == "waits 60"
    clock.now += timedelta(seconds=45)
    assert told(made, "wecom", 20) == "waits 15"
    clock.now += timedelta(seconds=15)
    assert told(made, "wecom", 20) == "sent 0"


def test_after_too_many_a_robot_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    made = teller(tmp_path, clock, RobotAnswer("refused", "130101"))
    assert told(made, "dingtalk", 1) == "refused 0"
    clock.now += timedelta(seconds=590)
    assert told(made, "dingtalk", 1) == "waits 10"
    clock.now += timedelta(seconds=10)
    assert told(made, "dingtalk", 1) == "sent 0"


# ── ledger


def test_a_line_that_was_broken_off_hides_nothing(tmp_path: Path, clock: Clock) -> None:
    made = teller(tmp_path, clock)
    assert told(made, "wecom", 1) == "sent 0"
    path = tmp_path / "told.jsonl"
    whole = path.read_bytes()
    intent = whole.index(b"\n")
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        state = told_states(made.ledger.entries()).get(("1", "r"))
        expected = None if end < intent else "unknown" if end < len(whole) - 1 else "sent"
        assert (state and state.state) == expected, end
    path.write_bytes(whole[: intent + 9])
    assert told(made, "wecom", 2) == "sent 0"
    assert told(made, "wecom", 1) == "open 0"


def test_sent_stays_sent() -> None:
    steps = ("intent", "unknown", "intent", "sent", "intent", "refused")
    entries = [ToldEntry(at="2016-01-01T00:00:00", by="", issue="1", robot="r", state=s) for s in steps]  # type: ignore[arg-type]
    assert told_states(entries)["1", "r"].state == "sent"
    assert told_entries(b"nothing\n\n") == ()


# ── texts

LONG = st.text(alphabet=st.sampled_from("站务a \n【👩‍👧é🇨🇳e\u0301"), max_size=1_000)


@settings(max_examples=30)
@given(LONG, st.integers(0, 300))
def test_a_text_is_cut_between_characters(text: str, limit: int) -> None:
    for length in (utf8_bytes, utf16_units):
        cut = shorten(text, limit, length)
        assert length(cut) <= limit or cut == text
        assert cut == text or cut == "" or text.startswith(cut.removesuffix("…"))


def test_what_belongs_together_is_not_cut() -> None:
    assert shorten("站👩‍👧站站", 6, utf16_units) == "站…"
    assert shorten("站e\u0301站站", 3, utf16_units) == "站…"
    assert shorten("🇨🇳🇨🇳🇨🇳", 8, utf16_units) == "🇨🇳…"


@settings(max_examples=30)
@given(LONG, st.lists(LONG, max_size=3))
def test_a_message_keeps_its_length_and_its_link(title: str, sections: list[str]) -> None:
    news = Announcement("2015001", "简报", title, tuple(sections), LINK)
    for kind, service in SERVICES.items():
        text = f"{robot_text(news, robot(kind))}\n{LINK}"
        assert utf8_bytes(text) <= service.text_bytes
    assert utf8_bytes(f"{robot_text(news, robot('wecom', bytes=100))}\n{LINK}") <= 100


@settings(max_examples=30)
@given(LONG, st.text(min_size=1, max_size=60))
def test_a_short_message_is_one(title: str, name: str) -> None:
    text = sms_text(Announcement("2015001", "简报", title, (), LINK), Station(name))
    assert utf16_units(text) <= SMS_UNITS
    assert text.endswith(LINK)


def test_a_long_address_loses_its_scheme_and_a_longer_one_is_refused() -> None:
    def text(steps: int) -> str:
        link = f"https://jzz.example.cn/{'a' * steps}/"
        return sms_text(Announcement("1", "简报", "夜间巡查增加班次和人手", (), link), Station("救助站"))

    assert "】夜间巡查增… jzz.example.cn/" in text(42)
    with pytest.raises(PublishError, match="leaves no room"):
        text(60)
