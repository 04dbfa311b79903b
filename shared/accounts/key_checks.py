"""Whether a key that somebody shows is the one that was minted.

bcrypt takes a tenth of a second, so a key that fitted once is remembered by a keyed digest for as long as the process
lives. Its item is read each time all the same: a key that was revoked, or has expired, is over at once, everywhere.
Wrong secrets of a known key are counted before bcrypt is asked, so that nobody's guesses cost more than five a minute.
"""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.accounts.api_key import ApiKey, ApiKeysRepository, is_live, is_use_news
from shared.accounts.key_text import KeyText
from shared.accounts.tries import WRONG_SECRETS, Counter, TooManyTries, Tries

MOST_REMEMBERED = 1_000
TURN_SECONDS = 2.0
"""A turn that was taken longer ago is no check any more that may yet succeed and give it back."""
PAUSE_SECONDS = 0.1
PAUSES = 10


@dataclass
class KeyChecks:
    """`fits` is bcrypt's check, `sleep` waits so many seconds. What is remembered is worth nothing outside this
    process: `pepper` is its own.
    """

    keys: ApiKeysRepository
    tries: Tries
    fits: Callable[[bytes, str], bool]
    sleep: Callable[[float], None] = time.sleep
    pepper: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    remembered: OrderedDict[str, bytes] = field(default_factory=OrderedDict[str, bytes], repr=False)

    def check(self, shown: KeyText, now: float) -> ApiKey | None:
        """The key's item, or None if there is no such key, or not any more. Raises TooManyTries."""
        key = self.keys.get(shown.key_id)
        if key is None or not is_live(key, now):
            self.remembered.pop(shown.key_id, None)
            return None
        if not self._is_right(shown, key, now):
            return None
        if is_use_news(key, now):
            self.keys.note_use(key, now)
        return key

    def _is_right(self, shown: KeyText, key: ApiKey, now: float) -> bool:
        digest = self._digest_key(shown, key)
        known = self.remembered.get(key.key_id)
        if known is not None and hmac.compare_digest(known, digest):
            self.remembered.move_to_end(key.key_id)
            return True
        counter = Counter(WRONG_SECRETS, key.key_id)
        token = secrets.token_hex(8)
        self._take_turn(token, counter, now)
        if not self.fits(shown.text.encode(), key.secret_hash):
            return False
        self.tries.give_back(token, counter)
        self._remember(key.key_id, digest)
        return True

    def _take_turn(self, token: str, counter: Counter, now: float) -> None:
        """Raises TooManyTries. Processes that meet a good key for the first time at once wait for each other."""
        for pause in range(PAUSES + 1):
            at = now + pause * PAUSE_SECONDS
            try:
                self.tries.take(token, at, counter)
            except TooManyTries as refused:
                if pause == PAUSES or at - refused.newest > TURN_SECONDS:
                    raise
                self.sleep(PAUSE_SECONDS)
            else:
                return

    def _digest_key(self, shown: KeyText, key: ApiKey) -> bytes:
        """Of the key and of the hash that it fitted."""
        return hmac.digest(self.pepper, f"{shown.text} {key.secret_hash}".encode(), hashlib.sha256)

    def _remember(self, key_id: str, digest: bytes) -> None:
        self.remembered[key_id] = digest
        self.remembered.move_to_end(key_id)
        while len(self.remembered) > MOST_REMEMBERED:
            self.remembered.popitem(last=False)
