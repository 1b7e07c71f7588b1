"""The content as Markdown, for those that make their pages of a folder of it, and the lists they want beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.looks.content import Article, Content, Issue
from bench.looks.pages import in_words

Source = tuple[str, str]
"""A path and its text."""


def write_pages(folder: Path, pages: Iterable[Source]) -> None:
    for name, text in pages:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def markdown_pages(content: Content, home: Callable[[Content], str]) -> Iterator[Source]:
    yield "index.md", home(content)
    for issue in content.issues:
        yield f"{issue.url[1:]}index.md", _issue(content, issue)
        for article in issue.articles:
            yield f"{issue.url[1:]}{article.slug}/index.md", _article(issue, article)
    for column in content.station["sections"]:
        rows = "\n\n".join(_row(issue, article) for issue, article in content.column(column["id"]))
        text = f"# {column['title']}\n\n{column['description']}\n\n{rows}\n"
        yield f"columns/{column['id']}/index.md", text
    yield "notices/chunjie/index.md", f"# {content.notice.title}\n\n{content.notice.text}\n"
    yield "about/index.md", f"# {content.about.title}\n\n{content.about.text}\n"


def _issue(content: Content, issue: Issue) -> str:
    parts = [f"# {content.station['bulletin']}{issue.title}", issue.summary]
    parts.append(f"{content.station['name']}　{in_words(issue.date)}")
    for column in content.station["sections"]:
        parts.append(f"## {column['title']}")
        for article in (each for each in issue.articles if each.column == column["id"]):
            parts += [f"### {article.title}", article.text_in(issue), f"（{article.author}）"]
    return "\n\n".join(parts) + "\n"


def _article(issue: Issue, article: Article) -> str:
    text = article.text_in(issue).replace("#### ", "## ")
    return f"# {article.title}\n\n{article.author}　{in_words(issue.date)}\n\n{text}\n"


def _row(issue: Issue, article: Article) -> str:
    """A heading for each in a list, as in a blog of theirs."""
    link = f"{issue.url}{article.slug}/"
    return f"## [{article.title}]({link})\n\n{in_words(issue.date)}　{issue.title}\n\n{article.summary}"


def _lines(content: Content, name: str) -> str:
    rows = content.column(name)
    return "\n".join(f"- [{a.title}]({i.url}{a.slug}/)　{in_words(i.date)}" for i, a in rows if i != content.issues[0])


def material_home(content: Content) -> str:
    """Cards for the newest issue, a box for the notice, lists below."""
    newest, station = content.issues[0], content.station
    cards = "\n\n".join(
        f"-   **[{article.title}]({newest.url}{article.slug}/)**\n\n    ---\n\n    {article.summary}"
        for article in newest.articles
    )
    box = f'!!! info "{content.notice.title}"\n    [{content.notice.text}](/notices/chunjie/)'
    head = f"---\nhide: [navigation, toc]\n---\n\n# {station['bulletin']}\n\n{station['description']}\n\n{box}"
    grid = f'## 最新一期：[{newest.title}]({newest.url})\n\n<div class="grid cards" markdown>\n\n{cards}\n\n</div>'
    lists = "\n\n".join(f"## {column['title']}\n\n{_lines(content, column['id'])}" for column in station["sections"])
    return f"{head}\n\n{grid}\n\n{lists}\n"


def material_nav(content: Content) -> list[dict[str, Any]]:
    issues = [
        {issue.title: [f"{issue.url[1:]}index.md", *(f"{issue.url[1:]}{a.slug}/index.md" for a in issue.articles)]}
        for issue in content.issues
    ]
    columns = [{column["title"]: f"columns/{column['id']}/index.md"} for column in content.station["sections"]]
    return [{"首页": "index.md"}, *columns, {"各期": issues}, {"本站简介": "about/index.md"}]


def vitepress_home(content: Content) -> str:
    """Hero and features, which its home page consists of, and lists below them."""
    newest, station = content.issues[0], content.station
    actions = [
        {"theme": "brand", "text": f"最新一期：{newest.title}", "link": newest.url},
        {"theme": "alt", "text": content.notice.title, "link": "/notices/chunjie/"},
    ]
    hero = {"name": station["bulletin"], "text": station["name"], "tagline": station["description"], "actions": actions}
    features = [
        {"title": article.title, "details": article.summary, "link": f"{newest.url}{article.slug}/"}
        for article in newest.articles
    ]
    lists = "\n\n".join(f"## {column['title']}\n\n{_lines(content, column['id'])}" for column in station["sections"])
    front = json.dumps({"layout": "home", "hero": hero, "features": features}, ensure_ascii=False)
    return f"---\n{front}\n---\n\n{lists}\n"


def vitepress_lists(content: Content) -> dict[str, Any]:
    station = content.station
    columns = [{"text": column["title"], "link": f"/columns/{column['id']}/"} for column in station["sections"]]
    return {
        "title": station["short_name"] + station["bulletin"],
        "description": station["description"],
        "nav": [*columns, {"text": "本站简介", "link": "/about/"}],
        "sidebar": [_group(issue) for issue in content.issues],
        "office": f"{station['name']}　{station['address']}　{station['phone']}",
        "records": station["icp"],
    }


def _group(issue: Issue) -> dict[str, Any]:
    items = [{"text": article.title, "link": f"{issue.url}{article.slug}/"} for article in issue.articles]
    return {"text": issue.title, "link": issue.url, "items": items, "collapsed": False}
