"""Queues are found again after MAM_PORT was changed. MiniStack keeps them by their whole address, port included, and
looks for those that feed functions at the address of today: after a change their messages would lie there for ever.

Addresses that functions and stacks remember stay as they are: MiniStack goes by the name at their end.
"""

from typing import Any

from ministack.services import sqs


def apply() -> None:
    restore = sqs._restore_state

    def restore_at_this_port(data: dict[str, Any] | None) -> None:
        restore(data)
        _move_here()

    sqs._restore_state = restore_at_this_port


def _move_here() -> None:
    for scoped_key, queue in list(sqs._queues.all_items()):
        place = sqs._queue_scope_from_record(scoped_key, queue)
        if place is None:
            continue
        account, region, name, kept = place
        address = sqs._queue_url_for_account(account, name)
        if address != kept:
            sqs._queues.pop_scoped(account, region, kept)
            sqs._queues.set_scoped(account, region, address, {**queue, "url": address})
    sqs._queue_name_to_url.clear()
    sqs._rebuild_queue_name_index()
