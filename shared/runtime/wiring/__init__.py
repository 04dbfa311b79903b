"""The composition root: the only place that builds adapters, a module a domain. Each is built on first use, so a
function loads only its own.
"""

from shared.runtime.wiring import accounts, catalogue, factory, market, platform, runs

DOMAINS = (accounts, catalogue, factory, market, platform, runs)

__all__ = ["DOMAINS", "accounts", "catalogue", "factory", "market", "platform", "runs"]
