"""The money of the samples: a live subscription, one whose page was paid a moment ago, and a duplicate of that."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3

from local.standins.stripe import checkout
from local.standins.stripe.cards import DECLINE, SUCCESS
from local.standins.stripe.errors import StripeError
from local.standins.stripe.world import World, shown
from shared.adapters.stripe_events_table import StripeEventsTable
from shared.adapters.subscriptions_table import SubscriptionsTable
from shared.adapters.users_table import UsersTable
from shared.billing.following import Following
from shared.billing.inbox import StripeEvent, read_event
from shared.billing.money import RecurringPrice
from shared.billing.payments import NewCheckout
from shared.billing.plan import Plan
from shared.billing.subscription import Checkout, Subscription, change_row
from shared.values import Json
from tests.fakes.stripe_service import KEY, stripe_payments
from tests.integration.sample_account import LEAVING_USER, USER

SIGNING_SECRET = "whsec_sample"
ACTIVE, PENDING, DUPLICATE = "mamsub_active", "mamsub_pending", "mamsub_duplicate"
LEAVING, LEAVING_UNPAID = "mamsub_leaving", "mamsub_unpaid"
VALUES = {"get_subscription.id": PENDING, "open_portal.id": ACTIVE, "cancel_subscription.id": ACTIVE}
"""What endpoints are asked with in the sample events."""
TABLES = {"mam-subscriptions": "subscription_id", "mam-stripe-events": "event_id", "mam-revenue-events": "entry_id"}


def place_secrets() -> None:
    for name, value in (("mam/stripe", {"api_key": KEY}), ("mam/stripewebhook", {"current": SIGNING_SECRET})):
        boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))


def renew_money(world: World) -> None:
    """As if nobody had asked for anything yet."""
    for table, key in TABLES.items():
        client: Any = boto3.client("dynamodb")
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={key: item[key]})
    world.objects.clear()
    world.outbox.clear()
    world.keys.clear()
    table = SubscriptionsTable("mam-subscriptions")
    payments, _ = stripe_payments(world)
    customer = payments.customer(USER, "ann@example.test")
    for name, slug in ((ACTIVE, "sample-active"), (PENDING, "sample-pending"), (DUPLICATE, "sample-pending")):
        _open(name, slug, customer, world)
    leaving = payments.customer(LEAVING_USER, "leaving@example.test")
    UsersTable("mam-users").set_stripe_customer(LEAVING_USER, leaving)
    for name in (LEAVING, LEAVING_UNPAID):
        _open(name, f"sample-{name}", leaving, world, account=LEAVING_USER, paid=name == LEAVING)
    left = table.get(LEAVING)
    assert left is not None
    assert left.checkout is not None
    Following(payments, table).follow_checkout(left.checkout.session_id, LEAVING)
    active = table.get(ACTIVE)
    assert active is not None
    assert active.checkout is not None
    # Its payment has come in a moment ago, as bank debits do: whoever asks Stripe first learns of it.
    begun = {"stripe_id": world.objects[active.checkout.session_id]["subscription"], "customer_id": customer}
    change_row(table, active, lambda now: now.model_copy(update=begun))


def _open(name: str, slug: str, customer: str, world: World, *, account: str = USER, paid: bool = True) -> None:
    payments, table = stripe_payments(world)[0], SubscriptionsTable("mam-subscriptions")
    plan = Plan(slug=slug, name="Sample", price=RecurringPrice(amount_cents=1_900, currency="USD"))
    row = Subscription(
        subscription_id=name, account_id=account, plan=plan, created_at=int(time.time()) - 60, customer_id=customer
    )
    assert table.open(row, table.place(account, slug))
    seen = payments.open_checkout(
        NewCheckout(
            subscription_id=name,
            customer_id=customer,
            price_id=payments.price(plan),
            success_url="https://mam.test",
            cancel_url="https://mam.test",
        )
    )
    page = Checkout(session_id=seen.session_id, url=seen.url or "", expires_at=seen.expires_at)
    opened = table.get(name)
    assert opened is not None
    change_row(table, opened, lambda now: now.model_copy(update={"checkout": page}))
    if not paid:
        return
    session = world.objects[seen.session_id]
    try:
        checkout.pay(world, session, DECLINE)
    except StripeError:
        checkout.pay(world, session, SUCCESS)


def events_kept(world: World) -> Iterator[str]:
    """Ids of all that has happened at Stripe, each in the inbox."""
    inbox = StripeEventsTable("mam-stripe-events")
    for event_id in list(world.outbox):
        body = json.dumps(shown(world.objects[event_id])).encode()
        inbox.keep(read_event(body, time.time()))
        yield event_id


def keep_old_event() -> None:
    """One that nobody has processed for an hour."""
    old = StripeEvent(event_id="evt_old", type="nobody.knows", created=1, received_at=int(time.time()) - 3_600)
    StripeEventsTable("mam-stripe-events").keep(old)


def event_record(event_id: str) -> Json:
    """As the stream of the table tells of it."""
    return {
        "Records": [
            {
                "eventID": "sample-event",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/mam-stripe-events/stream/sample",
                "dynamodb": {
                    "Keys": {"event_id": {"S": event_id}},
                    "SequenceNumber": "1",
                    "SizeBytes": 1,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
        ]
    }
