"""`python -m local spend`: what the model has cost today, by purse, against the caps."""

from dataclasses import asdict, dataclass
from typing import Any

from local.cli.as_function import FACTORY, WORKER, environment_of, take_environment
from local.cli.rows import laid_out
from local.ports import Ports
from local.state import StateDir
from shared.adapters.model_spend_table import MICROUSD_PER_CENT, ModelSpendTable
from shared.billing.spend import DEMO_PURSE, MODEL_PURSE

MICROUSD_PER_USD = 100 * MICROUSD_PER_CENT
PURSES = (("scans and builds", FACTORY, MODEL_PURSE), ("demos", WORKER, DEMO_PURSE))
"""What is paid from it, a function that pays from it and knows its cap, and its name in the table `meters`."""


@dataclass(frozen=True)
class Purse:
    purse: str
    pays_for: str
    spent_microusd: int
    cap_microusd: int

    @property
    def is_empty(self) -> bool:
        return self.spent_microusd >= self.cap_microusd


def spend_of_today(ports: Ports, state: StateDir) -> list[Purse]:
    """Of the day in UTC, as the functions count it."""
    return [_purse(*each, ports, state) for each in PURSES]


def document_of(purse: Purse) -> dict[str, Any]:
    return {**asdict(purse), "is_empty": purse.is_empty}


def rows_of_spend(purses: list[Purse]) -> list[str]:
    rows = ((each.pays_for, _usd(each.spent_microusd), _usd(each.cap_microusd), _effect(each)) for each in purses)
    return list(laid_out(("for", "spent today", "cap", ""), rows))


def _purse(pays_for: str, function: str, purse: str, ports: Ports, state: StateDir) -> Purse:
    variables = environment_of(function, ports, state)
    take_environment(function, ports, state)
    cap = int(variables["DAILY_MODEL_SPEND_CENTS"])
    spent = ModelSpendTable(variables["METERS_TABLE"], cap_cents=cap, purse=purse).today()
    return Purse(purse, pays_for, spent, cap * MICROUSD_PER_CENT)


def _effect(purse: Purse) -> str:
    return "used up: no new work until midnight UTC" if purse.is_empty else ""


def _usd(microusd: int) -> str:
    return f"${microusd / MICROUSD_PER_USD:.2f}"
