"""Money: checkouts and subscriptions, Stripe's events and what they lead to."""

from datetime import timedelta
from functools import partial

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import ONE_VCPU_MB, Config
from infra_cdk.constructs.endpoint import GET, POST, Api, Endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.reaction import NEW_ITEM, react_to_changes
from infra_cdk.constructs.schedule import Every
from infra_cdk.stacks.data import DataStack

# An event is kept in its own table, too: what cannot be processed holds up the others for no longer than this.
EVENT_AGE = timedelta(hours=1)


class BillingStack(Stack):
    """The functions of `functions/billing`."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, data: DataStack, api: Api) -> None:
        super().__init__(scope, construct_id, description="MAM: subscriptions and payments")
        self._data = data
        endpoint = partial(Endpoint, self, api=api, config=config)

        start_checkout = endpoint(
            "billing/start_checkout",
            POST,
            "/agents/{slug}/checkout",
            uses=["accounts", "stripe"],
            throttle=config.checkout_throttle,
        )
        data.agents.allow(start_checkout, "GetItem")
        data.meters.allow(start_checkout, "GetItem", "UpdateItem")
        data.subscriptions.allow(start_checkout, "GetItem", "PutItem", "UpdateItem")

        list_subscriptions = endpoint("billing/list_subscriptions", GET, "/subscriptions", uses=["accounts"])
        data.subscriptions.allow(list_subscriptions, "Query", index="by_account")

        get_subscription = endpoint("billing/get_subscription", GET, "/subscriptions/{id}", uses=["accounts", "stripe"])
        data.subscriptions.allow(get_subscription, "GetItem", "PutItem", "UpdateItem")

        open_portal = endpoint("billing/open_portal", POST, "/subscriptions/{id}/portal", uses=["accounts", "stripe"])
        data.subscriptions.allow(open_portal, "GetItem")

        cancel_subscription = endpoint(
            "billing/cancel_subscription", POST, "/subscriptions/{id}/cancel", uses=["accounts", "stripe"]
        )
        data.subscriptions.allow(cancel_subscription, "GetItem", "PutItem", "UpdateItem")

        for for_people in (start_checkout, list_subscriptions, get_subscription, open_portal, cancel_subscription):
            data.allow_people(for_people)
        data.users.allow(start_checkout, "GetItem", "UpdateItem")
        start_checkout.add_environment("STRIPE_TAX", "on" if config.settings.tax else "off")
        for leads_back in (start_checkout, open_portal):
            leads_back.add_environment("SITE_URL", config.settings.site_url)

        receive_event = endpoint("billing/receive_event", POST, "/stripe", root="/webhooks")
        data.stripe_webhook.allow(receive_event)
        data.stripe_events.allow(receive_event, "PutItem")

        offer_letters = DeadLetters(self, "offer-agent", config=config)
        offer_agent = FolderFunction(
            self, "billing/offer_agent", config=config, uses=["stripe"], timeout=timedelta(minutes=5)
        )
        data.subscriptions.allow(offer_agent, "GetItem", "PutItem")
        react_to_changes(offer_agent, data.agents, offer_letters)

        event_letters = DeadLetters(self, "apply-event", config=config)
        apply_event = FolderFunction(
            self,
            "billing/apply_event",
            config=config,
            uses=["stripe"],
            memory=ONE_VCPU_MB,
            timeout=timedelta(minutes=5),
        )
        self._allow_settling(apply_event)
        react_to_changes(apply_event, data.stripe_events, event_letters, of=NEW_ITEM, age=EVENT_AGE)

        reconcile_letters = DeadLetters(self, "reconcile-subscriptions", config=config)
        reconcile = FolderFunction(
            self,
            "billing/reconcile_subscriptions",
            config=config,
            uses=["stripe"],
            memory=ONE_VCPU_MB,
            timeout=timedelta(minutes=15),
            dead_letters=reconcile_letters,
        )
        self._allow_settling(reconcile)
        data.stripe_events.allow(reconcile, "PutItem")
        data.stripe_events.allow(reconcile, "Query", index="by_waiting")
        Every(
            self,
            "reconcile-subscriptions",
            config=config,
            span=config.reconcile_every,
            starts=reconcile,
            dead_letters=reconcile_letters,
            from_the_start=True,
        )

        for asks_stripe in (
            start_checkout,
            get_subscription,
            open_portal,
            cancel_subscription,
            offer_agent,
            apply_event,
            reconcile,
        ):
            data.stripe.allow(asks_stripe)
        self.dead_letters = [offer_letters, event_letters, reconcile_letters]

    def _allow_settling(self, function: FolderFunction) -> None:
        """Whatever an event may lead to."""
        data = self._data
        data.stripe_events.allow(function, "GetItem", "UpdateItem")
        data.subscriptions.allow(function, "GetItem", "PutItem", "UpdateItem")
        data.revenue_events.allow(function, "PutItem")
        data.meters.allow(function, "GetItem", "UpdateItem")
