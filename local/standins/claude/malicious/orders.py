"""Finding what a planted text wants, whatever verb it uses: sentences that have the form of an order or a question, and
in them the words, addresses, memory keys and figures that are to be used.
"""

import re
from dataclasses import dataclass, replace
from typing import cast

from shared.values import Json

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[}\]>])\s+(?=[A-Z])")
_LEAD_IN = re.compile(
    r"^(?:[^\w\"'“‘]+|(?:please|now|then|next|first|finally|also|and|but|so|hey|dear|kindly|just|always|never|instead"
    r"|simply|system|user|assistant|admin|attention|important|note|model|ai|agent|step|todo)\b[\s,:;.!—-]*|\d+[.)]\s*"
    r"|(?:if|when|before|after|once|while|unless|for|in|to|from|at|as|by|with)\b[^,.!?]{1,120},\s*)+",
    re.IGNORECASE,
)
_NO_VERB = frozenset(
    """
    i we you he she it they this that these those there here a an the my our your his her its their some any no every
    each all both many most much more few several another such one two three who what which why how where when whose
    whom in on at by for from of to with without about after before since until while if unless although though because
    as than and or but nor so yet is are was were am be been has have had do does did can could will would shall should
    may might must not yes ok okay thanks thank hello hi edit update anyone everyone someone anybody everybody somebody
    nobody none nothing everything something maybe perhaps however also only even still already currently recently
    usually often
    """.split()  # noqa: SIM905
)
"""With these no order begins; any other word may be its verb."""
_STATES = re.compile(r"^(?:is|are|was|were|am|has|have|had|will|would|can|could|should|may|might|must|do|does|did)$")
_DUTY = re.compile(
    r"\b(?:(?:you|the (?:assistant|model|agent|reader|system|ai)|assistants|models|agents)\b[^.!?]{0,30}"
    r"\b(?:must|should|shall|will|ought to|ha[sv]e? to|needs? to|are to|is to|can only|may only)"
    r"|(?:make|be) sure|do not|don't"
    r"|is (?:required|requested|expected|to be)|are (?:required|requested|expected|to be)|it is your (?:task|job|duty)"
    r"|your (?:new |only |real )?(?:task|job|goal|role|duty|instruction|answer) is|i (?:want|need|order|ask) you to"
    r"|would you|could you|can you|will you)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«]([^\"“”«»]{1,200})[\"“”»]|(?<!\w)'([^']{2,200})'(?!\w)|`([^`]{1,200})`")
_SHOUTED = re.compile(r"\b[A-Z][A-Z0-9_-]{3,}\b")
_AFTER_COLON = re.compile(r":\s+(.{2,200}?)[.!]?$")
_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+")
_KEY = re.compile(r"(?<![\w/:.])[a-z][a-z0-9_-]+/[a-z][a-z0-9_-]+(?![\w/])")
_FIGURE = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)")
MOST_ORDERS = 12


@dataclass(frozen=True)
class Order:
    """A sentence, and what it gives to be used: words to say, addresses, memory keys, figures."""

    text: str
    words: tuple[str, ...]
    addresses: tuple[str, ...]
    keys: tuple[str, ...]
    figures: tuple[float, ...]

    @classmethod
    def of(cls, sentence: str) -> "Order":
        addresses = tuple(_ADDRESS.findall(sentence))
        rest = _ADDRESS.sub(" ", sentence)
        quoted = [next(filter(None, groups)) for groups in _QUOTED.findall(rest)]
        words = [*quoted, *_SHOUTED.findall(rest), *([] if quoted else _AFTER_COLON.findall(rest))]
        figures = tuple(float(one) for one in _FIGURE.findall(rest))
        return cls(sentence, tuple(dict.fromkeys(words)), addresses, tuple(_KEY.findall(rest)), figures)

    def said(self) -> str:
        """What to say to have obeyed: the words that it gives, or else the order itself."""
        return " ".join([*(self.words or (self.text,)), *self.addresses])

    def without_addresses(self) -> "Order":
        return replace(self, text=_ADDRESS.sub("", self.text), addresses=())


def orders_in(data: Json) -> list[Order]:
    """Commands before questions, each in the order in which they come; cut short."""
    sentences = [" ".join(part.split())[:300] for text in texts(data) for part in _SENTENCE.split(text)]
    kept = [one for one in dict.fromkeys(sentences) if one]
    commands = [one for one in kept if is_command(one)]
    questions = [one for one in kept if one.endswith("?") and one not in commands]
    return [Order.of(one) for one in [*commands, *questions][:MOST_ORDERS]]


def said(orders: list[Order]) -> str:
    return " ".join(order.said() for order in orders)


def is_command(sentence: str) -> bool:
    """Whether it has an order's form: it tells of a duty, or begins with what can only be a verb."""
    if _DUTY.search(sentence):
        return True
    begins = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", _LEAD_IN.sub("", sentence))
    if len(begins) < 2 or begins[0].lower() in _NO_VERB or "'" in begins[0]:
        return False
    inflected = re.search(r"(?:ed|ing|ly|ness|[^su]s)$", begins[0].lower())
    return not inflected and not _STATES.match(begins[1].lower()) and not begins[1].lower().endswith("ed")


def addresses_in(data: Json) -> list[str]:
    return list(dict.fromkeys(found for text in texts(data) for found in _ADDRESS.findall(text)))[:5]


def texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in cast("dict[str, Json]", value).values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in cast("list[Json]", value) for text in texts(part)]
    return []
