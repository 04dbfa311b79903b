"""The list of prices: `prices.toml`, checked when it is read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


class PriceMissing(Exception):
    """Something is billed that the list does not name; the message says what to add."""


@dataclass(frozen=True)
class Price:
    """`usd` for one of `per`, as the page `source` says."""

    usd: float
    per: str
    source: str


@dataclass(frozen=True)
class PriceList:
    """`assumed` are quantities that no template holds; `free` gives the reason for each kind that idles for nothing."""

    date: date
    region: str
    hours: int
    price: Mapping[str, Price]
    assumed: Mapping[str, float]
    free: Mapping[str, str]

    def of(self, what: str) -> Price:
        if what not in self.price:
            raise PriceMissing(f"{what} has no price: add [price.{what!r}] with its source to {FILE.name}")
        return self.price[what]


def read_prices(file: Path = FILE) -> PriceList:
    listed = tomllib.loads(file.read_text())
    listed["price"] = {what: Price(**price) for what, price in listed["price"].items()}
    return PriceList(**listed)
