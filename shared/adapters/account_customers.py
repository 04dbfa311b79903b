"""The Stripe customer of each account, stored in the account's own item."""

from shared.adapters.users_table import UsersTable


class AccountCustomers:
    """Implements `shared.billing.customers.Customers`."""

    def __init__(self, users: UsersTable) -> None:
        self._users = users

    def email_of(self, account_id: str) -> str | None:
        user = self._users.get(account_id)
        return user.email if user else None

    def customer_of(self, account_id: str) -> str | None:
        user = self._users.get(account_id)
        return user.stripe_customer_id if user else None

    def keep_customer(self, account_id: str, customer_id: str) -> str:
        """Store the customer, unless the account was erased meanwhile. Nobody is sent to the checkout of such an
        account.
        """
        return self._users.set_stripe_customer(account_id, customer_id) or customer_id
