"""A spec for the opportunity: the kind of agent its words call for, with its fields, examples and checks."""

import re
from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.registry import chosen_kind
from local.standins.claude.tasks.write_copy import made_for


def answer(data: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    brief = Brief(data["opportunity"])
    kind = chosen_kind(brief)
    about = brief.shown(" ".join(re.split(r"(?<=[.!?])\s+", brief.summary)[:3]))
    who = brief.shown(brief.who, 120)
    context = f"The problem behind it: {about}" if about else made_for(who) if who else ""
    return kind.shape(brief).draft(kind.template, brief.topic(), context)
