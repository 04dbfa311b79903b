"""Reading payments: months, categories, how long the money lasts."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, integer, number, records, string, text
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import PROBLEMS, SAYS_THE_RESULT
from local.standins.claude.kinds.shelves import shelf

Json = Any

CASH_ROWS = (
    "date,description,amount\n2026-01-03,Invoice 1042 payment from Harbour Cafe,1850.00\n2026-01-05,Rent January,-900\n"
    "2026-01-09,Adwords campaign,-240.50\n2026-01-20,Payroll,-1400\n2026-02-02,Payment from Delgado Design,2100\n2026-02-05,Rent February,-900\n"
    "2026-02-11,Bank fee,-18\n2026-02-20,Payroll,-1400",
    "Day;Text;Value\n2026-03-01;Stripe deposit;3200,00\n2026-03-02;Supplier flour;-410,20\n2026-03-02;Supplier flour;-410,20\n2026-03-28;Insurance;-95",
    "date,memo,amount\n1/15/2026,Consulting sale,$4500.00\n1/16/2026,Laptop,-$2300.00\n1/17/2026,Coffee,-$4.50\n1/18/2026,Parking,-$6\n1/19/2026,"
    "Lunch,-$11\n1/20/2026,Domain,-$12",
    "date,description,amount\n2026-04-01,Opening order,not known\n2026-04-02,Packaging,-120\n2026-04-03,Online sale,75",
    "date\tpayee\tamount\n2025-12-01\tPayroll\t-5200\n2025-12-15\tSoftware subscription\t-99\n2026-01-02\tPayroll\t-5200\n2026-01-10\tDeposit\t3900",
)


def cash_shape(brief: Brief) -> Shape:
    return Shape(
        name="Cash Flow Reader",
        tagline="Shows where the money goes each month, how long it lasts, and which payments look wrong",
        does="Takes the payments you paste from your bank or books, adds them up by month and category, works out how many months the balance "
        "lasts, and points at double payments, outliers and small costs that pile up. Rows that cannot be read are listed, not dropped.",
        category=shelf(brief, "finance"),
        tags=("cash-flow", *brief.keywords[:3]),
        input_fields=(
            text(
                "transactions",
                "Payments as a table with date, description and amount (CSV, tabs or semicolons)",
                minimum=10,
            ),
            number("opening_balance", "Money in the account before the first payment", required=False),
            string(
                "currency",
                "Currency of the amounts",
                required=False,
                choices=("USD", "EUR", "GBP", "CAD", "AUD"),
            ),
        ),
        output_fields=(
            string("summary", "The result in a few words", maximum=500),
            count("payments_read", "Payments that could be read"),
            number("income", "Everything that came in"),
            number("spending", "Everything that went out"),
            number("net", "Income less spending"),
            records(
                "months",
                "Month by month",
                parts=(
                    string("month", "Year and month"),
                    number("income", "Money in"),
                    number("spending", "Money out"),
                    number("net", "Difference"),
                    number("balance", "Balance at its end"),
                ),
            ),
            records(
                "spending_by_category",
                "Where the money went, largest first",
                parts=(
                    string("category", "The category"),
                    number("total", "Money out"),
                    number("share_percent", "Share of all spending"),
                ),
            ),
            number(
                "runway_months",
                "Months the balance lasts at this pace; 999 when there is no loss",
                minimum=0,
                maximum=999,
            ),
            records(
                "unusual",
                "Payments to look at",
                parts=(
                    integer("line", "Row of the table", minimum=1),
                    string("description", "What it says"),
                    number("amount", "Amount"),
                    string("why", "What is odd about it"),
                ),
            ),
            PROBLEMS,
        ),
        effects=(),
        examples=(
            example("two months of a studio", transactions=CASH_ROWS[0], opening_balance=2500, currency="USD"),
            example("a bakery's March, semicolons", transactions=CASH_ROWS[1], currency="EUR"),
            example("one large payment", transactions=CASH_ROWS[2], opening_balance=100),
            example("an amount that is no number", transactions=CASH_ROWS[3], opening_balance=0, currency="GBP"),
            example("a loss over the new year", transactions=CASH_ROWS[4], opening_balance=20000),
        ),
        acceptance=(
            SAYS_THE_RESULT,
            check("/payments_read", "min", "readable payments are read", 1),
            check("/spending", "min", "spending is counted as a positive sum", 0),
            check("/months", "not_empty", "payments are grouped by month"),
        ),
    )


def cash_parameters(brief: Brief) -> dict[str, Json]:
    watched = [
        word
        for word in brief.keywords
        if word in {"fees", "taxes", "shipping", "hosting", "insurance", "software", "advertising", "rent"}
    ]
    return {
        "WATCHED": tuple(dict.fromkeys([*stems(*watched), "fee", "subscription"])),
    }


KIND = Kind(
    name="cash_flow",
    template="data_processing",
    marker="runway_months",
    signals=signals(
        """
        cash:3 accounting:3 bookkeep:4 book_keeping:4 expens:3 financ:2 bank:2.5 checking:2.5 debt:3 saving:2
        profit:1.5 revenue:1.5 loan:2 quickbooks:4 spend:1.5 money:1.2 afford:2 capital:1.5 salary:2 metrics:2
        pay_yourself:4 pay_myself:4 self_funding:3 numbers:1.5 burn_rate:3
        """
    ),
    uses=(
        "When a month is over and you want to see where the money went",
        "When you need to know how many months the balance lasts",
    ),
    shape=cash_shape,
    parameters=cash_parameters,
)
