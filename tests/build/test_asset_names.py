"""Files that pages ask for by themselves: another content has another address, and no former address goes."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from bulletin.write.output import content_version
from bulletin.write.owned import OWNED_FILES
from tests.archives import picture
from tests.conftest import STATION, build_site, tree, write_files

ISSUE = "---\ndate: 2015-01-10\n---\n## 站务新闻\n### 新楼启用\n![门厅](menting.png)\n\n正文。\n"
FOLDER = "issues/2015001/"
STEM = f"{FOLDER}menting-60"
PLAIN = {f"{STEM}.png", f"{STEM}.webp"}


def station(root: Path, shade: int) -> dict[str, bytes]:
    """The site of a station with one picture."""
    write_files(root, {"content/station.yml": STATION, "content/issues/2015001/index.md": ISSUE})
    (root / "content/issues/2015001/menting.png").write_bytes(picture(shade))
    build_site(root)
    return tree(root / "site")


def pictures(site: dict[str, bytes]) -> list[str]:
    return sorted(path for path in site if path.endswith((".png", ".webp")))


def named(site: dict[str, bytes]) -> set[str]:
    """The pictures that the issue's page asks for."""
    return {FOLDER + name for name in re.findall(r"menting-60\.[\w.]+", site[f"{FOLDER}index.html"].decode())}


def published_by_the_former_program(site: Path, stem: str) -> set[str]:
    """A picture without a hash in its names, in the folder and in its list, as if it had always been there."""
    paths = {f"{stem}.png", f"{stem}.webp"}
    listed = msgspec.json.decode((site / OWNED_FILES).read_bytes(), type=dict[str, list[str]])
    for path in paths:
        (site / path).write_bytes(b"former")
        listed[path] = [content_version(b"former")]
    (site / OWNED_FILES).write_bytes(msgspec.json.encode(listed))
    return paths


def test_another_picture_of_the_same_name_has_another_address(tmp_path: Path) -> None:
    first = station(tmp_path, 1)
    assert named(first) == set(pictures(first))
    assert not PLAIN & first.keys()
    second = station(tmp_path, 2)
    assert len(pictures(second)) == 2
    assert not named(first) & named(second)


def test_the_former_addresses_of_a_picture_stay_with_the_picture_of_today(tmp_path: Path) -> None:
    station(tmp_path, 1)
    published_by_the_former_program(tmp_path / "site", STEM)
    for shade in (2, 2, 3):
        site = station(tmp_path, shade)
        for path in PLAIN:
            stem, ending = path.rsplit(".", 1)
            (today,) = (each for each in named(site) if re.fullmatch(rf"{stem}\.[0-9a-f]{{8}}\.{ending}", each))
            assert site[path] == site[today]
    build_site(tmp_path, clean=True)
    assert tree(tmp_path / "site") == site


def test_a_picture_that_is_gone_leaves_no_former_address(tmp_path: Path) -> None:
    station(tmp_path, 1)
    published_by_the_former_program(tmp_path / "site", STEM)
    station(tmp_path, 1)
    write_files(tmp_path, {"content/issues/2015001/index.md": ISSUE.replace("![门厅](menting.png)", "门厅")})
    build_site(tmp_path)
    assert pictures(tree(tmp_path / "site")) == []


def test_what_a_file_of_the_theme_names_beside_itself_is_of_the_same_theme(tmp_path: Path) -> None:
    own = {"templates/static/js/a.js": 'import "./b.js"', "templates/static/js/b.js": "1"}
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015001.md": ISSUE, **own})
    build_site(tmp_path)
    first = tree(tmp_path / "site")
    write_files(tmp_path, {"templates/static/js/b.js": "2"})
    build_site(tmp_path)
    second = tree(tmp_path / "site")
    folders = [
        {path.split("/")[1] for path in site if re.match(r"static/[0-9a-f]{10}/", path)} for site in (first, second)
    ]
    assert folders[0] != folders[1]
    for site, (folder,), content in zip((first, second), folders, (b"1", b"2"), strict=True):
        assert site[f"static/{folder}/js/b.js"] == site["static/js/b.js"] == content
        assert f"static/{folder}/js/a.js" in site
        assert f'"static/{folder}/style.css"' in site["index.html"].decode()
