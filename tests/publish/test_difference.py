"""A delivery makes the target what it must be: the release, assets of three releases, and what is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bulletin.core.errors import PublishError
from bulletin.core.public_texts import PublicText
from bulletin.publish.difference import needs_asking, plan_delivery, release_summary, removed_pages
from bulletin.publish.release import Release, ReleaseFile, is_asset, order_of
from bulletin.publish.target import Delivery, TargetRecord, TargetState
from tests.publish.releases import file, release


@dataclass
class FakeTarget:
    """A folder, as a dictionary."""

    there: dict[str, ReleaseFile] = field(default_factory=dict)
    record: TargetRecord | None = None
    unfinished: str = ""

    def state(self) -> TargetState:
        record = self.record or TargetRecord()
        return TargetState(
            record=self.record,
            present={path: each.size for path, each in self.there.items()},
            changed=frozenset(each.path for each in record.files if self.there.get(each.path) != each),
            unfinished=self.unfinished,
        )

    def apply(self, delivery: Delivery, steps: int | None = None, id_: str = "") -> None:
        """Deliver, or break off after some steps."""
        done = 0
        for each in delivery.writes:
            if done == steps:
                self.unfinished = id_
                return
            self.there[each.path] = each
            done += 1
        for path in delivery.removes:
            if done == steps:
                self.unfinished = id_
                return
            del self.there[path]
            done += 1
        self.record, self.unfinished = delivery.record, ""


PATHS = (
    "index.html",
    "404.html",
    "feed.xml",
    "sitemap.xml",
    "hits-keys.json",
    "issues/2015001/index.html",
    "issues/2015001/hui-jia/index.html",
    "issues/2015001/a.aa.webp",
    "issues/2015001/a.bb.webp",
    "static/1/style.css",
    "static/2/style.css",
    "static/3/style.css",
    "static/4/style.css",
)
CONTENTS = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(("1", "2", "33")), min_size=1)
FOREIGN = {"foreign/index.html": file("foreign/index.html", "theirs"), "robots-old.txt": file("robots-old.txt", "x")}


class Deliveries(RuleBasedStateMachine):
    """Releases go out, are broken off, are withdrawn; somebody else works on the target."""

    def __init__(self) -> None:
        super().__init__()
        self.target = FakeTarget(dict(FOREIGN))
        self.releases: list[Release] = []
        self.delivered: list[Release] = []
        self.withdrawn: set[str] = set()

    def new(self, contents: dict[str, str]) -> Release:
        made = release(f"20160101-{len(self.releases) + 1}", {path: contents[path] for path in contents})
        self.releases.append(made)
        return made

    def plan(self, made: Release) -> Delivery:
        return plan_delivery(self.target.state(), made, tuple(reversed(self.releases)), self.withdrawn)

    def deliver(self, made: Release) -> None:
        delivery = self.plan(made)
        assert [order_of(each.path) for each in delivery.writes] == sorted(order_of(e.path) for e in delivery.writes)
        removed = [order_of(path) for path in delivery.removes]
        assert removed == sorted(removed, reverse=True)
        self.target.apply(delivery)
        if not self.delivered or self.delivered[-1].id != made.id:
            self.delivered.append(made)

    @rule(contents=CONTENTS)
    def publish(self, contents: dict[str, str]) -> None:
        self.withdrawn -= contents.keys()
        self.deliver(self.new(contents))

    @precondition(lambda self: self.delivered)
    @rule()
    def again(self) -> None:
        self.deliver(self.delivered[-1])

    @rule(contents=CONTENTS, steps=st.integers(0, 12))
    def broken_off(self, contents: dict[str, str], steps: int) -> None:
        self.withdrawn -= contents.keys()
        made = self.new(contents)
        self.target.apply(self.plan(made), steps, made.id)
        self.deliver(made if steps % 2 else self.new({**contents, "index.html": "4"}))

    @precondition(lambda self: self.delivered)
    @rule(path=st.sampled_from([path for path in PATHS if is_asset(path)]))
    def withdraw(self, path: str) -> None:
        rest = {each.path: each for each in self.delivered[-1].files if each.path != path}
        self.withdrawn.add(path)
        made = msgspec.structs.replace(self.new({}), files=tuple(rest.values()))
        self.releases[-1] = made
        self.deliver(made)

    @precondition(lambda self: self.delivered)
    @rule(path=st.sampled_from(PATHS), gone=st.booleans())
    def damage(self, path: str, gone: bool) -> None:
        """Somebody empties or changes the target behind our back; the next delivery repairs it."""
        if path in self.target.there and gone:
            del self.target.there[path]
        elif path in self.target.there:
            self.target.there[path] = file(path, "damage")
        self.deliver(self.delivered[-1])

    @invariant()
    def the_target_is_what_it_must_be(self) -> None:
        if not self.delivered:
            return
        record = self.target.record
        assert record
        assert record.release == self.delivered[-1].id
        assert self.target.there == FOREIGN | {each.path: each for each in record.files}
        assert {each.path: each for each in self.delivered[-1].files}.items() <= self.target.there.items()
        for each in self.delivered[-3:]:
            assets = {file.path for file in each.files if is_asset(file.path)} - self.withdrawn
            assert assets <= self.target.there.keys()
        last = {each.path for each in self.delivered[-1].files}
        for path in self.target.there.keys() - FOREIGN.keys() - last:
            assert is_asset(path)
            assert path not in self.withdrawn
        assert len(record.older) <= 2

    @invariant()
    def a_second_delivery_is_empty(self) -> None:
        if self.delivered:
            delivery = self.plan(self.delivered[-1])
            assert (delivery.writes, delivery.removes) == ((), ())
            assert delivery.record == self.target.record


TestDeliveries = Deliveries.TestCase


def out(*contents: Mapping[str, str]) -> tuple[FakeTarget, tuple[Release, ...]]:
    """A target that took these, and the releases, newest first."""
    target, made = FakeTarget(), tuple(release(f"20160101-{n}", each) for n, each in enumerate(contents, 1))
    for each in made:
        target.apply(plan_delivery(target.state(), each))
    return target, tuple(reversed(made))


def test_assets_of_two_former_releases_stay_and_no_more() -> None:
    target, _ = out(*({"index.html": str(n), f"static/{n}/a.css": "x"} for n in range(1, 5)))
    assert sorted(target.there) == ["index.html", "static/2/a.css", "static/3/a.css", "static/4/a.css"]
    assert target.record
    assert target.record.older == (("static/3/a.css",), ("static/2/a.css",))


def test_releases_that_drop_no_asset_do_not_move_the_others_on() -> None:
    old = [{"index.html": str(n), f"static/{n}/a.css": "x"} for n in (1, 2)]
    target, _ = out(*old, *({"index.html": f"hits {n}", "static/2/a.css": "x"} for n in range(5)))
    assert "static/1/a.css" in target.there


def test_only_what_changed_is_written_in_the_order_in_which_readers_may_see_it() -> None:
    target, _ = out({"index.html": "1", "about/index.html": "1", "sitemap.xml": "1", "feed.xml": "1"})
    new = {
        "index.html": "2",
        "about/index.html": "1",
        "feed.xml": "2",
        "issues/2/index.html": "2",
        "static/2/a.css": "2",
    }
    delivery = plan_delivery(target.state(), release("20160101-2", new))
    assert [each.path for each in delivery.writes] == [
        "static/2/a.css",
        "issues/2/index.html",
        "index.html",
        "feed.xml",
    ]
    assert delivery.removes == ("sitemap.xml",)
    assert delivery.before == "20160101-1"


def test_a_lost_asset_of_an_older_release_comes_back_only_where_its_content_is_kept() -> None:
    target, former = out({"static/1/a.css": "1"}, {"static/2/a.css": "2"})
    del target.there["static/1/a.css"]
    new = release("20160101-3", {"static/3/a.css": "3"})
    assert "static/1/a.css" in {each.path for each in plan_delivery(target.state(), new, former).writes}
    delivery = plan_delivery(target.state(), new, former[:1])
    assert [each.path for each in delivery.writes] == ["static/3/a.css"]
    assert [each.path for each in delivery.record.files] == ["static/2/a.css", "static/3/a.css"]


def test_a_withdrawn_folder_leaves_with_the_assets_of_older_pages() -> None:
    target, _ = out({"issues/1/a.webp": "1", "issues/2/a.webp": "1", "index.html": "1"})
    new = release("20160101-2", {"index.html": "2", "issues/1/index.html": "withdrawn"})
    target.apply(plan_delivery(target.state(), new, withdrawn_paths=["issues/1/"]))
    assert sorted(target.there) == ["index.html", "issues/1/index.html", "issues/2/a.webp"]


def test_pictures_of_a_withdrawn_article_do_not_stay_for_older_pages() -> None:
    pages = {"issues/1/jia/index.html": "1", "issues/1/index.html": "1", "index.html": "1"}
    target, _ = out({**pages, "issues/1/face-480.webp": "1", "issues/2/hall-480.webp": "1"})
    new = release("20160101-2", {**pages, "issues/1/jia/index.html": "withdrawn"})
    target.apply(plan_delivery(target.state(), new, withdrawn_paths=["issues/1/jia/index.html"]))
    assert sorted(target.there) == sorted((*pages, "issues/2/hall-480.webp"))


def test_a_target_that_missed_a_withdrawal_does_not_keep_what_it_took_out() -> None:
    target, (first,) = out({"index.html": "1", "issues/1/face-480.webp": "1", "issues/2/hall-480.webp": "1"})
    left = release("20160101-2", {"index.html": "1", "issues/2/hall-480.webp": "1"})
    left = msgspec.structs.replace(left, kind="withdraw", parent=first.id)
    later = msgspec.structs.replace(release("20160101-3", {"index.html": "2"}), parent=left.id)
    target.apply(plan_delivery(target.state(), later, (left, first)))
    assert sorted(target.there) == ["index.html", "issues/2/hall-480.webp"]


# ── what is not ours


def test_foreign_files_in_the_way_are_named_and_replaced_only_when_asked() -> None:
    target = FakeTarget(
        {path: file(path, "theirs") for path in ("index.html", "a/b.html", "a/c.html", "a/d.html", "z")}
    )
    new = release("20160101-1", {"index.html": "1", "a/b.html": "1", "a/c.html": "1", "a/d.html": "1"})
    with pytest.raises(PublishError, match=r"index\.html, a/b\.html, a/c\.html … \(4\)"):
        plan_delivery(target.state(), new)
    target.apply(plan_delivery(target.state(), new, adopt=True))
    assert target.there == {"z": file("z", "theirs")} | {each.path: each for each in new.files}


@pytest.mark.parametrize("foreign", ["issues", "issues/1", "feed.xml/readme.txt"])
def test_a_foreign_file_where_a_folder_must_be_is_never_replaced(foreign: str) -> None:
    target = FakeTarget({foreign: file(foreign, "theirs")})
    new = release("20160101-1", {"issues/1/index.html": "1", "feed.xml": "1"})
    with pytest.raises(PublishError, match="in the way"):
        plan_delivery(target.state(), new, adopt=True)


def test_a_target_whose_record_is_lost_is_taken_over_with_what_our_releases_name() -> None:
    target, former = out({"index.html": "1", "secret.html": "a name"})
    target.record = None
    target.there["theirs.html"] = file("theirs.html", "theirs")
    new = release("20160101-2", {"index.html": "2"})
    target.apply(plan_delivery(target.state(), new, former, adopt=True))
    assert sorted(target.there) == ["index.html", "theirs.html"]


# ── asking


@pytest.mark.parametrize(
    ("removed", "before", "asks"),
    [(0, 0, False), (0, 9, False), (3, 9, False), (4, 9, True), (4, 80, False), (5, 99, True), (2, 2, True)],
)
def test_many_removed_pages_are_asked_about(removed: int, before: int, asks: bool) -> None:
    assert needs_asking(removed, before) == asks


def test_removed_pages_are_counted_among_ours() -> None:
    target, _ = out({"index.html": "1", "a.html": "1", "b.html": "1", "a.css": "1"})
    target.there["theirs.html"] = file("theirs.html", "theirs")
    state = target.state()
    assert removed_pages(state, plan_delivery(state, release("2", {"index.html": "1", "b.html": "1"}))) == (1, 3)
    assert removed_pages(FakeTarget().state(), plan_delivery(FakeTarget().state(), release("1", {"a": "1"}))) == (0, 0)


# ── what readers will see


def text(id_: str, words: str) -> PublicText:
    folder = f"issues/{id_}/" if id_.isdecimal() else f"{id_}/"
    return PublicText(id_, f"第{id_}期", folder, f"content/{id_}.md", words)


def test_the_summary_names_texts_and_counts_the_other_files() -> None:
    old = release(
        "20160101-1",
        {
            "index.html": "1",
            "feed.xml": "1",
            "issues/1/index.html": "1",
            "issues/2/index.html": "1",
            "issues/2/gone/index.html": "1",
            "a.css": "1",
        },
        texts=(text("2", "x"), text("1", "x"), text("about", "x")),
    )
    new = release(
        "20160101-2",
        {
            "index.html": "2",
            "feed.xml": "2",
            "issues/3/index.html": "1",
            "issues/2/index.html": "2",
            "issues/2/more/index.html": "1",
            "b.css": "1",
        },
        texts=(text("3", "x"), text("2", "y"), text("about", "x")),
    )
    found = release_summary(old, new)
    assert [each.id for each in found.appear] == ["3"]
    assert [each.id for each in found.vanish] == ["1"]
    (change,) = found.change
    assert (change.text.id, change.appear, change.vanish) == ("2", ("more",), ("gone",))
    assert (found.new_files, found.changed_files, found.removed_files) == (1, 2, 1)


def test_a_review_changes_nothing_for_readers_and_an_address_does() -> None:
    before = text("1", "x")
    reviewed = msgspec.structs.replace(before, reviews=("final: 李站长",))
    moved = msgspec.structs.replace(before, folder="issues/2015001/")
    old, new = (release("1", {}, texts=(each,)) for each in (before, reviewed))
    assert release_summary(old, new).change == ()
    (change,) = release_summary(old, release("2", {}, texts=(moved,))).change
    assert change.was_at == "issues/1/"


def test_a_first_release_only_lets_appear() -> None:
    found = release_summary(None, release("1", {"index.html": "1"}, texts=(text("1", "x"),)))
    assert ([each.id for each in found.appear], found.new_files) == (["1"], 1)
