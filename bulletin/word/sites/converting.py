"""Posts as they were found → posts whose bodies are clean: those that take too much are skipped, never all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from bulletin.core.progress import Progress
from bulletin.word.incoming import IncomingText
from bulletin.word.sites.bodies import Body, BodyKind, FindPicture, with_pictures
from bulletin.word.sites.body_worker import BodyTask, serve_bodies
from bulletin.word.sites.posts import TOOK_TOO_LONG, FoundSite, SitePost, SkippedPost
from bulletin.word.task_pool import run_tasks


class FoundPost(NamedTuple):
    """A post before its body is read."""

    post: SitePost
    """Whose text has a title only."""
    kind: BodyKind
    source: str
    find: FindPicture


def titled(title: str) -> IncomingText:
    """A text that has a title only."""
    return IncomingText(title, "")


def convert_posts(found: Iterable[FoundPost | SkippedPost], jobs: int, progress: Progress) -> FoundSite:
    """Read all bodies, ``jobs`` at a time. Raises `WorkerError`."""
    posts: list[FoundPost] = []
    skipped: list[SkippedPost] = []
    for each in found:
        if isinstance(each, FoundPost):
            posts.append(each)
        else:
            skipped.append(each)
    made = _converted(posts, jobs, progress)
    skipped += (each for each in made if isinstance(each, SkippedPost))
    return FoundSite(tuple(each for each in made if isinstance(each, SitePost)), tuple(skipped))


def _converted(posts: list[FoundPost], jobs: int, progress: Progress) -> list[SitePost | SkippedPost]:
    """Each as it came of the workers, in the order of the source."""
    made: dict[int, SitePost | SkippedPost] = {}
    tasks = [BodyTask(str(place), each.kind, each.post.text.title, each.source) for place, each in enumerate(posts)]
    for task, answer in run_tasks(serve_bodies, tasks, jobs, progress):
        place = int(task.address)
        made[place] = _with_body(posts[place], answer)
    return [made[place] for place in range(len(posts))]


def _with_body(found: FoundPost, answer: bytes | None) -> SitePost | SkippedPost:
    title = found.post.text.title
    if answer is None:
        return SkippedPost(found.post.origin, title, TOOK_TOO_LONG)
    body = msgspec.msgpack.decode(answer, type=Body)
    return msgspec.structs.replace(found.post, text=with_pictures(title, body, found.find))
