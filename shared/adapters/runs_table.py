"""Runs in the table `agent_runs`. Bodies too large for an item are in S3. Only the holder of the lease writes."""

import json
from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.adapters.dynamodb import find, model_of, was_written
from shared.runs.loop import Recorded
from shared.runs.run import ENDED, LEASE_SECONDS, Origin, RunLeaseLost, RunState, StoredRun
from shared.specs.effects import Effect, RunError
from shared.specs.spec import Capabilities
from shared.values import Json

BODY_BYTES = 32 * 1024
EFFECT_BYTES = 3 * 1024
"""Effects share one item, which DynamoDB limits to 400 KB: 64 effects of this size fit beside input and output."""
IN_S3 = "s3:"


class RunItem(Model):
    """Bodies are JSON texts or `s3:<key>`. `effects[i]` is `{"effect", "result"}` of effect i + 1; an intent has no
    result.
    """

    run_id = UnicodeAttribute(hash_key=True)
    origin = UnicodeAttribute()
    slug = UnicodeAttribute()
    version = NumberAttribute()
    image_digest = UnicodeAttribute()
    capabilities = UnicodeAttribute()
    input = UnicodeAttribute()
    address = UnicodeAttribute(null=True)
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


class RunsTable:
    """Implements `shared.runs.run.RunsRepository`."""

    def __init__(self, table_name: str, bodies: Artifacts) -> None:
        self._rows = model_of(RunItem, table_name)
        self._bodies = bodies

    def create(self, run: StoredRun) -> None:
        self._rows(
            run.run_id,
            origin=run.origin.value,
            slug=run.slug,
            version=run.version,
            image_digest=run.image_digest,
            capabilities=run.capabilities.model_dump_json(),
            input=self._store(run, "input", run.input, BODY_BYTES),
            address=run.address,
            request_id=run.request_id,
            created_at=run.created_at,
            queued_at=run.queued_at,
            state=run.state.value,
            effects=[],
            models=[],
            expires_at=run.expires_at,
        ).save(RunItem.run_id.does_not_exist())

    def get(self, run_id: str) -> StoredRun | None:
        item = find(self._rows, run_id)
        return self._run(item) if item else None

    def state(self, run_id: str) -> RunState | None:
        try:
            return RunState(self._rows.get(run_id, consistent_read=True, attributes_to_get=["state"]).state)
        except DoesNotExist:
            return None

    def claim(self, run_id: str, attempt: str, now: float) -> StoredRun | None:
        open_states = (RunState.STARTING.value, RunState.RUNNING.value)
        over_or_ours = (RunItem.lease_until <= now) | (RunItem.attempt == attempt)
        free = (RunItem.state == RunState.QUEUED.value) | (RunItem.state.is_in(*open_states) & over_or_ours)
        item = self._rows(run_id)
        taken = self._update(
            item,
            [
                RunItem.state.set(RunState.STARTING.value),
                RunItem.attempt.set(attempt),
                RunItem.lease_until.set(now + LEASE_SECONDS),
            ],
            free,
        )
        return self._run(item) if taken else None

    def mark_started(self, run: StoredRun, now: float) -> None:
        self._update_as_holder(run, now, [RunItem.state.set(RunState.RUNNING.value)])

    def intend(self, run: StoredRun, effect: Effect, now: float) -> None:
        self._write_effect(run, effect, None, now)

    def record(self, run: StoredRun, recorded: Recorded, now: float, models: Sequence[str] = ()) -> None:
        result = recorded.result.model_dump(mode="json")
        self._write_effect(run, recorded.effect, result, now, RunItem.models.set(sorted(set(models))))

    def finish(
        self, run: StoredRun, now: float, *, output: dict[str, Json] | None = None, error: RunError | None = None
    ) -> None:
        state = RunState.FAILED if output is None else RunState.SUCCEEDED
        actions = [RunItem.state.set(state.value), RunItem.ended_at.set(now)]
        if output is not None:
            actions.append(RunItem.output.set(self._store(run, "output", output, BODY_BYTES)))
        if error is not None:
            actions.append(RunItem.error.set(error.model_dump_json()))
        self._update_as_holder(run, now, actions)

    def requeue(self, run: StoredRun, now: float) -> bool:
        if run.state in ENDED:
            return False
        unchanged = (
            (RunItem.state == run.state.value)
            & (RunItem.queued_at == run.queued_at)
            & (RunItem.lease_until == run.lease_until)
        )
        actions = [RunItem.state.set(RunState.QUEUED.value), RunItem.queued_at.set(now), RunItem.attempt.remove()]
        return self._update(self._rows(run.run_id), actions, unchanged)

    def _write_effect(self, run: StoredRun, effect: Effect, result: Json, now: float, *actions: Any) -> None:
        entry = {"effect": effect.model_dump(mode="json"), "result": result}
        text = self._store(run, f"effects/{effect.id}", entry, EFFECT_BYTES)
        self._update_as_holder(run, now, [RunItem.effects[effect.id - 1].set(text), *actions])

    def _update_as_holder(self, run: StoredRun, now: float, actions: list[Any]) -> None:
        open_states = (RunState.STARTING.value, RunState.RUNNING.value)
        held = (RunItem.attempt == run.attempt) & RunItem.state.is_in(*open_states)
        renewed = RunItem.lease_until.set(now + LEASE_SECONDS)
        if not self._update(self._rows(run.run_id), [*actions, renewed], held):
            raise RunLeaseLost(run.run_id)

    def _update(self, item: RunItem, actions: list[Any], condition: Any) -> bool:
        return was_written(lambda: item.update(actions=actions, condition=condition))

    def _store(self, run: StoredRun, name: str, value: Json, limit: int) -> str:
        """Store a body under a key that is unique to the attempt. Otherwise a worker that lost its lease could
        overwrite a body of the next attempt.
        """
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= limit:
            return text
        folder = "/".join(part for part in (_choose_folder(run.origin), run.run_id, run.attempt) if part)
        return IN_S3 + self._bodies.put_bytes(f"{folder}/{name}.json", text.encode(), "application/json")

    def _load(self, text: str) -> Json:
        if not text.startswith(IN_S3):
            return json.loads(text)
        return self._bodies.get_json(text.removeprefix(IN_S3))

    def _run(self, item: RunItem) -> StoredRun | None:
        """The run; None if one of its bodies expired before the row."""
        try:
            entries = [self._load(text) for text in item.effects]
            return StoredRun(
                run_id=item.run_id,
                origin=Origin(item.origin),
                slug=item.slug,
                version=int(item.version),
                image_digest=item.image_digest,
                capabilities=Capabilities.model_validate_json(item.capabilities),
                input=self._load(item.input),
                address=item.address,
                request_id=item.request_id,
                created_at=item.created_at,
                expires_at=int(item.expires_at),
                queued_at=item.queued_at,
                state=RunState(item.state),
                attempt=item.attempt,
                lease_until=item.lease_until,
                recorded=tuple(Recorded.model_validate(entry) for entry in entries if entry["result"] is not None),
                intents=tuple(Effect.model_validate(entry["effect"]) for entry in entries if entry["result"] is None),
                output=self._load(item.output) if item.output else None,
                error=RunError.model_validate_json(item.error) if item.error else None,
                models=tuple(item.models),
                ended_at=item.ended_at,
            )
        except ArtifactMissing:
            return None


def _choose_folder(origin: Origin) -> str:
    """The S3 folder, which sets when bodies expire. They expire like their rows: those of demos after a day."""
    return "demos" if origin is Origin.DEMO else "runs"
