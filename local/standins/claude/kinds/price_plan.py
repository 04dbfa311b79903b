"""Working out prices from costs, hours and margin."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, integer, number, records, string, strings
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.shared_fields import PROBLEMS, SAYS_THE_RESULT
from local.standins.claude.kinds.shelves import shelf

Json = Any


def price_shape(brief: Brief) -> Shape:
    service = brief.weight(
        {"service": 2, "client": 2, "hour": 2, "freelanc": 3, "consult": 3, "design": 2}
    ) > brief.weight({"product": 2, "store!": 2, "ship": 2, "inventory": 2, "shop": 2})
    noun = "service" if service else "product"
    first, second = ("Website, small", "Monthly care") if service else ("Cotton bag", "Candle, large")
    rows = [
        {
            "name": first,
            "cost": 120 if service else 3.2,
            "hours": 14 if service else 0.2,
            "units_per_month": 2 if service else 60,
            "market_price": 900 if service else 12,
        },
        {
            "name": second,
            "cost": 5 if service else 4.75,
            "hours": 1.5 if service else 0.25,
            "units_per_month": 10 if service else 35,
            "market_price": 80 if service else 18,
        },
    ]
    return Shape(
        name="Price Planner",
        tagline=f"Works out what each {noun} really costs, what to charge and when the month pays for itself",
        does=f"Takes your {noun}s with their costs and hours, adds your own time and payment fees, proposes prices for the margin you want, compares "
        "them with the market, and tells how many sales a month cover the fixed costs. It also lists costs that are often forgotten.",
        category=shelf(brief, "sales"),
        tags=("pricing", noun, *brief.keywords[:2]),
        input_fields=(
            records(
                "items",
                f"The {noun}s to price",
                minimum=1,
                maximum=100,
                parts=(
                    string("name", "What it is", minimum=1, maximum=120),
                    number("cost", "Material and bought-in cost of one", minimum=0, maximum=10_000_000),
                    number("hours", "Your own hours for one", required=False, minimum=0, maximum=10_000),
                    integer(
                        "units_per_month",
                        "How many you expect to sell a month",
                        required=False,
                        minimum=0,
                        maximum=1_000_000,
                    ),
                    number("market_price", "What others charge", required=False, minimum=0, maximum=10_000_000),
                ),
            ),
            number(
                "target_margin_percent",
                "Margin you want, in percent of the price, after costs and payment fees",
                minimum=0,
                maximum=95,
            ),
            number("hourly_rate", "What an hour of yours is worth", required=False, minimum=0, maximum=10_000),
            number(
                "fixed_costs_per_month",
                "Rent, tools and other costs of a month",
                required=False,
                minimum=0,
                maximum=100_000_000,
            ),
        ),
        output_fields=(
            string("summary", "The result in a few words", maximum=500),
            records(
                "prices",
                "The proposed prices",
                parts=(
                    string("name", "What it is"),
                    number("unit_cost", "Full cost of one", minimum=0),
                    number("price", "What to charge", minimum=0),
                    number(
                        "margin_percent", "What remains of the price after its cost and 3% payment fees, in percent"
                    ),
                    number("gap_to_market", "Difference from the market price"),
                    string("advice", "What to do about it"),
                ),
            ),
            number("monthly_profit", "Expected profit of a month, after payment fees and fixed costs"),
            count("break_even_units", "Sales a month that cover the fixed costs; 0 if unknown"),
            strings("warnings", "What does not add up"),
            strings("forgotten_costs", "Costs to check that no entry names"),
            PROBLEMS,
        ),
        effects=(),
        examples=(
            example(
                "two at a healthy margin",
                items=rows,
                target_margin_percent=40,
                hourly_rate=30,
                fixed_costs_per_month=600,
            ),
            example("without own hours", items=[rows[0]], target_margin_percent=25),
            example(
                "costs above the market",
                items=[{**rows[1], "market_price": 1}],
                target_margin_percent=10,
                hourly_rate=45,
                fixed_costs_per_month=1500,
            ),
            example("nothing but material", items=[{"name": "Sample", "cost": 0.4}], target_margin_percent=60),
            example(
                "high margin, many sales",
                items=[{**row, "units_per_month": 400} for row in rows],
                target_margin_percent=80,
                fixed_costs_per_month=9000,
            ),
        ),
        acceptance=(
            check("/prices", "same_length_as_input", "every entry gets a price", "/items"),
            check("/prices/0/price", "min", "a price is not negative", 0),
            check("/break_even_units", "min", "a count is never negative", 0),
            SAYS_THE_RESULT,
        ),
    )


def price_parameters(brief: Brief) -> dict[str, Json]:
    service = "service" in price_shape(brief).tags
    usual = ("travel", "revisions", "unpaid calls") if service else ("packaging", "returns", "shipping")
    return {"SUBJECT": "service" if service else "product", "OVERLOOKED": (*usual, "taxes"), "FEE_PERCENT": 3.0}


KIND = Kind(
    name="price_plan",
    template="data_processing",
    marker="break_even_units",
    signals=signals(
        """
        price:3 prices:1 pricing:4 charge:3.5 margin:3 quote!:2 estimates:4 estimate!:3 hourly:3 rate!:1.5
        discount:3 wholesale:2 etsy:2.5 how_much:1.5 to_charge:2 cost!:1.5 costs:1.5 markup:3 worth:1
        profitable:2 shipping:1.2 option_to_ship:1 subscription:1.5
        """
    ),
    uses=(
        "When you set a price and want to cover your costs and hours",
        "When you need to know how many sales pay for a month",
    ),
    shape=price_shape,
    parameters=price_parameters,
)
