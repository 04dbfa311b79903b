"""Words and rates an opportunity from what its problems really say: their commonest terms, and cues that can be counted."""

import re
from collections import Counter

from local.standins.claude.language.cues import counted
from local.standins.claude.language.headline import headline, salient
from local.standins.claude.language.plain_words import plain_words
from local.standins.claude.language.readable import phrase_in, reads_well
from local.standins.claude.language.words import common_stems
from shared.values import Json
from shared.words.telling import find_telling_words

_URGENT = (
    r"\basap\b|\burgent\w*|\bimmediately\b|\bdeadline\w*|\btoday\b|\btonight\b|\btomorrow\b|\bthis (?:week|month)\b|\bright now\b",
    r"\blosing\b|\blost\b|\blose\b|\bfail\w*|\bgoing under\b|\bbankrupt\w*|\bsued?\b|\blawsuit\w*|\bfine[ds]?\b|\bpenalt\w+|\baudit\w*",
    r"\bworried\b|\bafraid\b|\bscared\b|\bstress\w*|\boverwhelm\w*|\bfrustrat\w*|\bdesperate\w*|\bnightmare\b|\bstuck\b|\bstruggl\w*",
)
_COSTLY = (
    r"\bhours?\b|\btime.consuming\b|\bwast\w+|\bslow\w*|\bmanual\w*|\bby hand\b|\bevery (?:day|week|month)\b|\bconstantly\b|\bspend\w*",
)
_PAYING = (
    r"\bpay\w*\b|\bpaid\b|\bhir(?:e|ing|ed)\b|\bbuy\w*|\bpurchas\w*|\bprice[sd]?\b|\bpricing\b|\bafford\w*|\bbudget\w*|\bcosts?\b|\bfees?\b|\bsubscri\w+",
    r"\$\s?\d|\b\d+\s?(?:k|usd|dollars|bucks|euros?|pounds?)\b",
    r"\bsoftware\b|\btools?\b|\bapps?\b|\bservices?\b|\bsystems?\b|\baccountant\b|\blawyer\b|\bagency\b|\bconsultant\b|\bfreelanc\w+|\bplatform\b",
)
_FREE = (r"\bfree\b", r"\bno money\b", r"\bcheap\w*", r"\bbroke\b")
_LOOKS = re.compile(r"\bfinding\b", re.IGNORECASE)


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    told = [one for one in data.get("problems", []) if one.get("quote")]
    problems = [{name: plain_words(str(text)) for name, text in one.items()} for one in told]
    quotes = [one["quote"] for one in problems]
    statements = [one.get("statement", "") for one in problems]
    terms = salient([f"{quote} {statement}" for quote, statement in zip(quotes, statements, strict=True)])
    title = headline(statements, quotes)
    who = _commonest([one.get("sufferer", "") for one in problems]) or "small business owners"
    return {
        "title": title,
        "summary": _summary(statements, terms, who, len(set(quotes))),
        "who": who,
        "current_solutions": _solutions([one.get("workaround", "") for one in problems]),
        "agent_idea": _idea(title, terms, " ".join(quotes)),
        "urgency": _urgency(quotes),
        "monetization": _monetization(quotes),
    }


def _summary(statements: list[str], terms: list[str], who: str, count: int) -> str:
    """How many complaints there are (several may be one person's), whose, two typical ones, then what recurs."""
    common = common_stems(statements)
    typical = sorted(dict.fromkeys(statements), key=lambda one: (-_typical(one, common), len(one), one))
    phrases = list(dict.fromkeys(phrase for one in typical if (phrase := phrase_in(one)) and reads_well(phrase)))[:2]
    about = f" The words that come back are {_listed(terms[:4])}." if len(terms) > 1 else ""
    told = f": {', or '.join(phrases)}." if phrases else f". {' '.join(typical[:2])}"
    plural = "complaints are about" if count != 1 else "complaint is about"
    whose = f"one of them of {who}" if count != 1 and who.startswith(("a ", "an ")) else f"of {who}"
    return f"{count} {plural} the same trouble ({whose}){told}{about}"[:400]


def _typical(statement: str, common: Counter[str]) -> float:
    stems = list(common_stems([statement]))
    return sum(common[one] for one in stems) / (len(stems) + 2)


def _solutions(workarounds: list[str]) -> str:
    """The two shortest that say something."""
    told = sorted({one for one in workarounds if len(find_telling_words(one)) >= 1}, key=lambda one: (len(one), one))[
        :2
    ]
    return "; ".join(one.rstrip(" (,;:-") for one in told)[:380]


def _idea(title: str, terms: list[str], text: str) -> str:
    topic = title[0].lower() + title[1:]
    if (
        counted(
            (r"\b(?:email|e-mail|customers?|clients?|reply|respond|pitch|letter|message|market\w*|advertis\w*)\b",),
            text,
        )
        >= 3
    ):
        way = "writes the messages that it takes and adapts them to each case"
    elif counted((r"\b(?:find\w*|looking for|competitor\w*|price\w*|website|news|where)\b",), text) >= 3:
        way = "watches public pages for what fits and reports what changed"
    else:
        way = "reads what the person has, sorts out what matters and says what to do next"
    return f"An agent that helps with {topic}: it {way}, with an eye on {_listed(terms[:3])}."


def _urgency(quotes: list[str]) -> dict[str, Json]:
    text = "\n".join(quotes)
    hits = [counted((pattern,), text) for pattern in _URGENT]
    costly = counted(_COSTLY, text)
    share = (1.5 * sum(hits) + 0.7 * costly) / max(1, len(quotes))
    value = round(min(9.0, 3.5 + 4.0 * min(1.0, share) + 0.5 * sum(hit > 0 for hit in hits)), 1)
    reason = f"{sum(hits)} signs of pressure or loss and {costly} of wasted effort in {len(quotes)} quotes."
    return {"value": value, "reason": reason}


def _monetization(quotes: list[str]) -> dict[str, Json]:
    text = "\n".join(quotes)
    paying = [counted((pattern,), text) for pattern in _PAYING]
    seeking = len(_LOOKS.findall(text)) + counted(
        (r"\blooking for\b|\brecommend\w*|\bneed (?:a|an|some|help)\b",), text
    )
    free = counted(_FREE, text)
    share = (sum(paying) + 0.5 * seeking - 0.5 * free) / max(1, len(quotes))
    value = round(max(1.0, min(9.0, 3.0 + 4.5 * min(1.0, share) + 0.5 * sum(hit > 0 for hit in paying))), 1)
    reason = f"{sum(paying)} mentions of money, prices or paid help, {seeking} of looking for something to use, {free} of wanting it free."
    return {"value": value, "reason": reason}


def _commonest(texts: list[str]) -> str:
    counts = Counter(text for text in texts if text)
    return min(counts, key=lambda text: (-counts[text], len(text), text)) if counts else ""


def _listed(terms: list[str]) -> str:
    if len(terms) <= 1:
        return "".join(terms) or "the details"
    return f"{', '.join(terms[:-1])} and {terms[-1]}"
