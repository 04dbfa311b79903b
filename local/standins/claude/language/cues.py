"""What in a sentence says that its author has a problem, and what says that the post is something else."""

import re
from dataclasses import dataclass

_TROUBLE: tuple[tuple[float, str], ...] = (
    (3.0, r"\bstruggl\w+"),
    (3.0, r"\b(?:hard|tough|difficult|rough) time\b|\bhaving (?:a lot of |some )?(?:trouble|difficult\w*|problems?|issues?)\b"),
    (3.0, r"\b(?:i|we|me|us)\b.{0,40}\b(?:can ?not|can't|cant|couldn'?t|unable to|not able to)\b"),
    (3.0, r"\b(?:i|we)\b.{0,20}\b(?:don'?t|do not|didn'?t) (?:really |even )?(?:know|understand)\b"),
    (3.0, r"\b(?:no|not any|have no|not much of an?) (?:idea|clue)\b|\bclueless\b|\b(?:at a loss|overwhelm\w+|confus(?:ed|ing))\b"),
    (2.5, r"\b(?:i'?m|i am|we'?re|we are|still|was|but) (?:\w+ )?(?:not sure|unsure|uncertain|lost|stuck)\b|^(?:not sure|unsure)\b"),
    (2.5, r"\bneed(?:s|ing)? (?:some |a little |your |any |a lot of )?(?:help|advice|guidance|tips|direction|suggestions|input)\b"),
    (2.5, r"\bhow (?:do|can|should|would|could|might) (?:i|we|one|you|someone|people|a)\b|\bhow to\b.*\?"),
    (2.5, r"\bwhere (?:do|can|should|would|could) (?:i|we|one|you)\b|\bwhere to\b"),
    (2.5, r"\bfrustrat\w+|\bannoy(?:ed|ing)\b|\b(?:sick|tired) of\b|\bnightmare\b|\bheadaches?\b|\bhate (?:it|that|having|doing)\b"),
    (2.5, r"\bwast(?:e|es|ed|ing)\b.{0,30}\b(?:time|money|hours|days)\b|\btakes? (?:up )?(?:way )?too (?:long|much)\b|\btoo (?:expensive|much time|time.consuming)\b"),
    (2.5, r"\b(?:worried|afraid|scared|concerned|nervous|stress\w*|anxious)\b"),
    (2.0, r"\bis there (?:a|an|any|some)\b.{0,80}\b(?:tool|software|app|service|program|system|site|website|way|resource|template|solution)s?\b"),
    (2.0, r"\b(?:any(?:one|body)|any of you|you guys|somebody|someone)\b.{0,30}\b(?:know|recommend|suggest|experience|help|advice|used?|using|dealt)\b"),
    (2.0, r"\b(?:what|which)\b.{0,60}\b(?:best|good|cheapest|easiest|right)\b.{0,60}\?|\bbest way to\b"),
    (2.0, r"\bshould (?:i|we)\b|\bwhat (?:should|would|do|can) (?:i|we|you)\b"),
    (2.0, r"\b(?:i'?m|i am|we'?re|we are|been|currently) (?:\w+ )?(?:trying|looking|searching)\b|\blooking for\b|\btrying to\b"),
    (1.5, r"\b(?:problem|issue|challenge|obstacle|hurdle|bottleneck|difficult\w*|complicated|dilemma)s?\b"),
    (1.5, r"\b(?:any|some) (?:advice|tips|suggestions|recommendations|help|ideas|thoughts|pointers|guidance)\b"),
    (1.5, r"\b(?:losing|lost|lose) (?:money|customers|clients|sales)\b|\bslow(?:ed|ing)? down\b|\b(?:failed|failing|fails)\b|\bnot doing well\b"),
    (2.5, r"^(?:in )?(?:need|needing|seeking|looking for|help|please help|advice|question|questions|recommendations?|suggestions?)\b"),
    (2.0, r"\bhow did (?:you|you guys|they)\b|\bdoes some ?(?:one|body) know\b"),
    (2.0, r"^(?:looking to|comparing|choosing|dumb question|stupid question|quick question|legal question|tax question)\b"),
    (1.0, r"\bhow (?:much|many|long|often|does|did|is|are)\b.*\?"),
    (1.0, r"\b(?:is|are|can|do|does|has|have|would|will)\b.{3,200}\?"),
    (1.0, r"\b(?:i|we) (?:really )?(?:need|want|would like|'d like) to\b"),
)  # fmt: skip

_ANNOUNCES: tuple[tuple[float, str], ...] = (
    (4.0, r"\b(?:promote your business|share your startup|weekly thread|self.?promotion|show /?r/|ama\b|ask me anything|giveaway|x-?post from|show us your|share your|post your)"),
    (3.0, r"\b(?:just|recently|finally|officially) (?:launched|released|opened|finished|rolled out|published)\b|\b(?:launching|introducing|announcing)\b"),
    (2.5, r"\b(?:check (?:it|us|them|this|out)|sign up|use (?:the )?code|coupon|discount code|free (?:trial|ebook|access|signups?)|promo)\b"),
    (2.5, r"\b(?:how i (?:made|built|got|went|used|grew)|lessons? (?:i|we|learned)|here(?:'s| is) (?:how|what|my|why)|success story|tips for|guide to|\d+ (?:tips|ways|things|reasons|steps))\b"),
    (2.0, r"\b(?:i|we)(?:'ve| have)? (?:built|made|created|developed|wrote|written|designed) (?:a|an|this|my|our|some)\b"),
    (2.0, r"\b(?:thank you all|thanks (?:to )?everyone|follow.?up|update[:*\]]|i (?:quit|did it)|we did it|i'?d love your feedback|would love (?:your|some) (?:feedback|thoughts))\b"),
    (2.0, r"\b(?:i (?:can|will|am happy to|'m happy to|would be happy to) (?:help|offer|answer|do|give)|we (?:offer|provide|help)|offering (?:free|my)|for hire|hiring)\b"),
)  # fmt: skip

_ADVICE = re.compile(
    r"\b(?:you (?:should|need|must|have to|can|will|may|might|are|don'?t)|your|yourself|if you(?:'re| are)?)\b",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:i|i'm|i've|i'd|my|me|we|we're|we've|our|us|mine)\b", re.IGNORECASE)
_SOLVED = re.compile(
    r"\b(?:solved|resolved|fixed it|turned out (?:great|well)|no longer|paid off|worked out)\b", re.IGNORECASE
)
_PLEASANTRY = re.compile(
    r"^(?:thanks|thank you|hi\b|hello|hey|any (?:help|advice|thoughts|ideas|suggestions|input|feedback|tips)\b.{0,60}$|what do you (?:think|guys think)|thoughts\?|edit\b|tl;?dr\b.{0,10}$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:need|help|advice|how (?:do|can|should|to)|looking for|struggl\w+|suggestions|recommend\w*)\b", re.IGNORECASE
)
_LINK = re.compile(r"https?://|www\.|\[[^\]]*\]\(")

_TROUBLE_RE = [(weight, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for weight, pattern in _TROUBLE]
_ANNOUNCES_RE = [(weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in _ANNOUNCES]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`trouble`: how strongly it speaks of a problem of its author, from 0."""

    text: str
    trouble: float


def weighed(text: str) -> Sentence:
    trouble = sum(weight for weight, pattern in _TROUBLE_RE if pattern.search(text))
    asks = text.rstrip("\"') ").endswith("?")
    if asks:
        trouble += 0.5
    if _ADVICE.search(text) and not _SELF.search(text) and not asks:
        trouble *= 0.3
    if not _SELF.search(text) and not asks:
        trouble *= 0.6
    if _SOLVED.search(text):
        trouble *= 0.3
    if _PLEASANTRY.search(text):
        trouble *= 0.3
    if _LINK.search(text):
        trouble *= 0.5
    return Sentence(text, trouble)


def announcement(title: str, text: str) -> float:
    """How strongly a post announces, advertises, brags or teaches instead of asking."""
    head = f"{title}\n{text[:600]}"
    links = 0.5 * min(3, len(_LINK.findall(text)))
    said = sum(
        weight * (1.5 if pattern.search(title) else 1.0) for weight, pattern in _ANNOUNCES_RE if pattern.search(head)
    )
    asks = title.rstrip().endswith("?") or _ASKS.search(title)
    return (said + links) * (0.5 if asks else 1.0)


def counted(patterns: tuple[str, ...], text: str) -> int:
    return sum(len(re.findall(pattern, text, re.IGNORECASE)) for pattern in patterns)
