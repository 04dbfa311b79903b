"""Whether enough of the problems ask for the very thing that an agent does. Other words of theirs do not count here."""

from local.standins.claude.kinds.brief import Brief

FEWEST = 1 / 4
AT_LEAST = 2
"""The share, and from two problems on the number, of the problems that must speak of what an agent does."""
ENOUGH = 1 / 3
"""The same with the title counting as two."""


def fits(brief: Brief, asked_for: dict[str, float]) -> bool:
    speaking = round(brief.share(asked_for) * len(brief.problems))
    several = speaking >= min(AT_LEAST, len(brief.problems))
    return several and brief.share(asked_for) >= FEWEST and brief.support(asked_for) >= ENOUGH
