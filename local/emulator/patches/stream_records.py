"""Stream records are saved with the tables. MiniStack saves how far a consumer has read, but not what there is to read,
so that after a restart every DynamoDB stream is silent: the position lies behind the end of an empty list."""

from typing import Any

from ministack.services import dynamodb

_FIELDS = {"stream_records": "_stream_records", "stream_trimmed": "_stream_trimmed"}


def apply() -> None:
    get_state, restore = dynamodb.get_state, dynamodb._restore_state

    def get_state_with_streams() -> dict[str, Any]:
        streams = {field: getattr(dynamodb, store) for field, store in _FIELDS.items()}
        return {**get_state(), **streams, "stream_sequence": dynamodb._stream_seq_counter}

    def restore_with_streams(data: dict[str, Any] | None) -> None:
        restore(data)
        for field, store in _FIELDS.items():
            getattr(dynamodb, store).update((data or {}).get(field, {}))
        dynamodb._stream_seq_counter = max(dynamodb._stream_seq_counter, (data or {}).get("stream_sequence", 0))

    dynamodb.get_state = get_state_with_streams
    dynamodb._restore_state = restore_with_streams
