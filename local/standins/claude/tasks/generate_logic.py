"""logic.py for a spec: the code of its kind, with its constants set from the opportunity."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.registry import chosen_kind, kind_of_spec


def answer(data: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    opportunity = data.get("opportunity") or {}
    brief = Brief(opportunity)
    kind = kind_of_spec(data["spec"]) or chosen_kind(brief)
    return {
        "approach": f"A {kind.name.replace('_', ' ')} by rules, with its word lists taken from the opportunity.",
        "logic_py": kind.logic(brief),
    }
