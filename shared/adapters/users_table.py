"""The table `users`: one item per user, and one per address, which binds the address to its user."""

from collections.abc import Callable

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.accounts.hashes import hash_email
from shared.accounts.mail import Mail
from shared.accounts.user import Role, User
from shared.adapters.account_mails_table import AccountMailsTable
from shared.adapters.dynamodb import (
    CONDITION_FAILED,
    CONFLICT_ATTEMPTS,
    find,
    is_lost_race,
    model_of,
    pause,
    read_cancellation_codes,
    read_optional_number,
    start_transaction,
    was_written,
)

ADDRESS_PREFIX = "email#"
NOBODY = "nobody"


class UserItem(Model):
    user_id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    credentials = NumberAttribute()
    created_at = NumberAttribute()
    stripe_customer_id = UnicodeAttribute(null=True)
    erasing_at = NumberAttribute(null=True)


class AddressItem(Model):
    """The key is a hash of the address, so that no key contains an address."""

    user_id = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()


class UsersTable:
    """Implements `shared.accounts.user.UsersRepository`. `mails` is needed for methods that use up a mailed link."""

    def __init__(self, table_name: str, mails: AccountMailsTable | None = None) -> None:
        self._users = model_of(UserItem, table_name)
        self._addresses = model_of(AddressItem, table_name)
        self._mails = mails

    def get(self, user_id: str) -> User | None:
        item = None if user_id.startswith(ADDRESS_PREFIX) else find(self._users, user_id)
        return _read_user(item) if item else None

    def find_by_email(self, email: str) -> User | None:
        bound = find(self._addresses, _make_address_key(email))
        # Two reads in either case, so that the time taken does not reveal who has an account.
        return self.get(bound.owner if bound else NOBODY)

    def create(self, user: User, mail: Mail | None = None) -> bool:
        def write(writes: TransactWrite) -> None:
            values = {**dict(user), "role": user.role.value}
            writes.save(self._users(**values), condition=UserItem.user_id.does_not_exist())
            self._bind(user.email, user.user_id, writes)
            self._use_up(mail, writes)

        return _write_all(write)

    def set_password(self, user: User, password_hash: str, mail: Mail | None = None) -> bool:
        def write(writes: TransactWrite) -> None:
            changes: list[Action] = [
                UserItem.password_hash.set(password_hash),
                UserItem.credentials.set(user.credentials + 1),
            ]
            writes.update(self._users(user.user_id), actions=changes, condition=_is_as_read(user))
            self._use_up(mail, writes)

        return _write_all(write)

    def set_email(self, user: User, email: str, mail: Mail) -> bool:
        def write(writes: TransactWrite) -> None:
            changes: list[Action] = [UserItem.email.set(email)]
            writes.update(self._users(user.user_id), actions=changes, condition=_is_as_read(user))
            self._bind(email, user.user_id, writes)
            writes.delete(self._addresses(_make_address_key(user.email)))
            self._use_up(mail, writes)

        return _write_all(write)

    def set_role(self, user: User, role: Role) -> bool:
        item = self._users(user.user_id)
        changes = [UserItem.role.set(role.value), UserItem.credentials.set(user.credentials + 1)]
        return was_written(lambda: item.update(actions=changes, condition=_is_as_read(user)))

    def set_stripe_customer(self, user_id: str, customer_id: str) -> str | None:
        item = self._users(user_id)
        absent = UserItem.user_id.exists() & UserItem.stripe_customer_id.does_not_exist()
        changes = [UserItem.stripe_customer_id.set(customer_id)]
        if was_written(lambda: item.update(actions=changes, condition=absent)):
            return customer_id
        user = self.get(user_id)
        return user.stripe_customer_id if user else None

    def begin_erasure(self, user_id: str, now: float) -> bool:
        item = self._users(user_id)
        # The first time is kept: a second request asks for the same.
        changes = [UserItem.erasing_at.set(UserItem.erasing_at | now)]
        return was_written(lambda: item.update(actions=changes, condition=UserItem.user_id.exists()))

    def erase(self, user: User) -> None:
        ours = AddressItem.owner == user.user_id
        address = self._addresses(_make_address_key(user.email))
        was_written(lambda: address.delete(condition=ours))
        self._users(user.user_id).delete()

    def _bind(self, email: str, user_id: str, writes: TransactWrite) -> None:
        bound = self._addresses(_make_address_key(email), owner=user_id)
        writes.save(bound, condition=AddressItem.user_id.does_not_exist())

    def _use_up(self, mail: Mail | None, writes: TransactWrite) -> None:
        if mail is not None:
            assert self._mails is not None, "made for changes that no mail asks for"
            self._mails.use_up(mail, writes)


def _make_address_key(email: str) -> str:
    return ADDRESS_PREFIX + hash_email(email)


def _is_as_read(user: User) -> Condition:
    return (
        (UserItem.credentials == user.credentials)
        & (UserItem.email == user.email)
        & UserItem.erasing_at.does_not_exist()
    )


def _write_all(write: Callable[[TransactWrite], None]) -> bool:
    """False if a condition did not hold. A transaction that only conflicted with another one is repeated."""
    for attempt in range(CONFLICT_ATTEMPTS):
        try:
            with start_transaction() as writes:
                write(writes)
        except TransactWriteError as error:
            if CONDITION_FAILED in read_cancellation_codes(error):
                return False
            if not is_lost_race(error) or attempt == CONFLICT_ATTEMPTS - 1:
                raise
            pause(attempt)
        else:
            return True
    raise AssertionError("every attempt returns or raises")


def _read_user(item: UserItem) -> User:
    return User(
        user_id=item.user_id,
        email=item.email,
        password_hash=item.password_hash,
        role=Role(item.role),
        credentials=int(item.credentials),
        created_at=float(item.created_at),
        stripe_customer_id=item.stripe_customer_id,
        erasing_at=read_optional_number(item.erasing_at),
    )
