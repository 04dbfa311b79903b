"""From the model's draft to an AgentSpec: built by code, then held against the policy."""

import json
import re
import unicodedata
from typing import Any

from pydantic import ValidationError

from functions.factory.generate_spec.draft import FieldDraft, SpecDraft
from shared.specs.effects import EffectKind
from shared.specs.input_size import fitted
from shared.specs.policy import clipped_budgets, public_host, spec_findings
from shared.specs.schemas import LeafField, SchemaField, object_schema
from shared.specs.spec import SLUG_PATTERN, AcceptanceCheck, AgentSpec, Capabilities, Example
from shared.untrusted_text.plain_text import plain
from shared.values import Json

SLUG_LENGTH = 48
TAG_LENGTH = 32
MOST_TAGS = 8
MOST_FINDINGS = 20


class DraftRefused(Exception):
    """The draft cannot become a spec; `findings` say why, as feedback for the next attempt."""

    def __init__(self, findings: list[str]):
        super().__init__("; ".join(findings[:3]))
        self.findings = findings[:MOST_FINDINGS]


def assemble(draft: SpecDraft) -> AgentSpec:
    """Raises DraftRefused."""
    findings = list[str]()
    examples = [_json(item.input_json, f"examples.{i}.input_json", findings) for i, item in enumerate(draft.examples)]
    values = [
        _json(item.value_json or "null", f"acceptance.{i}.value_json", findings)
        for i, item in enumerate(draft.acceptance)
    ]
    if not findings:
        findings += [
            f"examples.{i}.input_json: must be a JSON object"
            for i, value in enumerate(examples)
            if not isinstance(value, dict)
        ]
    findings += [
        f"hosts: {host[:80]!r} is not a public DNS name" for host in draft.hosts if not public_host(host.lower())
    ]
    if findings:
        raise DraftRefused(findings)
    try:
        spec = _spec(draft, examples, values)
    except ValidationError as error:
        raise DraftRefused(
            [_sentence(item) for item in error.errors(include_url=False, include_input=False)]
        ) from error
    findings = spec_findings(spec)
    if findings:
        raise DraftRefused(findings)
    return spec


def slugified(text: str, longest: int = SLUG_LENGTH) -> str:
    """Lower-case ASCII words joined by hyphens, starting with a letter; empty if the text has none."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return re.sub(r"^[0-9-]+", "", slug)[:longest].strip("-")


def _spec(draft: SpecDraft, examples: list[Json], values: list[Json]) -> AgentSpec:
    effects = tuple(effect for effect in EffectKind if effect in draft.effects)
    return AgentSpec(
        name=plain(draft.name),
        slug=draft.slug
        if re.fullmatch(SLUG_PATTERN, draft.slug) and len(draft.slug) <= SLUG_LENGTH
        else slugified(draft.name),
        tagline=plain(draft.tagline),
        description=plain(draft.description),
        category=draft.category,
        tags=tuple(dict.fromkeys(filter(None, (slugified(tag, TAG_LENGTH) for tag in draft.tags))))[:MOST_TAGS],
        template=draft.template,
        input_schema=fitted(object_schema([_field(field) for field in draft.input_fields])),
        output_schema=object_schema([_field(field) for field in draft.output_fields]),
        capabilities=Capabilities(
            effects=effects,
            hosts=tuple(dict.fromkeys(host.lower() for host in draft.hosts)),
            hosts_from_input=tuple(dict.fromkeys(draft.hosts_from_input)),
            budgets=clipped_budgets(effects, draft.budgets.model_dump()),
        ),
        examples=tuple(
            Example(name=plain(item.name), input=value) for item, value in zip(draft.examples, examples, strict=True)
        ),
        acceptance=tuple(
            AcceptanceCheck(path=item.path, check=item.check, value=value, why=plain(item.why))
            for item, value in zip(draft.acceptance, values, strict=True)
        ),
    )


def _field(field: FieldDraft) -> SchemaField:
    parts = [
        LeafField.model_validate({**part.model_dump(), "description": plain(part.description)}) for part in field.fields
    ]
    return SchemaField.model_validate({**field.model_dump(), "description": plain(field.description), "fields": parts})


def _json(text: str, where: str, findings: list[str]) -> Json:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        findings.append(f"{where}: not valid JSON ({error})")
        return None


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _sentence(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
