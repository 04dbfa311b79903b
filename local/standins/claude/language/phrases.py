"""What a sentence of trouble is about, as a gerund or noun phrase: "How do I find a manufacturer?" → "finding a manufacturer"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from local.standins.claude.language.words import STOP, gerund, is_pronoun, stem, telling

MOST_WORDS = 11

_WHO = r"(?:i|we|you|one|you guys|someone|somebody|people|a person|anyone|they)"
_ADVERBS = r"(?:(?:best|actually|properly|legally|even|successfully|effectively|efficiently|possibly|quickly|really|ever|also|just|first|easily|safely|you guys|go about|go on|start to|begin to|be able to|get to)\s+)*"
_TO = rf"{_ADVERBS}"
_OF = r"(?:with|in|on|about|regarding|concerning|for|finding|of|around|when it comes to)"

_VERB = "verb"
_WHETHER = "whether"
_NOUN = "noun"
_SEEK = "seek"

_RULES: tuple[tuple[str, str], ...] = (
    (_VERB, rf"\bhow (?:do|can|should|would|could|might|did|does) {_WHO} {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:where|who) (?:do|can|should|would|could) {_WHO} {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:how|where|when) to {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:best|easiest|cheapest|good|better|right|efficient|quickest|effective) ways? (?:to|for|of) {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:can ?not|can't|cant|couldn'?t|unable to|not able to|can'?t seem to|don'?t know how to) (?:seem to )?{_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:struggl\w+|hard time|tough time|trouble|difficult\w*|problems?|issues?|hard|impossible) (?:to|for me to|for us to) {_TO}(?P<x>.+)"),
    (_NOUN, rf"\b(?:struggl\w+|hard time|difficult time|trouble|difficult\w*|problems?|issues?|challenges?|obstacles?) (?:{_OF} )?(?P<x>[a-z].+)"),
    (_NOUN, rf"\b(?:help|advice|guidance|tips|direction|experience|suggestions|recommendations?|questions?|thoughts|info|information|insight) {_OF} (?P<x>.+)"),
    (_NOUN, r"\b(?:frustrated|annoyed|sick|tired|worried|afraid|scared|concerned|nervous|stressed|confused|overwhelmed|lost|stuck|unsure|not sure) (?:with|by|of|about|that|at|on|in|as to) (?P<x>.+)"),
    (_NOUN, r"\bexperiences? (?P<x>\w+ing .+)"),
    (_SEEK, r"\b(?:anyone|anybody|any of you|you guys|you) (?:here |guys )?(?:have|has|got|use|uses|used|using|tried) (?P<x>(?:a|an|any|some|good)\b.+)"),
    (_WHETHER, rf"\bshould (?:i|we) {_TO}(?P<x>.+)"),
    (_WHETHER, rf"\b(?:not sure|unsure|wondering|don'?t know) (?:if|whether) (?:i|we) should {_TO}(?P<x>.+)"),
    (_SEEK, r"\b(?:looking|searching|hunting) for (?P<x>.+)"),
    (_SEEK, r"\bis there (?:a|an|any|some) (?P<x>.+)"),
    (_SEEK, r"\bare there (?:any )?(?P<x>.+)"),
    (_SEEK, r"\b(?:know of|recommend|suggest|know) (?P<x>(?:a|an|any|some|the|good)\b.+)"),
    (_SEEK, r"\b(?:what|which)(?:'s| is| are| would be)? (?:the |a |an |some |your )?(?P<x>(?:best|good|cheapest|easiest|favou?rite|right) .+)"),
    (_SEEK, r"\bneed (?:to find |to hire |to get )?(?P<x>(?:a|an|some|help|more)\b.+)"),
    (_VERB, rf"\b(?:trying|wants?|wanting|needs?|needing|looking|hoping|planning|like|love|going|required|have) to {_TO}(?P<x>.+)"),
    (_NOUN, r"\b(?:thinking|thought) (?:of|about) (?P<x>.+)"),
    (_NOUN, r"\b(?:experience with|used|using|dealt with|dealing with|deal with) (?P<x>.+)"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _RULES)

_END = re.compile(
    r"[.?!;:()\[\]\n\"“”*|]|https?:|,\s|\s[-–—]+\s|--|…|"
    r"\s(?:because|but|so|and (?:i|we|then|what|how|is|are|if|my)|when (?:i|we|you|it)|since|while|although|though|if|unless|as (?:i|we|it|well)|"
    r"that (?:i|we|is|are|will|would|can)|which|who|where|after|before|without|instead|any|does|do|did|is it|are there|please|i|we|it|i'm|we're|lately|"
    r"right now|at the moment|at this point)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:my|our|your|their|his|her|this|these|those|its|such|own|said|own)\s+", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:a|an|the|any|some|more|really|very|all|just|to|of|about|with|for|this|that|other|on|in|at|out|up|go|good|best|great|decent|what|how|where|who|is|are|get started|getting started)\s+)+",
    re.IGNORECASE,
)
_TRAILING_WORDS = """
a an the to of for in on with at by from and or as is are was be been it that this my our your so if about into than
then just also etc up out there here now yet too really very any some not do does did can could would should will
have has i we you they me us more
"""
_TRAILING = frozenset(_TRAILING_WORDS.split())
_NOT_VERBS_WORDS = """
the a an my our your his her their it this that these there i we you they is are was were been much many long
because
"""
_NOT_VERBS = frozenset(_NOT_VERBS_WORDS.split())


_STARTS_A_CLAUSE_WORDS = """
do does did can could would should will has have had i i'm i've i'd we we're we've you he she it they my our if when
after was is are hey hi hello just so please reddit anyone anybody
"""
_STARTS_A_CLAUSE = frozenset(_STARTS_A_CLAUSE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text` starts in lower case and reads after "trouble"; `weight` is the number of its telling words."""

    text: str
    weight: int


def phrase_of(sentence: str) -> Phrase | None:
    """The best phrase that a rule finds: the earliest rule whose phrase says enough."""
    for kind, pattern in _COMPILED:
        match = pattern.search(sentence)
        if match is None:
            continue
        phrase = _FORMS[kind](match.group("x"))
        if phrase is not None and phrase.weight >= 1 and not is_pronoun(phrase.text.split()[-1]):
            return phrase
    return None


def topic_of(title: str) -> Phrase | None:
    """What a title is about: its phrase if it has one, else its words as they stand, cut to a readable length."""
    phrase = phrase_of(title)
    if phrase is not None and phrase.weight >= 2:
        return phrase
    words = _cut(_LEADING.sub("", title.strip()))
    if not words or words[0].lower() in _STARTS_A_CLAUSE:
        return phrase
    named = _made(words)
    return named if named is not None and named.weight >= 1 else phrase


_A_VERB = re.compile(r"[A-Za-z][A-Za-z-]+")
_VERBS_IN_LY_WORDS = """
apply comply rely supply reply multiply imply fly
"""
_VERBS_IN_LY = frozenset(_VERBS_IN_LY_WORDS.split())


def _verb(rest: str) -> Phrase | None:
    words = _cut(rest)
    while len(words) > 1 and words[0].lower().endswith("ly") and words[0].lower() not in _VERBS_IN_LY:
        del words[0]
    if not words or words[0].lower() in _NOT_VERBS or not _A_VERB.fullmatch(words[0]):
        return None
    return _made([gerund(words[0]), *words[1:]])


def _whether(rest: str) -> Phrase | None:
    words = _cut(rest, spare=3)
    if not words or words[0].lower() in _NOT_VERBS or not _A_VERB.fullmatch(words[0]):
        return None
    return _made(["deciding", "whether", "to", words[0].lower(), *words[1:]])


def _noun(rest: str) -> Phrase | None:
    words = _cut(_LEADING.sub("", rest))
    if words and words[0].lower() in {"i", "we", "it", "he", "she", "they", "you"}:
        return None
    return _made(words)


def _seek(rest: str) -> Phrase | None:
    words = _cut(rest, spare=1)
    if words and words[0].lower() == "to":
        return _verb(" ".join(words[1:])) if len(words) > 1 else None
    return _made(["finding", *words])


_FORMS: dict[str, Callable[[str], Phrase | None]] = {_VERB: _verb, _WHETHER: _whether, _NOUN: _noun, _SEEK: _seek}


def _cut(rest: str, spare: int = 0) -> list[str]:
    """The words up to where the clause ends, without possessives and dangling words."""
    end = _END.search(rest, 3)
    bare = _OWN.sub("", rest[: end.start()] if end else rest)
    words = [word.strip(",'\"*_~`?!.") for word in bare.split()]
    words = [word for word in words if word][: MOST_WORDS - spare]
    while words and words[-1].lower() in _TRAILING:
        words.pop()
    return words


def _made(words: list[str]) -> Phrase | None:
    if not words:
        return None
    text = " ".join(words)
    first = text.split()[0]
    if not (first.isupper() and len(first) > 1) and first.lower() == first.lower().strip("0123456789"):
        text = text[0].lower() + text[1:]
    stems = {stem(word) for word in telling(text) if word not in STOP and not word.startswith("finding")}
    return Phrase(text, len(stems))
