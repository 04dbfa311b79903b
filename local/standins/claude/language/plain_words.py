"""Words, figures and plain punctuation of a text: what is code, markup or a template in it is left out."""

import re

_CODE = re.compile(
    r"</?[A-Za-z!](?:[^<>\n]{0,300}>|\w*(?:\s+[\w-]+=\S+)*)|\$\{[^}\n]{0,100}\}?|\{\{[^}\n]{0,100}(?:\}\})?|\$[A-Za-z_]\w*"
    r"|&#?\w+;|&(?:amp|lt|gt|quot|nbsp)\b|\b\w+\((?:\d|[\"'`])[^()\n]{0,80}\)?"
)
_ODD = re.compile(
    r"[^\w\s.,;:!?'’\"“”()%$€£&/+@#…–—<>*-]|_{2,}|\*{2,}|<(?![\s\d=$€£.])|(?<!\s)>(?!\s?\d)|^\s*>+"
    r"|(?<![\w\s])\*|(?<!\d)(?<=\s)\*(?!\s\d)|(?<!\w)(?<!\s)\*|\*(?![\w\s])|(?<=\w)\*(?=\s)",
    re.MULTILINE,
)


def plain_words(text: str) -> str:
    """Line breaks stay; nothing is left of a text that has no words."""
    bare = _ODD.sub("", _CODE.sub(" ", text))
    tidy = "\n".join(re.sub(r"\s+([.,;:!?])", r"\1", " ".join(line.split())) for line in bare.split("\n")).strip()
    return tidy if re.search(r"\w", tidy) else ""
