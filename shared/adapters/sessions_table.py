"""The table `sessions`: one item per family of refresh tokens."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.accounts.session import Session
from shared.adapters.dynamodb import find, model_of, was_written


class SessionsOfUser(GlobalSecondaryIndex["SessionItem"]):
    class Meta:
        index_name = "by_user"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)


class SessionItem(Model):
    session_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    credentials = NumberAttribute()
    secret_hash = UnicodeAttribute()
    previous_hash = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    rotated_at = NumberAttribute()
    expires_at = NumberAttribute()

    by_user = SessionsOfUser()


class SessionsTable:
    """Implements `shared.accounts.session.SessionsRepository`."""

    def __init__(self, table_name: str) -> None:
        self._sessions = model_of(SessionItem, table_name)

    def add(self, session: Session) -> None:
        self._sessions(**dict(session)).save(SessionItem.session_id.does_not_exist())

    def get(self, session_id: str) -> Session | None:
        item = find(self._sessions, session_id)
        return _read_session(item) if item else None

    def rotate(self, session: Session, rotated: Session) -> bool:
        item = self._sessions(session.session_id)
        actions = [
            SessionItem.secret_hash.set(rotated.secret_hash),
            SessionItem.previous_hash.set(session.secret_hash),
            SessionItem.rotated_at.set(rotated.rotated_at),
            SessionItem.expires_at.set(rotated.expires_at),
        ]
        unchanged = SessionItem.secret_hash == session.secret_hash
        return was_written(lambda: item.update(actions=actions, condition=unchanged))

    def end(self, session_id: str) -> None:
        self._sessions(session_id).delete()

    def of_user(self, user_id: str) -> list[Session]:
        return [_read_session(item) for item in self._sessions.by_user.query(user_id)]


def _read_session(item: SessionItem) -> Session:
    return Session(
        session_id=item.session_id,
        user_id=item.user_id,
        credentials=int(item.credentials),
        secret_hash=item.secret_hash,
        previous_hash=item.previous_hash,
        created_at=float(item.created_at),
        rotated_at=float(item.rotated_at),
        expires_at=int(item.expires_at),
    )
