"""The composition root: the only place that builds adapters, a module a domain. Each is built on first use, so a
function loads only its own.
"""

from shared.runtime.wiring import accounts, billing, catalogue, factory, market, platform, runs

DOMAINS = (accounts, billing, catalogue, factory, market, platform, runs)

__all__ = ["DOMAINS", "accounts", "billing", "catalogue", "factory", "market", "platform", "runs"]
