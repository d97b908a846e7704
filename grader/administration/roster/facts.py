"""What an act says of an account or a unit: the fields that administrators change, as texts."""

from __future__ import annotations

from grader.domain.people.account import Account
from grader.domain.people.unit import Unit


def person_facts(account: Account) -> dict[str, str]:
    """The account's fields for `facts_of_change`; personal ones are sealed there."""
    return {
        "name": account.name,
        "telephone": account.telephone,
        "qq": account.qq,
        "pinyin": account.pinyin,
        "rank": account.rank,
        "tier": account.tier,
        "unit": account.unit,
        "order_number": str(account.order_number),
        "kind": "、".join(one.kind for one in account.exemptions if one.ends is None),
    }


def unit_facts(unit: Unit) -> dict[str, str]:
    """The unit's fields for `facts_of_change`; none of them is personal."""
    return {
        "code": unit.code,
        "name": unit.name,
        "parent": unit.parent or "",
        "kind": unit.kind,
        "order_number": str(unit.order_number),
        "telephone": unit.telephone,
        "closed": unit.closed.isoformat() if unit.closed else "",
        "successor": unit.successor or "",
        "origin": unit.origin or "",
    }
