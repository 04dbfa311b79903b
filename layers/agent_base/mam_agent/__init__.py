"""The SDK of agents: what an agent's code imports, and the server that runs it.

An agent is `async def run(input: dict, tools: Tools) -> dict` in /app/agent.py.
"""

from .tools import EffectFailed, Tools

__all__ = ["EffectFailed", "Tools"]
