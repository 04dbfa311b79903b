"""The pages' addresses: paying, telling the bank, leaving, and the portal. Their ids are all the key there is."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.standins.stripe import checkout, pages, portal
from local.standins.stripe.cards import means_of
from local.standins.stripe.customers import attach
from local.standins.stripe.errors import StripeError
from local.standins.stripe.invoices import list_invoices, pay_invoice
from local.standins.stripe.subscriptions import update_subscription
from local.standins.stripe.world import Thing, World

LARGEST_FORM = 4_096

Page = Callable[[Request], Awaitable[Response]]


class HostedPages:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("/c/pay/{id}", self.show, methods=["GET"]),
            Route("/c/pay/{id}", self.pay, methods=["POST"]),
            Route("/c/pay/{id}/confirm", self.confirm, methods=["POST"]),
            Route("/c/pay/{id}/leave", self.leave, methods=["POST"]),
            Route("/p/session/{id}", self.portal, methods=["GET", "POST"]),
        ]

    async def show(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return _gone()
        return self._payment_page(session) if session["status"] == "open" else _html(pages.over_page(session))

    async def pay(self, request: Request) -> Response:
        form = await _form(request)
        return self._paid(request, form.get("number", ""), None)

    async def confirm(self, request: Request) -> Response:
        session = self._session(request)
        number = session["_secure"] if session is not None else None
        return self._paid(request, number or "", (await _form(request)).get("confirmed") == "yes")

    async def leave(self, request: Request) -> Response:
        session = self._session(request)
        if session is None or not session["cancel_url"]:
            return _gone()
        return RedirectResponse(session["cancel_url"], 303, pages.HEADERS)

    async def portal(self, request: Request) -> Response:
        session = self._world.objects.get(request.path_params["id"])
        if session is None or session["object"] != "billing_portal.session":
            return _gone()
        told = self._done(session, await _form(request)) if request.method == "POST" else ""
        self._world.save()
        unpaid = list_invoices(self._world, {"customer": session["customer"], "status": "open"})
        return _html(pages.portal_page(session, portal.subscriptions_of(self._world, session), unpaid, told))

    def _paid(self, request: Request, number: str, confirmed: bool | None) -> Response:
        """The customer is led back at once; the events are on their way by then."""
        session = self._session(request)
        if session is None:
            return _gone()
        try:
            checkout.pay(self._world, session, number, confirmed=confirmed)
        except checkout.NeedsPerson:
            return _html(pages.bank_page(session))
        except StripeError as error:
            over = session["status"] != "open"
            return _html(pages.over_page(session), 410) if over else self._payment_page(session, error.message, 402)
        finally:
            self._world.save()
        return RedirectResponse(checkout.success_address(session), 303, pages.HEADERS)

    def _done(self, session: Thing, form: dict[str, str]) -> str:
        """What went wrong, for the customer to read."""
        customer = self._world.find("customer", session["customer"])
        try:
            match form.get("do"):
                case "card":
                    attach(self._world, customer, means_of(form.get("number", "")))
                case "pay" if self._is_theirs("invoice", form.get("invoice"), session):
                    pay_invoice(self._world, {}, form["invoice"])
                case "cancel" | "resume" if self._is_theirs("subscription", form.get("subscription"), session):
                    wanted = "true" if form["do"] == "cancel" else "false"
                    update_subscription(self._world, {"cancel_at_period_end": wanted}, form["subscription"])
                case _:
                    return "That is not possible here."
        except StripeError as error:
            return error.message
        return ""

    def _is_theirs(self, kind: str, object_id: str | None, session: Thing) -> bool:
        thing = self._world.objects.get(object_id or "", {})
        return thing.get("object") == kind and thing.get("customer") == session["customer"]

    def _session(self, request: Request) -> Thing | None:
        thing = self._world.objects.get(request.path_params["id"])
        return thing if thing is not None and thing["object"] == "checkout.session" else None

    def _payment_page(self, session: Thing, wrong: str = "", status: int = 200) -> Response:
        price = self._world.find("price", session["_price"])
        product = self._world.find("product", price["product"])
        return _html(pages.payment_page(session, price, product, wrong), status)


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body())[:LARGEST_FORM].decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, pages.HEADERS)


def _gone() -> Response:
    return HTMLResponse("<!doctype html><title>Not found</title><h1>There is no such page</h1>", 404, pages.HEADERS)
