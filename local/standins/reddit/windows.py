"""What r/<subreddit>/new shows from scan to scan when nobody fed posts: the bundled posts, a few more each time."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from local.standins.reddit.posts import Post

FRESH_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Window:
    """Of a subreddit's posts those before `end` were shown so far, those from `start` for the first time last."""

    start: int = 0
    end: int = 0
    size: int = 0


class Windows:
    """Every first page of a subreddit turns its window: further posts, with earlier ones among them.

    The first scan sees only fresh posts. At the end nothing new comes any more, only earlier posts, as in a subreddit
    that fell silent. How far each subreddit got survives a restart (a small file).
    """

    def __init__(self, posts: Iterable[Post], state_file: Path) -> None:
        self._posts: dict[str, list[Post]] = {}
        for post in sorted(posts, key=_shuffled):
            self._posts.setdefault(post.subreddit.lower(), []).append(post)
        self._state_file = state_file
        self._lock = Lock()
        self._windows = _read(state_file)

    def has(self, subreddit: str) -> bool:
        return subreddit.lower() in self._posts

    def turn(self, subreddit: str, size: int) -> list[Post]:
        """The next scan's listing: a first page of `size` posts, newest first, then what else was shown before."""
        with self._lock:
            name = subreddit.lower()
            start = self._windows.get(name, Window()).end
            fresh = size if start == 0 else max(1, round(FRESH_SHARE * size))
            self._windows[name] = Window(start, min(start + fresh, len(self._posts[name])), size)
            _write(self._state_file, self._windows)
            return self._listing(name)

    def current(self, subreddit: str) -> list[Post]:
        """The listing as the last turn left it, for its further pages."""
        with self._lock:
            return self._listing(subreddit.lower())

    def _listing(self, name: str) -> list[Post]:
        window = self._windows.get(name, Window())
        fresh, earlier = self._posts[name][window.start : window.end], self._posts[name][: window.start][::-1]
        again = window.size - len(fresh)
        return newest_first(fresh + earlier[:again]) + newest_first(earlier[again:])


def newest_first(posts: Sequence[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: (-post.created_utc, post.bare_id))


def _shuffled(post: Post) -> str:
    """An order that mixes the years, the same everywhere."""
    return hashlib.sha256(post.id.encode()).hexdigest()


def _read(state_file: Path) -> dict[str, Window]:
    try:
        state = json.loads(state_file.read_text(encoding="utf-8"))
        return {name: Window(**window) for name, window in state.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _write(state_file: Path, windows: dict[str, Window]) -> None:
    temporary = state_file.with_suffix(".new")
    temporary.write_text(json.dumps({name: asdict(window) for name, window in windows.items()}), encoding="utf-8")
    temporary.replace(state_file)
