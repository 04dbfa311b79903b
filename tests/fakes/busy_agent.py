"""An agent that asks for every kind of effect, and for one that its budget refuses."""

from typing import Any

from mam_agent import EffectFailed, Tools

from shared.specs.effects import EffectKind

IN_CALL_ORDER = [
    EffectKind.FETCH,
    EffectKind.RECALL,
    EffectKind.LLM,
    EffectKind.REMEMBER,
    EffectKind.NOTIFY,
    EffectKind.NOTIFY,
    EffectKind.NOW,
]
"""The second notification is over the sample spec's budget."""


async def busy_agent(input: dict[str, Any], tools: Tools) -> dict[str, Any]:
    """Its notes tell how its notifications went."""
    text = (await tools.fetch(input["page"]))["text"]
    before = await tools.recall("last")
    summary = await tools.llm("Summarise the page.", [before, text])
    await tools.remember("last", text)
    notes: list[str] = []
    for subject in ("first", "second"):
        try:
            await tools.notify(subject, str(summary))
            notes.append(f"{subject} sent")
        except EffectFailed as failed:
            notes.append(f"{subject} {failed.code}")
    return {
        "topic": input["topic"],
        "summary": str(summary),
        "changed": False,
        "checked_at": await tools.now(),
        "notes": notes,
    }
