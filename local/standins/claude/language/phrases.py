"""What a sentence of trouble is about, as a gerund or noun phrase: "How do I find a manufacturer?" → "finding a manufacturer"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from local.standins.claude.language.words import gerund, is_pronoun
from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS
from shared.words.telling import find_telling_words

MOST_WORDS = 11

_WHO = r"(?:i|we|you guys|you all|you|one|someone|somebody|people|a person|anyone|they)"
_ADVERBS = r"(?:(?:best|actually|properly|legally|even|successfully|effectively|efficiently|possibly|quickly|really|ever|also|just|first|easily|safely|you guys|go about|go on|start to|begin to|be able to|get to|go to)\s+)*"
_TO = rf"{_ADVERBS}"
_OF = r"(?:with|in|on|about|regarding|concerning|for|finding|of|around|when it comes to)"

_VERB = "verb"
_WHETHER = "whether"
_NOUN = "noun"
_SEEK = "seek"
_OTHERS = "others"
_AMOUNT = "amount"

_RULES: tuple[tuple[str, str], ...] = (
    (_AMOUNT, r"\b(?P<x>how (?:much|many)(?: [\w-]+){0,2} (?:should|do|would|can) (?:i|we|you) .+)"),
    (_VERB, rf"\bhow (?:do|can|should|would|could|might|did|does) {_WHO} {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:where|who) (?:do|can|should|would|could) {_WHO} {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:how|where|when) to {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:best|easiest|cheapest|good|better|right|efficient|quickest|effective) ways? (?:to|for|of) {_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:can ?not|can't|cant|couldn'?t|unable to|not able to|can'?t seem to|don'?t know how to) (?:seem to )?{_TO}(?P<x>.+)"),
    (_VERB, rf"\b(?:struggl\w+|hard time|tough time|trouble|difficult\w*|problems?|issues?|hard|impossible) (?:to|for me to|for us to) {_TO}(?P<x>.+)"),
    (_NOUN, r"\b(?:help|trouble|difficulty|hard time|advice|tips|suggestions?)(?: on| with| in| for)? (?P<x>(?!being|having|getting started)[a-z]{3,}ing [a-z].+)"),
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
    (_SEEK, r"\b(?:what|which|where)(?:'s| is| are| would be)? (?:some of )?(?:the |a |an |some |your )?(?P<x>(?:best|good|cheapest|easiest|favou?rite|right|preferred) (?!ways?\b).+)"),
    (_SEEK, r"^(?:the )?(?P<x>(?:best|cheapest|easiest) (?!ways?\b).+)"),
    (_OTHERS, r"\b(?:has|have) (?:any(?:one|body)|any of you|you guys)(?: here| else)? (?:(?:here|ever|actually|successfully|already) )*(?P<x>[a-z]+(?:ed|ught|ought|ade|one|old|un) .+)"),
    (_SEEK, r"\bneed (?:to find |to hire |to get )?(?P<x>(?:a|an|some|help|more)\b.+)"),
    (_VERB, rf"\b(?:trying|wants?|wanting|needs?|needing|looking|hoping|planning|(?<!you )like|love|going|required|have) to {_TO}(?P<x>.+)"),
    (_NOUN, r"\b(?:thinking|thought) (?:of|about) (?P<x>.+)"),
    (_NOUN, r"\b(?:experience with|used|using|dealt with|dealing with|deal with) (?P<x>.+)"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _RULES)

_END = re.compile(
    r"\.(?=\s|$)|[?!;:()\[\]\n\"“”|]|(?<!\w)\*|\*(?!\w)|https?:|,\s|\s[-–—]+\s|--|…|"
    r"\s(?:because|but|so|and (?:i|we|then|what|how|is|are|if|my)|when (?:i|we|you|it)|since|while|although|though|if|unless|as (?:i|we|it|well)|"
    r"that (?:i|we|is|are|will|would|can)|(?:which|who)(?! \w+ [<>~]?\d)|where|after|before|without|instead|any|does|do|did|is it|are there|please|i|we|it|i'm|we're|lately|"
    r"right now|at the moment|at this point|need (?:some |any )?(?:advice|help)|and need|go about|go on|up to now|have|has|had|just)\b",
    re.IGNORECASE,
)
_OWNERS_WORDS = """
my our your their his her this these those its such own said
"""
_OWNERS = frozenset(_OWNERS_WORDS.split())
_MASS_WORDS = """
advice equity information income internet knowledge money research retail revenue software staff traffic work people media
time help stuff inventory seo
"""
_MASS = frozenset(_MASS_WORDS.split())
_HEAD_ENDS = re.compile(
    r"^(?:to|of|for|in|on|with|at|from|by|and|or|as|that|who|into|about|when|without|through|than|via)$", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:(?:a|an|the|any|some|more|really|very|all|just|to|of|about|with|for|this|that|other|on|in|at|out|up|go|good|best|great|decent|what|how|where|who|is|are|get started|getting started)\s+)+",
    re.IGNORECASE,
)
_TRAILING_WORDS = """
a an the to of for in on with at by from and or as is are was be been it that this my our your so if about into than
then just also etc up out there here now yet too really very any some not do does did can could would should will
have have has i we you they me us more why when how what where who small new big good other first
"""
_TRAILING = frozenset(_TRAILING_WORDS.split())
_NOT_VERBS_WORDS = """
the a an my our your his her their it this that these there i we you they is are was were been much many long
because who whom which what people guys all the
"""
_NOT_VERBS = frozenset(_NOT_VERBS_WORDS.split())


_STARTS_A_CLAUSE_WORDS = """
show found feels feel got today why dae ouch is
do does did can could would should will has have had i i'm i've i'd we we're we've you he she it they my our if when
after was are hey hi hello just so please reddit anyone anybody
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


_TAG = re.compile(
    r"^(?:\[[^\]]{0,40}\]\s*|(?:q|question|eli5|dae|tl;?dr|update|help|advice|rant|serious)\s*[:\-–]\s*)+",
    re.IGNORECASE,
)


def topic_of(title: str) -> Phrase | None:
    """What a title is about: its phrase if it has one, else its words as they stand, cut to a readable length."""
    phrase = phrase_of(title)
    if phrase is not None and (phrase.weight >= 2 or len(phrase.text.split()) > 2):
        return phrase
    words = _cut(_LEADING.sub("", _TAG.sub("", title.strip())))
    if len(words) < 2 or words[0].lower() in _STARTS_A_CLAUSE or has_clause(words):
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
    if len(words) > 1 and words[0].lower() in {"be", "recommend", "suggest", "try"} and words[1].endswith("ing"):
        del words[0]
    if len(words) < 2 or words[0].lower() in _NOT_VERBS or not _A_VERB.fullmatch(words[0]):
        return None
    if [word.lower() for word in words[:2]] == ["help", "but"]:
        return None
    return _made([gerund(words[0]), *_also_gerunds(words[1:])])


def _also_gerunds(words: list[str]) -> list[str]:
    """`sustain and market to …`, `recover emotionally and move on`: the verb after the `and` goes with the first."""
    for place, word in enumerate(words[:2]):
        joined = word.lower() == "and" and (place == 0 or words[0].endswith("ly"))
        if joined and words[place + 1].lower() not in _NOT_VERBS and _A_VERB.fullmatch(words[place + 1]):
            return [*words[: place + 1], gerund(words[place + 1]), *words[place + 2 :]]
    return words


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


_SUPERLATIVE = re.compile(r"best|right|[a-z]+[psi]est", re.IGNORECASE)


def _seek(rest: str) -> Phrase | None:
    words = _cut(rest, spare=1)
    if words and words[0].lower() == "to":
        return _verb(" ".join(words[1:])) if len(words) > 1 else None
    if words and words[0].lower() in {"favorite", "favourite", "preferred"}:
        del words[0]
    if words and _SUPERLATIVE.fullmatch(words[0]):
        words = ["the", words[0].lower(), *words[1:]]
    return _made(["finding", *words])


def _others(rest: str) -> Phrase | None:
    words = _cut(rest, spare=4)
    return _made(["finding", "people", "who", "have", *words]) if len(words) > 1 else None


_HOW_MUCH = re.compile(
    r"(?P<what>how (?:much|many)(?: [\w-]+){0,2}) (?:should|do|would|can) (?:i|we|you) (?P<x>.+)", re.IGNORECASE
)


def _amount(rest: str) -> Phrase | None:
    asked = _HOW_MUCH.match(rest)
    words = _cut(asked.group("x"), spare=5) if asked else []
    if asked is None or not words or words[0].lower() in _NOT_VERBS or not _A_VERB.fullmatch(words[0]):
        return None
    return _made(["deciding", *asked.group("what").lower().split(), "to", words[0].lower(), *words[1:]])


_FORMS: dict[str, Callable[[str], Phrase | None]] = {
    _VERB: _verb,
    _WHETHER: _whether,
    _NOUN: _noun,
    _SEEK: _seek,
    _OTHERS: _others,
    _AMOUNT: _amount,
}


def _cut(rest: str, spare: int = 0) -> list[str]:
    """The words up to where the clause ends, without dangling ones; a long clause ends before one of its additions."""
    end = _END.search(rest, 3)
    bare = rest[: end.start()] if end else rest
    words = [word.strip(",'\"*_~`?!") for word in bare.split()]
    words = _not_owned([word for word in words if word])
    if len(words) > MOST_WORDS - spare:
        words = words[: MOST_WORDS - spare]
        ends = [place for place, word in enumerate(words) if place >= 4 and _HEAD_ENDS.match(word)]
        words = words[: ends[-1]] if ends else words
    while words and words[-1].lower().strip(".") in _TRAILING:
        words.pop()
    return [*words[:-1], words[-1].rstrip(".")] if words else []


def _not_owned(words: list[str]) -> list[str]:
    """`my small business` → `a small business`, `their rates` → `rates`: what one says of his own, said of anybody's."""
    made: list[str] = []
    for place, word in enumerate(words):
        if word.lower() not in _OWNERS:
            made.append(word)
            continue
        if made and made[-1].lower() in {"the", "a", "an"}:
            continue
        noun = next((at for at in range(place + 1, len(words)) if _HEAD_ENDS.match(words[at])), len(words))
        if noun == place + 1:
            made.append(word)
        elif word.lower() not in {"own", "these", "those"} and _takes_an_article(words[place + 1], words[noun - 1]):
            made.append("an" if words[place + 1][0].lower() in "aeio" or words[place + 1] in {"LLC", "SEO"} else "a")
    return made


def _takes_an_article(first: str, head: str) -> bool:
    plural = head.endswith("s") and not head.endswith(("ss", "us", "business"))
    plural = plural or first.endswith("s")
    started = first.lower() in {"a", "an", "the", *_OWNERS} or first.lower().endswith("ing")
    return not (plural or started or head.endswith("ing") or head.lower() in _MASS or not head.isalpha())


_CLAUSE_WORDS = """
i i'm i've i'll i'd we we're we've they they're he she it it's you is are was were am be been has have had do does did will would can
could should sent went turned liked wants want got came said told thinks think
"""
_CLAUSE = frozenset(_CLAUSE_WORDS.split())
_RELATIVE = frozenset({"that", "who", "which", "how", "what", "whether", "where", "when", "why"})


def has_clause(words: list[str]) -> bool:
    """Whether there is a subject with its verb among the words, other than after a `that` or `how`: no noun phrase then."""
    for word in words:
        bare = word.lower().replace("’", "'").strip(".,")
        if bare in _RELATIVE:
            return False
        if bare in _CLAUSE:
            return True
    return False


def _made(words: list[str]) -> Phrase | None:
    if not words:
        return None
    text = " ".join(
        word.lower() if word.lower() in STOP_WORDS and len(word) > 2 else word for word in _sentence_case(words)
    )
    first = text.split()[0]
    if not (first.isupper() and len(first) > 1) and first.lower() == first.lower().strip("0123456789"):
        text = text[0].lower() + text[1:]
    stems = {stem(word) for word in find_telling_words(text) if not word.startswith("finding")}
    return Phrase(text, len(stems))


def _sentence_case(words: list[str]) -> list[str]:
    """A Headline Written Like This One loses its capitals; a name in a sentence keeps them."""
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha()]
    pair = len(words) == 2 and all(word.istitle() and len(word) > 3 for word in words)
    if not pair and (len(long) < 2 or sum(word[0].isupper() for word in long) < 0.5 * len(long)):
        return words
    return [word.lower() if word.istitle() else word for word in words]
