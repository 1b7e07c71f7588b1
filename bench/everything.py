"""The tools as an office would use them: everything on.

bulletin with the theme that comes with it, a page for each article, pictures, QR codes, the check and the search; the
others with the same pages and texts (`bench/themes/everything`), then Pagefind over what they made, as its handbook
says. All search programs are of one version. What differs is in bench/themes/README.md.
"""

from __future__ import annotations

from bench.peers import BULLETIN, ELEVENTY, HUGO_TOOL, PACKAGED, PELICAN, Tool

EVERYTHING = "everything"
"""The kind of archive, beside those of `bench.corpus`: its texts are prose."""

FULL = PACKAGED._replace(
    name=BULLETIN.name,
    command=("{bin}/bin/bulletin", "build", "--quiet"),
    station={**PACKAGED.station, "recent: 10": "recent: 10\nsearch: yes"},
)
NO_FORK = FULL._replace(
    name="bulletin, no fork", command=("{bin}/bin/python", "-P", "{bench}/nofork.py", "build", "--quiet")
)
"""As on Windows and macOS."""
NO_SEARCH = FULL._replace(name="bulletin, no search", station=PACKAGED.station)
HUGO_ALONE = HUGO_TOOL._replace(name="hugo, no search", theme="everything/hugo")
"""What making the pages takes without the search, for both."""


def _searched(tool: Tool) -> Tool:
    """Its pages, then Pagefind."""
    command = ("sh", "-c", '"$@" && exec {pagefind} --silent --site ' + tool.output, tool.name, *tool.command)
    return tool._replace(theme=f"everything/{tool.theme}", command=command)


PEERS = (_searched(HUGO_TOOL), _searched(PELICAN), _searched(ELEVENTY))
SEARCHED = (FULL, *PEERS, NO_FORK, NO_SEARCH, HUGO_ALONE)
