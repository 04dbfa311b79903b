"""The Stripe customer of each account."""

from typing import Protocol

from shared.billing.payments import Payments


class Customers(Protocol):
    def email_of(self, account_id: str) -> str | None:
        """The account's address. None if unknown; then Stripe's page asks for one."""
        ...

    def customer_of(self, account_id: str) -> str | None: ...

    def keep_customer(self, account_id: str, customer_id: str) -> str:
        """Store the customer unless one is stored already. Returns the stored one."""
        ...


def customer_for(account_id: str, customers: Customers, payments: Payments) -> str:
    """The account's customer, which is created at Stripe if there is none."""
    known = customers.customer_of(account_id)
    if known is not None:
        return known
    made = payments.customer(account_id, customers.email_of(account_id))
    return customers.keep_customer(account_id, made)
