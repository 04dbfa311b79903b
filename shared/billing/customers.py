"""Which of Stripe's customers an account is."""

from typing import Protocol

from shared.billing.payments import Payments


class Customers(Protocol):
    def email_of(self, account_id: str) -> str | None:
        """None if it is not known: Stripe's page asks for one then."""
        ...

    def customer_of(self, account_id: str) -> str | None: ...

    def keep_customer(self, account_id: str, customer_id: str) -> str:
        """Conditional: the one that stands from now on, which is another if somebody else was faster."""
        ...


def customer_for(account_id: str, customers: Customers, payments: Payments) -> str:
    """The account's customer, made at Stripe if there is none."""
    known = customers.customer_of(account_id)
    if known is not None:
        return known
    made = payments.customer(account_id, customers.email_of(account_id))
    return customers.keep_customer(account_id, made)
