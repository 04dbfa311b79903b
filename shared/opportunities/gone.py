"""The placeholder that a source shows for a post removed by its author, a moderator or the source itself."""

import re
import unicodedata

_WHO = r"(?:by|in response|on account|due|for|because|from|as)\b(?:(?!\]\s+\w).){0,300}?"
_GONE = re.compile(
    rf"[\[(]+\s*(?:(?:this |the )?(?:post|submission|content|thread)?\s*(?:was |has been |is )?)"
    rf"(?:removed|deleted|unavailable|redacted)(?:\s+{_WHO})?\s*[\])]+(?:\s*[\[(]+\s*(?:removed|deleted)\s*[\])]+)*",
    re.DOTALL,
)
_BARE = re.compile(
    r"(?:(?:this|the) (?:post|submission|content|thread) (?:was|has been|is) )?"
    r"(?:removed|deleted)(?: by (?:reddit|(?:a |the )?moderators?|(?:a |the )?mods?|(?:the )?(?:user|author|admins?)))?"
)


def is_gone(text: str) -> bool:
    """Whether a title or text says only that the content was removed or deleted, in any spelling."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\\", "")
    bare = " ".join("".join(one for one in folded if unicodedata.category(one) != "Cf").split()).strip("*_~`>.!\"' ")
    return _GONE.fullmatch(bare) is not None or _BARE.fullmatch(bare) is not None
