"""The composition root: the only place that builds adapters, with one module per domain. Each adapter is built on first
use, so a function loads only what it needs.
"""

from shared.runtime.wiring import accounts, billing, catalogue, factory, market, platform, runs

DOMAINS = (accounts, billing, catalogue, factory, market, platform, runs)

__all__ = ["DOMAINS", "accounts", "billing", "catalogue", "factory", "market", "platform", "runs"]
