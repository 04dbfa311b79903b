"""Lambda entry point, run every hour: finds changes at Stripe that no event delivered, applies and reports them."""

import time
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.billing.reconcile_subscriptions.reconcile import Reconciler
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count, logger

load_adapters(
    "attempts_table",
    "revenue_events_table",
    "secrets",
    "stripe_events_table",
    "stripe_payments",
    "subscriptions_table",
)


@logger.inject_lambda_context(clear_state=True)
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    reconciler = Reconciler(
        payments=wiring.billing.payments(),
        subscriptions=wiring.billing.subscriptions(),
        inbox=wiring.billing.inbox(),
        desk=wiring.billing.event_desk(),
        tell=lambda what, error: logger.error("not reconciled", extra={"what": what, "error": type(error).__name__}),
        clock=time.time,
    )
    found = asdict(reconciler.reconcile())
    logger.info("reconciled", extra=found)
    for what, number in found.items():
        if number:
            count("Reconciled", number, what=what)
    return found
