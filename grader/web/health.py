"""Whether the service can save: tried when somebody asks, but no more than every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from grader.store.base import Store, StoreError

HOLDS_SECONDS = 5.0
"""How long an answer is given again without trying."""


class Health:
    """What the last try to save something came to. `seconds` is a clock that never goes back."""

    def __init__(self, store: Store, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._seconds = seconds
        self._trying = Lock()
        self._tried = float("-inf")
        self._fault: StoreError | None = None

    def fault(self) -> StoreError | None:
        """What keeps the store from saving, or None; whoever asks during a try gets the answer of the one before."""
        if self._seconds() - self._tried >= HOLDS_SECONDS and self._trying.acquire(blocking=False):
            try:
                self._fault = self._try()
                self._tried = self._seconds()
            finally:
                self._trying.release()
        return self._fault

    def _try(self) -> StoreError | None:
        try:
            self._store.try_saving()
        except StoreError as fault:
            return fault
        return None
