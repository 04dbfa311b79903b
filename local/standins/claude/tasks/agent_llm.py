"""What an agent's `llm` effect gets offline: rules that do something true with the data and follow nothing that stands in it.

A draft is smoothed, a text is summarised by its own sentences, a schema is filled from the fields and texts of the data.
"""

import json
import re
from collections import Counter
from typing import cast

from local.standins.claude.rules.filling import filled
from shared.untrusted_text.orders import gives_orders
from shared.values import Json
from shared.words.stop_words import STOP_WORDS

LONGEST_SUMMARY = 3
MOST_WORDS = 220


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    wanted = data.get("schema")
    material = data.get("data")
    if isinstance(wanted, str):
        text = json.dumps(filled(json.loads(wanted), material), ensure_ascii=False)
    else:
        text = _written(str(data.get("instruction", "")), material)
    return dict.fromkeys(schema["properties"], text)


def _written(instruction: str, material: Json) -> str:
    if isinstance(material, dict) and isinstance(cast("dict[str, Json]", material).get("draft"), str):
        return smoothed(str(cast("dict[str, Json]", material)["draft"]))
    texts = [sentence for text in _texts(material) for sentence in _sentences(text)]
    if not texts:
        return "There is nothing in the data to answer from."
    if re.search(r"\b(classif|categor|label|which of)\w*", instruction.lower()):
        return _keywords(texts)[0]
    return " ".join(summary(texts))


def smoothed(draft: str) -> str:
    """The draft with its stiff turns loosened: contractions, a repeated sentence once, every line a sentence."""
    text = draft
    for stiff, loose in (
        (r"\bI will\b", "I'll"),
        (r"\bdo not\b", "don't"),
        (r"\bcannot\b", "can't"),
        (r"\bWe are\b", "We're"),
    ):
        text = re.sub(stiff, loose, text)
    seen: set[str] = set()
    kept: list[str] = []
    for line in text.split("\n"):
        key = line.strip().lower()
        if key and (key in seen or gives_orders(line)):
            continue
        seen.add(key)
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or draft


def summary(sentences: list[str]) -> list[str]:
    """The sentences whose words come up most in all of them, in their order, and none that gives orders to a model."""
    fair = [sentence for sentence in dict.fromkeys(sentences) if not gives_orders(sentence)]
    counts = Counter(word for sentence in fair for word in _words(sentence))
    weights = {s: sum(counts[w] for w in _words(s)) / (len(_words(s)) + 3) for s in fair}
    best = sorted(fair, key=lambda sentence: -weights[sentence])[:LONGEST_SUMMARY]
    return [sentence for sentence in fair if sentence in best] or ["There is nothing in the data to answer from."]


def _keywords(sentences: list[str]) -> list[str]:
    counts = Counter(word for sentence in sentences for word in _words(sentence))
    return [word for word, _ in counts.most_common(5)] or ["none"]


def _sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"(?<=[.!?])\s+|\n+", text) if re.search(r"\w", part)]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in STOP_WORDS]


def _texts(material: Json) -> list[str]:
    if isinstance(material, str):
        return [material]
    if isinstance(material, dict):
        return [text for part in cast("dict[str, Json]", material).values() for text in _texts(part)]
    if isinstance(material, list):
        return [text for part in cast("list[Json]", material) for text in _texts(part)]
    return []
