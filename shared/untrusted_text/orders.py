"""Is a text an order to a language model, instead of words between people?

Later prompts read these texts again, so a text with an order is rejected. A sentence counts as an order if a model that
obeyed it would drop its instructions, take another role, reveal its instructions or rate as told. Complaints about
customers who ignore instructions are not orders, nor are agents' descriptions of their own work.
"""

import re

from shared.untrusted_text.folding import list_readings, squeeze

_DROP = r"(?:ignore|disregard|forget|override|bypass|discard)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|foregoing|original|initial|system|hidden|developer|safety)"
_ANY = r"(?:all|any|every|the|your|these|those|everything)"
_TOLD = r"(?:instructions?|prompts?|directives?|guidelines?)"
_WITHIN = r"[^.;!?]{0,40}?"
# Where a command can begin: at the start of a sentence or clause, or after words that introduce a command.
_COMMAND = (
    r"(?:^|[.;:!?,(\[{<>\"'“”‘’*#|\-–—]\s?|"
    r"\b(?:please|now|then|and|to|just|must|should|shall|will|kindly|simply|you|assistant|model)\s)"
)
_HIDDEN = r"(?:hidden|secret|system|developer|initial|original|internal)"
_TELL = r"(?:reveal|repeat|print|show|output|recite|leak|dump|append|echo|disclose|display|translate|include|tell me)"
_MODEL = r"(?:ai|a\.i\.|llm|language model|ai (?:language )?model|ai assistant|chatbot|chat bot)"


_ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        # Dropping instructions. People also write about "rules", so dropping rules counts only as a command, and
        # "override" does not count there: one rule often overrides another.
        rf"\b{_DROP}\b{_WITHIN}\b{_EARLIER}\b[^.;!?]{{0,20}}?\b{_TOLD}\b",
        rf"\b{_DROP}\b{_WITHIN}\b{_TOLD}\s+(?:above|before this|given|you)\b",
        rf"{_COMMAND}{_DROP}\s(?:\w+\s){{0,3}}?{_ANY}\s[^.;!?]{{0,20}}?\b{_TOLD}\b",
        rf"{_COMMAND}(?:ignore|disregard|forget)\s(?:\w+\s){{0,3}}?(?:your|{_EARLIER})\s(?:\w+\s)?rules?\b",
        rf"{_COMMAND}(?:ignore|disregard)\s(?:all\s)?(?:the\s|your\s)?rules\s(?:above|before|you)\b",
        rf"{_COMMAND}(?:ignore|disregard|forget)\s(?:all\sof\s|all\s|everything\s|anything\s|what is\s)?(?:the\s)?"
        r"(?:above|foregoing|preceding)(?=\s*(?:$|[.,;:!?)\]\"'–—-]|and\b|then\b|text\b|content\b))",
        rf"{_COMMAND}(?:ignore|disregard|forget)\s(?:all|everything|anything|whatever|what)\s(?:that\s)?"
        r"you\s(?:were|have been|know|learned|are told)\b",
        rf"\b(?:do not|don't|stop) (?:follow|obey)(?:ing)?\b{_WITHIN}\b{_EARLIER}\b[^.;!?]{{0,20}}?\b{_TOLD}\b",
        rf"\b(?:new|updated|revised) (?:system )?{_TOLD}\s?:",
        # Taking another role.
        r"(?:^|[.;:!?,(\[\"'“”‘’*#|>–—-]\s?)(?:and |so |ok |okay |from now on ){0,3}you(?: are|'re|’re) now "
        r"(?:an?|the|my|in|no longer|free|acting|playing|operating|running|dan)\b",
        r"\bfrom (?:now|here) on,? (?:you|always|only|answer|reply|respond)\b",
        r"\b(?:pretend|imagine|suppose) (?:that )?(?:to be|you are|you're) (?:an? |the |my )?(?:\w+ )?"
        rf"(?:{_MODEL}|assistant|administrator|admin|root|developer|system|hacker|dan)\b",
        rf"\bact as (?:an? |the |my )?(?:unrestricted|unfiltered|jailbroken|uncensored|system|root|dan\b|{_MODEL})\b",
        r"\b(?:enter|enable|activate|switch to|you are in) (?:the )?(?:developer|debug|god|dan|maintenance|jailbreak)"
        r" mode\b",
        # Speaking to the model.
        rf"\bas an? (?:ai (?:language )?(?:model|assistant|chatbot)|(?:large )?language model|{_MODEL}(?=,|:| you\b))",
        r"\byou(?: are|'re|’re) (?:now )?(?:an? |the )?(?:large |ai )?language model\b",
        rf"\b(?:dear|attention,?|note to(?: the| any| all)?|hey,?|hello,?|if you are an?|to (?:the|any|all)) {_MODEL}s?"
        r"(?=\s?(?:$|[,.:;!?–—-]|reading|that (?:reads|rates|judges)|you\b|please\b))",
        r"\bdear (?:model|assistant|judge)\b",
        # Revealing the model's instructions.
        rf"\b{_TELL}\b[^.;!?]{{0,30}}?\b(?:the |your )(?:{_HIDDEN} )+(?:{_TOLD}|message)\b",
        rf"\b{_TELL} (?:me )?(?:your|the) (?:\w+ )?{_TOLD} (?:above|verbatim|word for word)\b",
        r"\b(?:system|developer) (?:prompt|message) (?:says|said|tells|told|states|wants|demands|orders|is now)\b",
        # Demanding a rating.
        rf"{_COMMAND}rate (?:it|this|me|us|him|her|them|everything|all) (?:a |as |with )?(?:10|ten)\b(?! being)",
        r"\bset (?:every|all|each)(?: of the)? (?:ratings?|scores?|fields?|ax[ie]s|values?) to\b",
        # The fences around data, and the role markers of a conversation.
        r"<\s?/?\s?(?:data|system|instructions?|assistant|untrusted\w*|documents?)\s?(?:\s[^<>]{0,60})?>",
        r"<\|\s?\w{2,20}\s?\|>|\[/?inst\]|<</?sys>>|#{2,}\s?(?:end )?(?:system|new instructions?)\b|\bbegin system\b",
        # The same orders in other languages that posts use.
        r"\b(?:ignorier\w*|vergiss|vergesst|missachte\w*)\b[^.;!?]{0,40}\b(?:anweisung\w*|vorgaben|instruktion\w*)\b",
        r"\b(?:ignor(?:a|ad|e|en|ez|ate|er)|olvid\w+|oubli\w+|esqueca|dimentica)\b[^.;!?]{0,30}"
        r"\b(?:instruccion\w*|instrucoes|istruzioni|consignes)\b",
        r"\bignore[sz]\b[^.;!?]{0,30}\binstructions precedentes\b",
    )
)
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)(?:all|any|every|everything)?(?:of)?(?:the|your|these|those|my)?"
    r"(?:previous|prior|above|earlier|preceding|foregoing|system)(?:instructions?|prompts?|directives?|guidelines?)"
)
"""Orders spread over lines, dots or marks. Only the plainest forms, which rarely occur by chance in joined letters."""


def gives_orders(text: str) -> bool:
    return any(_gives_orders(reading) for reading in list_readings(text))


def _gives_orders(folded: str) -> bool:
    return any(order.search(folded) for order in _ORDERS) or _SQUEEZED.search(squeeze(folded)) is not None
