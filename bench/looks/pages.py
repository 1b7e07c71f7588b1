"""The content as the values that templates of the others are given; the same for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bench.looks.content import Article, Content, Issue

Values = dict[str, Any]


def values(content: Content, classes: Mapping[str, str]) -> Values:
    """All pages with what each shows; `classes` are those of the system's own elements of text, by tag."""
    columns = content.station["sections"]
    newest = _issue(content.issues[0], classes)
    shared = {
        "station": content.station,
        "columns": [{**column, "url": f"/columns/{column['id']}/"} for column in columns],
        "issues": [_issue(issue, classes) for issue in content.issues],
        "newest": newest,
        "notice": {"title": content.notice.title, "text": content.notice.text, "url": "/notices/chunjie/"},
    }
    return {**shared, "pages": list(_pages(content, classes))}


def _pages(content: Content, classes: Mapping[str, str]) -> Iterator[Values]:
    yield {"kind": "home", "path": "index.html"}
    yield {"kind": "missing", "path": "404.html"}
    for number, issue in enumerate(content.issues):
        newer = content.issues[number - 1] if number else None
        older = content.issues[number + 1] if number + 1 < len(content.issues) else None
        near = {"newer": newer and _issue(newer, classes), "older": older and _issue(older, classes)}
        yield {"kind": "issue", "path": f"{issue.url[1:]}index.html", "issue": _issue(issue, classes), **near}
        for article in issue.articles:
            told = {"issue": _issue(issue, classes), "article": _article(issue, article, classes)}
            yield {"kind": "article", "path": f"{issue.url[1:]}{article.slug}/index.html", **told}
    for column in content.station["sections"]:
        rows = [_article(issue, article, classes) for issue, article in content.column(column["id"])]
        yield {"kind": "column", "path": f"columns/{column['id']}/index.html", "column": column, "articles": rows}
    for slug, sheet in (("notices/chunjie", content.notice), ("about", content.about)):
        text = f"<p>{sheet.text}</p>"
        yield {"kind": "sheet", "path": f"{slug}/index.html", "title": sheet.title, "html": classed(text, classes)}


def _issue(issue: Issue, classes: Mapping[str, str]) -> Values:
    facts = {"number": issue.number, "title": issue.title, "url": issue.url, "summary": issue.summary}
    articles = [_article(issue, article, classes) for article in issue.articles]
    return {**facts, "date": in_words(issue.date), "day": f"{issue.date}", "articles": articles}


def _article(issue: Issue, article: Article, classes: Mapping[str, str]) -> Values:
    """`html` is for a page of its own, `inner` for one below the headings of an issue."""
    url = f"{issue.url}{article.slug}/"
    facts = {"title": article.title, "url": url, "author": article.author, "summary": article.summary}
    told = {"date": in_words(issue.date), "day": f"{issue.date}", "column": article.column, "issue": issue.title}
    inner = article.html_in(issue)
    html = inner.replace("<h4>", "<h2>").replace("</h4>", "</h2>")
    return {**facts, **told, "html": classed(html, classes), "inner": classed(inner, classes)}


def classed(html: str, classes: Mapping[str, str]) -> str:
    """Each element with the class that its system wants on it; figures of a table by theirs, without a style."""
    numeric = f' class="{classes["td"]} {classes["numeric"]}"'.replace('" ', '"')
    html = re.sub(r'(<t[dh]) style="text-align: right;"', rf"\1{numeric}", html)
    html = html.replace(' style="text-align: left;"', "")
    return re.sub(r"<(\w+)(?=[ >])(?! class)", lambda tag: _opening(tag[1], classes), html)


def _opening(tag: str, classes: Mapping[str, str]) -> str:
    return f'<{tag} class="{classes[tag]}"' if classes.get(tag) else f"<{tag}"


def in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
