"""Demos in the table `agent_runs`, with the bodies that are too large for an item in S3. Only the lease's holder
writes.
"""

import json
from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.models import Model

from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.runs.demo import LEASE_SECONDS, Demo, DemoState, LeaseLost
from shared.runs.loop import Recorded
from shared.specs.effects import Effect, RunError
from shared.specs.spec import Capabilities
from shared.values import Json

BODY_BYTES = 32 * 1024
EFFECT_BYTES = 3 * 1024
"""Effects share one item, which DynamoDB limits to 400 KB: 64 of these fit beside input and output."""
IN_S3 = "s3:"


class DemoItem(Model):
    """Bodies are JSON texts, or `s3:<key>`. `effects[i]` is `{"effect", "result"}` of effect i + 1; no result: an
    intent.
    """

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = "agent_runs"
        connect_timeout_seconds = 3
        read_timeout_seconds = 10

    run_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute(default="demo")
    slug = UnicodeAttribute()
    version = NumberAttribute()
    image_digest = UnicodeAttribute()
    capabilities = UnicodeAttribute()
    input = UnicodeAttribute()
    address = UnicodeAttribute()
    request_id = UnicodeAttribute()
    created_at = NumberAttribute()
    queued_at = NumberAttribute()
    state = UnicodeAttribute()
    attempt = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(default=0)
    effects: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    output = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    models: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    ended_at = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class DemosTable:
    """Implements `shared.runs.demo.DemosRepository`."""

    def __init__(self, table_name: str, bodies: Artifacts) -> None:
        DemoItem.Meta.table_name = table_name
        self._bodies = bodies

    def create(self, demo: Demo) -> None:
        DemoItem(
            demo.token,
            slug=demo.slug,
            version=demo.version,
            image_digest=demo.image_digest,
            capabilities=demo.capabilities.model_dump_json(),
            input=self._stored(demo.token, "input", demo.input, BODY_BYTES),
            address=demo.address,
            request_id=demo.request_id,
            created_at=demo.created_at,
            queued_at=demo.queued_at,
            state=demo.state.value,
            effects=[],
            models=[],
            expires_at=int(demo.expires_at),
        ).save(DemoItem.run_id.does_not_exist())

    def get(self, token: str) -> Demo | None:
        try:
            return self._demo(DemoItem.get(token, consistent_read=True))
        except DoesNotExist:
            return None

    def state(self, token: str) -> DemoState | None:
        try:
            return DemoState(DemoItem.get(token, consistent_read=True, attributes_to_get=["state"]).state)
        except DoesNotExist:
            return None

    def claim(self, token: str, attempt: str, now: float) -> Demo | None:
        open_states = (DemoState.STARTING.value, DemoState.RUNNING.value)
        free = (DemoItem.state == DemoState.QUEUED.value) | (
            DemoItem.state.is_in(*open_states) & (DemoItem.lease_until <= now)
        )
        item = DemoItem(token)
        taken = self._updated(
            item,
            [
                DemoItem.state.set(DemoState.STARTING.value),
                DemoItem.attempt.set(attempt),
                DemoItem.lease_until.set(now + LEASE_SECONDS),
            ],
            free,
        )
        return self._demo(item) if taken else None

    def started(self, demo: Demo, now: float) -> None:
        self._by_holder(demo, now, [DemoItem.state.set(DemoState.RUNNING.value)])

    def intend(self, demo: Demo, effect: Effect, now: float) -> None:
        self._write_effect(demo, effect, None, now)

    def record(self, demo: Demo, recorded: Recorded, now: float) -> None:
        self._write_effect(demo, recorded.effect, recorded.result.model_dump(mode="json"), now)

    def finish(
        self,
        demo: Demo,
        now: float,
        *,
        output: dict[str, Json] | None = None,
        error: RunError | None = None,
        models: Sequence[str] = (),
    ) -> None:
        state = DemoState.FAILED if output is None else DemoState.SUCCEEDED
        actions = [
            DemoItem.state.set(state.value),
            DemoItem.ended_at.set(now),
            DemoItem.models.set(sorted(set(models))),
        ]
        if output is not None:
            actions.append(DemoItem.output.set(self._stored(demo.token, "output", output, BODY_BYTES)))
        if error is not None:
            actions.append(DemoItem.error.set(error.model_dump_json()))
        self._by_holder(demo, now, actions)

    def requeue(self, demo: Demo, now: float) -> bool:
        unchanged = (
            (DemoItem.state == demo.state.value)
            & (DemoItem.queued_at == demo.queued_at)
            & (DemoItem.lease_until == demo.lease_until)
        )
        actions = [DemoItem.state.set(DemoState.QUEUED.value), DemoItem.queued_at.set(now), DemoItem.attempt.remove()]
        return self._updated(DemoItem(demo.token), actions, unchanged)

    def _write_effect(self, demo: Demo, effect: Effect, result: Json, now: float) -> None:
        entry = {"effect": effect.model_dump(mode="json"), "result": result}
        text = self._stored(demo.token, f"effects/{effect.id}", entry, EFFECT_BYTES)
        self._by_holder(demo, now, [DemoItem.effects[effect.id - 1].set(text)])

    def _by_holder(self, demo: Demo, now: float, actions: list[Any]) -> None:
        open_states = (DemoState.STARTING.value, DemoState.RUNNING.value)
        held = (DemoItem.attempt == demo.attempt) & DemoItem.state.is_in(*open_states)
        renewed = DemoItem.lease_until.set(now + LEASE_SECONDS)
        if not self._updated(DemoItem(demo.token), [*actions, renewed], held):
            raise LeaseLost(demo.token)

    def _updated(self, item: DemoItem, actions: list[Any], condition: Any) -> bool:
        try:
            item.update(actions=actions, condition=condition)
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _stored(self, token: str, name: str, value: Json, limit: int) -> str:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= limit:
            return text
        return IN_S3 + self._bodies.put_bytes(f"demos/{token}/{name}.json", text.encode(), "application/json")

    def _loaded(self, text: str) -> Json:
        if not text.startswith(IN_S3):
            return json.loads(text)
        return self._bodies.get_json(text.removeprefix(IN_S3))

    def _demo(self, item: DemoItem) -> Demo | None:
        try:
            entries = [self._loaded(text) for text in item.effects]
            return Demo(
                token=item.run_id,
                slug=item.slug,
                version=int(item.version),
                image_digest=item.image_digest,
                capabilities=Capabilities.model_validate_json(item.capabilities),
                input=self._loaded(item.input),
                address=item.address,
                request_id=item.request_id,
                created_at=item.created_at,
                queued_at=item.queued_at,
                state=DemoState(item.state),
                attempt=item.attempt,
                lease_until=item.lease_until,
                recorded=tuple(Recorded.model_validate(entry) for entry in entries if entry["result"] is not None),
                output=self._loaded(item.output) if item.output else None,
                error=RunError.model_validate_json(item.error) if item.error else None,
                models=tuple(item.models),
                ended_at=item.ended_at,
            )
        except ArtifactMissing:
            return None
