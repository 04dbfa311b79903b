"""What only this installation's own programs may do: turn the clock, refund, dispute, look at what moved.

`python -m local standin stripe …` asks here; at the real Stripe these are the dashboard, the bank and the test clock.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.stripe.cards import means_of
from local.standins.stripe.clock import pass_time
from local.standins.stripe.customers import attach
from local.standins.stripe.errors import StripeError
from local.standins.stripe.invoices import list_invoices, payment_of
from local.standins.stripe.refunds import charge_of_intent, close_dispute, create_refund, open_dispute
from local.standins.stripe.world import Thing, World, shown

YEAR = 366 * 86_400


class Advance(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=2 * YEAR)]


class Order(BaseModel):
    """About the latest paid invoice of a subscription, which is Stripe's id."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["refund", "dispute", "win", "lose", "card"]
    subscription: str
    amount: Annotated[int, Field(gt=0)] | None = None
    number: str | None = None


class Controls:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("/_standin/clock", self.advance, methods=["POST"]),
            Route("/_standin/orders", self.order, methods=["POST"]),
            Route("/_standin/money", self.money, methods=["GET"]),
            Route("/_standin/subscriptions", self.subscriptions, methods=["GET"]),
        ]

    async def advance(self, request: Request) -> Response:
        try:
            asked = Advance.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        pass_time(self._world, asked.seconds)
        self._world.save()
        return JSONResponse({"now": self._world.now})

    async def order(self, request: Request) -> Response:
        try:
            asked = Order.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        try:
            done = self._carry_out(asked)
        except StripeError as error:
            return JSONResponse(error.body, error.status)
        self._world.save()
        return JSONResponse(shown(done))

    async def money(self, _request: Request) -> Response:
        return JSONResponse(self._world.money)

    async def subscriptions(self, _request: Request) -> Response:
        return JSONResponse([shown(one) for one in self._world.every("subscription")])

    def _carry_out(self, asked: Order) -> Thing:
        subscription = self._world.find("subscription", asked.subscription)
        if asked.do == "card":
            customer = self._world.find("customer", subscription["customer"])
            attach(self._world, customer, means_of(asked.number or ""))
            return customer
        charge = self._charge(subscription)
        if asked.do == "refund":
            amount = {"amount": str(asked.amount)} if asked.amount else {}
            return create_refund(self._world, {"charge": charge["id"], **amount})
        if asked.do == "dispute":
            return open_dispute(self._world, charge)
        dispute = next((one for one in self._world.every("dispute") if one["charge"] == charge["id"]), None)
        if dispute is None:
            raise StripeError(404, "There is no dispute about its latest payment.")
        return close_dispute(self._world, dispute, "won" if asked.do == "win" else "lost")

    def _charge(self, subscription: Thing) -> Thing:
        paid = list_invoices(self._world, {"subscription": subscription["id"], "status": "paid"})
        if not paid:
            raise StripeError(404, "Nothing was paid for it yet.")
        return charge_of_intent(self._world, payment_of(self._world, paid[-1])[1]["id"])


def _refused(error: ValidationError) -> Response:
    return JSONResponse({"error": error.errors(include_url=False, include_context=False)}, status_code=422)
