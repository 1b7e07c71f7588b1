"""Fixtures of the browser tests: the sites, the server, the browser.

All live as long as this package's tests run in one worker, and end before another package's begin: Playwright keeps
an event loop in the thread, which tests of the preview would stumble over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.browser.nginx import Mount, serving
from tests.browser.stations import build_sites, site_folders


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file of browser tests stays in one worker, so that few browsers are started."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(f"browser {item.path.stem}"))


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="package")
def sites(shared: Path) -> dict[str, Path]:
    """Where a site is served → its folder; built once, whoever comes first."""
    folder, ready = shared / "browser-sites", shared / "browser-sites-ready"
    with FileLock(shared / "browser-sites.lock"):
        if not ready.exists():
            build_sites(folder)
            ready.touch()
    return site_folders(folder)


@pytest.fixture(scope="package")
def web(sites: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server."""
    mounts = tuple(Mount(path, folder) for path, folder in sites.items())
    with serving(tmp_path_factory.mktemp("nginx"), mounts) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()
