"""What an agent's `llm` effect gets offline."""

from typing import Any


def answer(data: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"answer": str(data.get("data"))[:400]}
