"""Rows for people: columns as wide as what they hold; the last one goes on below itself where the line is full."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

NARROWEST, WIDEST = 60, 160
GAP = "  "
NOTE_INDENT = "    "


def terminal_width() -> int:
    """Of the terminal, or COLUMNS; 80 if nobody knows."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def laid_out(
    titles: Sequence[str], rows: Iterable[Sequence[object]], *, notes: Sequence[str] | None = None
) -> Iterator[str]:
    """A line of titles, then the rows, each with its note on a line of its own below it. Numbers stand at the right of
    their column. No text is cut off.
    """
    kept = [list(row) for row in rows]
    texts = [list(titles), *([printable(str(cell)) for cell in row] for row in kept)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(titles) - 1)]
    numeric = [all(isinstance(row[column], int) for row in kept) for column in range(len(titles) - 1)]
    for row, note in zip(texts, ["", *(notes or [""] * len(kept))], strict=True):
        cells = zip(row, widths, numeric, strict=False)
        head = "".join((f"{text:>{size}}" if right else f"{text:<{size}}") + GAP for text, size, right in cells)
        yield from _wrapped(head, row[-1], terminal_width())
        if note:
            yield from _wrapped(NOTE_INDENT, printable(note), terminal_width())


def _wrapped(head: str, last: str, width: int) -> list[str]:
    if not last:
        return [head.rstrip()]
    room = max(width, len(head) + 16)
    return textwrap.wrap(
        last,
        room,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def printable(text: str) -> str:
    """What strangers wrote is printed, too: nothing in it may steer the terminal."""
    return "".join(
        character if character.isprintable() else " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
