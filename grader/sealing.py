"""The deployment's key for personal values in acts: made when it is first asked for, then always the same."""

from __future__ import annotations

import secrets

from grader.domain.audit.acts import Seal
from grader.store.base import Store
from grader.store.kinds import SEAL
from grader.store.update import update

_ONLY = "acts"


def act_key(store: Store) -> Seal:
    """The key; of several processes that make it at once, all get the one that was kept."""
    stored = store.load(SEAL, _ONLY)
    if stored is not None:
        return stored.value
    made = Seal(key=secrets.token_hex(32))
    return update(store, SEAL, _ONLY, lambda before: before or made)
