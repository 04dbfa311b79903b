"""What customers see at Stripe: the payment page, the bank's question (3-D Secure), and the billing portal.

Names of products were written by a model: everything is escaped, and a policy forbids all scripts.
"""

from html import escape

from local.standins.stripe.cards import DEBIT, DECLINE, FAILING_DEBIT, SECURE, SUCCESS
from local.standins.stripe.world import Thing

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
STYLE = (
    "body{font:16px system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1a1f36}"
    "input,button{font:inherit;padding:.6rem;width:100%;box-sizing:border-box;margin:.3rem 0}"
    "button{background:#1a1f36;color:#fff;border:0;border-radius:6px}.quiet{background:#eef;color:#1a1f36}"
    ".wrong{color:#b00020}small{color:#556}"
)
HINTS = (
    (SUCCESS, "is paid"),
    (DECLINE, "is declined"),
    (SECURE, "asks the bank first (3-D Secure)"),
    (DEBIT, "a debit that comes in after days"),
    (FAILING_DEBIT, "a debit that fails after days"),
)


def payment_page(session: Thing, price: Thing, product: Thing, wrong: str = "") -> str:
    hints = "".join(f"<li><code>{number}</code> {what}</li>" for number, what in HINTS)
    return _page(
        f"Pay for {product['name']}",
        f"<p>{_amount(price)} a {escape(price['recurring']['interval'])}"
        f"<br><small>{escape(product.get('description') or '')}</small></p>"
        f"{_problem(wrong)}"
        f'<form method="post" action="/c/pay/{session["id"]}">'
        '<label>Card number or IBAN<input name="number" autocomplete="off" required></label>'
        "<button>Subscribe</button></form>"
        f'<form method="post" action="/c/pay/{session["id"]}/leave"><button class="quiet">Back</button></form>'
        f"<p><small>A stand-in for Stripe: no money moves. Numbers that work:</small></p><ul>{hints}</ul>",
    )


def bank_page(session: Thing) -> str:
    action = f"/c/pay/{session['id']}/confirm"
    return _page(
        "Your bank asks: is it you?",
        f'<form method="post" action="{action}"><button name="confirmed" value="yes">Yes, complete</button>'
        '<button class="quiet" name="confirmed" value="no">No, fail</button></form>',
    )


def over_page(session: Thing) -> str:
    back = session["cancel_url"] or "/"
    return _page(
        "This checkout is over",
        f'<p>It was paid, or it has expired.</p><p><a href="{escape(back)}">Back</a></p>',
    )


def portal_page(session: Thing, subscriptions: list[Thing], open_invoices: list[Thing], told: str = "") -> str:
    rows = "".join(_row(session, one) for one in subscriptions) or "<li>No subscription.</li>"
    unpaid = "".join(
        f'<form method="post" action="/p/session/{session["id"]}"><input type="hidden" name="invoice" '
        f'value="{invoice["id"]}"><button name="do" value="pay">Pay {escape(invoice["number"])}</button></form>'
        for invoice in open_invoices
    )
    return _page(
        "Your subscriptions",
        f"{_problem(told)}<ul>{rows}</ul>{unpaid}"
        f'<form method="post" action="/p/session/{session["id"]}"><label>New card<input name="number"></label>'
        '<button name="do" value="card">Use this card</button></form>'
        f'<p><a href="{escape(session["return_url"] or "/")}">Back</a></p>',
    )


def _row(session: Thing, subscription: Thing) -> str:
    ends = subscription["cancel_at_period_end"]
    button = ("resume", "Keep it") if ends else ("cancel", "Cancel at the end of the period")
    form = (
        f'<form method="post" action="/p/session/{session["id"]}"><input type="hidden" name="subscription" '
        f'value="{subscription["id"]}"><button class="quiet" name="do" value="{button[0]}">{button[1]}</button></form>'
    )
    return f"<li>{subscription['id']}: {escape(subscription['status'])}{', ends with its period' if ends else ''}{form}"


def _problem(text: str) -> str:
    return f'<p class="wrong" role="alert">{escape(text)}</p>' if text else ""


def _amount(price: Thing) -> str:
    return f"{price['unit_amount'] / 100:.2f} {escape(price['currency'].upper())}"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
