"""Whether a post is an advert, which names its reader's problem instead of its author's.

Each sign alone occurs in many honest posts ("I built a site", "is 20 % off too much?"). Several kinds together do not.
"""

import re

ENOUGH = 2

_BARGAIN = (
    r"\b(?:use|with|enter|apply) (?:the |my |our |this )?(?:promo |discount |coupon )?code\b",
    r"\b(?:promo|coupon|discount|referral) code\b",
    r"\b\d{1,3}\s?% (?:off|discount)\b",
    r"\b(?:limited.time|early.bird|lifetime|launch) (?:offer|deal|discount|price|pricing)\b",
    r"\b(?:first|next) \d+ (?:customers|users|sign.?ups|people)\b.{0,40}\b(?:free|off|discount)\b",
)
_WAY_TO_THE_COUNTER = (
    r"\bsign(?:ing)? up (?:at|here|now|today|for free|on|via)\b",
    r"\b(?:try|get|grab|claim|download|order|book) (?:it|yours|your|a|our|my)\b.{0,30}\b(?:free|today|now|here|demo)\b",
    r"\b(?:check|try) (?:it|us|them|this) out\b",
    r"\blink in (?:the |my )?(?:bio|profile|comments?)\b",
    r"\b(?:dm|pm|message) (?:me|us) (?:for|to|if|and)\b",
    r"\bvisit (?:us|our|my)\b",
    r"\bfree trial\b",
    r"\bjoin (?:the|our) (?:waitlist|beta)\b",
)
_PAID_LINK = (r"[?&](?:ref|aff|affiliate|referral|via|coupon|promo|utm_\w+)=\w",)
_GOODS = r"(?:app|tool|product|service|software|platform|agency|course|ebook|saas)"
_BUYER = r"(?:you|your|businesses|people|teams|companies|owners|founders|clients)"
_PRAISE = (
    r"\b(?:i|we) (?:just |recently |finally )?(?:built|made|created|launched|developed|founded|released)"
    r" (?-i:[A-Z])\w+",
    r"\b(?:try|meet|introducing|announcing|presenting) (?:our |my )?(?-i:[A-Z][a-z]+[A-Z.])\w*",
    r"\b(?:it|which|that|this|our \w+|my \w+) (?:solves|fixes|automates|takes care of|handles)"
    r" (?:that|this|it|all|everything|your)\b",
    rf"\b(?:our|my) {_GOODS}\b.{{0,60}}\b(?:helps?|lets?|saves?|makes?|does|solves?|automates?) {_BUYER}\b",
    rf"\bwe (?:help|offer|provide|specialize)\b.{{0,80}}\b{_BUYER}\b",
)
_PAIN = r"(?:struggling|tired|sick|fed up|wasting|losing|looking|frustrated)"
_READERS_PAIN = (
    rf"\A\W*(?:are|aren't) you\b.{{0,40}}\b{_PAIN}\b",
    r"\A\W*(?:tired|sick) of\b[^?\n]{3,120}\?",
    r"\A\W*(?:do|does|don't) (?:you|your)\b.{0,40}\b(?:hate|struggle|waste|want|need|wish|spend)\b",
    r"\A\W*struggling (?:with|to)\b[^?\n]{3,120}\?\s*(?:try|meet|use|we|our|let)\b",
    r"\A\W*(?:want|need|looking) (?:to|for)\b[^?\n]{3,120}\?\s*(?:try|meet|we|our|let|check)\b",
)
_ASKS_FOR_ITSELF = (
    r"\b(?:i'?m|i am|we'?re|we are) (?:\w+ )?(?:struggling|stuck|lost|unsure|not sure|looking for|losing)\b",
    r"\b(?:i|we) (?:can'?t|cannot|could not|couldn'?t|don'?t know)\b",
    r"\bhow (?:do|can|should) (?:i|we)\b|\bshould (?:i|we)\b|\bany (?:advice|tips|suggestions|help)\b",
)


def _compile_any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SIGNS = tuple(_compile_any(kind) for kind in (_BARGAIN, _WAY_TO_THE_COUNTER, _PAID_LINK, _PRAISE, _READERS_PAIN))
_OWN_TROUBLE = _compile_any(_ASKS_FOR_ITSELF)


def advertises(title: str, text: str) -> bool:
    """True if the post shows two kinds of signs, or three if the author also asks for help."""
    signs = sum(1 for sign in _SIGNS if sign.search(title) or sign.search(text))
    return signs >= ENOUGH + bool(_OWN_TROUBLE.search(title) or _OWN_TROUBLE.search(text))
