"""Blocks of an old text (soup.py), with their links led to where they lead now → Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from bulletin.word.markdown_writer import write_markdown


def write_blocks(html: str, targets: Mapping[str, str]) -> str:
    """``targets``: where a link or picture leads now; one that is missing leaves only its words."""
    tree = LexborHTMLParser(html)
    for node in tree.css("a, img"):
        name = "href" if node.tag == "a" else "src"
        if target := targets.get(node.attributes.get(name) or ""):
            node.attrs[name] = target
        elif node.tag == "a":
            node.unwrap()
        else:
            node.decompose()
    return write_markdown(tree.body.inner_html or "" if tree.body else "")
