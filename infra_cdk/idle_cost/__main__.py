"""`make cost`: what the deployment for AWS costs a month while nobody uses it, with search and without.

Ends with 1 if that is more than it may be, or if something has no price.
"""

import sys
from collections.abc import Sequence

from infra_cdk.app import ROOT, build
from infra_cdk.idle_cost.prices import PriceList, PriceMissing, read_prices
from infra_cdk.idle_cost.rules import Line, lines_of
from infra_cdk.idle_cost.templates import resources
from infra_cdk.settings import Settings

AT_MOST_USD = {True: 48.0, False: 20.0}
"""By whether search is on: a hobby project's purse, and what is left of it without the search domain."""
ASSEMBLIES = ROOT / ".build" / "idle-cost"


def main() -> int:
    prices = read_prices()
    print(f"List prices of {prices.date} in {prices.region}, {prices.hours} hours a month, no free tier, USD")
    try:
        return max(_report(search, prices) for search in AT_MOST_USD)
    except PriceMissing as missing:
        print(f"✗ {missing}", file=sys.stderr)
        return 1


def _report(search: bool, prices: PriceList) -> int:
    assembly = build(
        "aws", ASSEMBLIES / ("search" if search else "no-search"), layers="empty", settings=Settings(search=search)
    )
    lines = lines_of(resources(assembly), prices)
    total, most = sum(line.usd for line in lines), AT_MOST_USD[search]
    print(f"\nSearch {'on' if search else 'off'}: {total:.2f} a month (at most {most:.0f})")
    for row in table(lines):
        print(row)
    return 0 if total <= most else 1


def table(lines: Sequence[Line]) -> list[str]:
    return [
        f"  {line.usd:7.2f}  {line.what:<40} {_number(line.quantity):>12} × {_number(line.price.usd, 10)}"
        f" a {line.price.per}  {line.price.source}"
        for line in lines
    ]


def _number(value: float, places: int = 2) -> str:
    return f"{value:,.{places}f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    raise SystemExit(main())
