"""Whether a presented key is the one that was minted.

bcrypt takes a tenth of a second, so the process remembers each verified key by a keyed digest. The key's item is still
read each time, so that a revoked or expired key is refused at once everywhere. Wrong secrets of a known key are counted
before bcrypt runs, so that guessing costs at most five checks a minute.
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
"""A turn older than this counts as a failed check: a check that succeeds gives its turn back sooner."""
PAUSE_SECONDS = 0.1
PAUSES = 10


@dataclass
class KeyChecks:
    """`fits` is bcrypt's check; `sleep` waits for the given seconds. Remembered digests are useless outside this
    process, since `pepper` belongs to it alone.
    """

    keys: ApiKeysRepository
    tries: Tries
    fits: Callable[[bytes, str], bool]
    sleep: Callable[[float], None] = time.sleep
    pepper: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    remembered: OrderedDict[str, bytes] = field(default_factory=OrderedDict[str, bytes], repr=False)

    def check(self, shown: KeyText, now: float) -> ApiKey | None:
        """The key's item; None if the key does not exist or is no longer valid. Raises TooManyTries."""
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
        """Take a turn to check a key. Processes that see a valid key for the first time at once wait for each other.
        Raises TooManyTries.
        """
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
        """The keyed digest of the key and of the hash that it matched."""
        return hmac.digest(self.pepper, f"{shown.text} {key.secret_hash}".encode(), hashlib.sha256)

    def _remember(self, key_id: str, digest: bytes) -> None:
        self.remembered[key_id] = digest
        self.remembered.move_to_end(key_id)
        while len(self.remembered) > MOST_REMEMBERED:
            self.remembered.popitem(last=False)
