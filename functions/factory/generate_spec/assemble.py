"""Builds an AgentSpec from the model's draft by code, then checks it against the policy."""

import json
import re
import unicodedata
from typing import Any

from pydantic import ValidationError

from functions.factory.generate_spec.draft import FieldDraft, SpecDraft
from shared.specs.effects import EffectKind
from shared.specs.input_size import fit_schema
from shared.specs.policy import check_spec, clip_budgets, is_public_host
from shared.specs.schemas import LeafField, SchemaField, make_object_schema
from shared.specs.spec import SLUG_PATTERN, AcceptanceCheck, AgentSpec, Capabilities, Example
from shared.untrusted_text.plain_text import tidy
from shared.values import Json

SLUG_LENGTH = 48
TAG_LENGTH = 32
MOST_TAGS = 8
MOST_FINDINGS = 20


class DraftRefused(Exception):
    """The draft cannot become a spec. `findings` says why, as feedback for the next attempt."""

    def __init__(self, findings: list[str]):
        super().__init__("; ".join(findings[:3]))
        self.findings = findings[:MOST_FINDINGS]


def assemble(draft: SpecDraft) -> AgentSpec:
    """Raises DraftRefused."""
    findings = list[str]()
    examples = [
        _read_json(item.input_json, f"examples.{i}.input_json", findings) for i, item in enumerate(draft.examples)
    ]
    values = [
        _read_json(item.value_json or "null", f"acceptance.{i}.value_json", findings)
        for i, item in enumerate(draft.acceptance)
    ]
    if not findings:
        findings += [
            f"examples.{i}.input_json: must be a JSON object"
            for i, value in enumerate(examples)
            if not isinstance(value, dict)
        ]
    findings += [
        f"hosts: {host[:80]!r} is not a public DNS name" for host in draft.hosts if not is_public_host(host.lower())
    ]
    if findings:
        raise DraftRefused(findings)
    try:
        spec = _make_spec(draft, examples, values)
    except ValidationError as error:
        raise DraftRefused(
            [_describe_error(item) for item in error.errors(include_url=False, include_input=False)]
        ) from error
    findings = check_spec(spec)
    if findings:
        raise DraftRefused(findings)
    return spec


def slugify(text: str, longest: int = SLUG_LENGTH) -> str:
    """Lower-case ASCII words joined by hyphens, starting with a letter; empty if the text has none."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return re.sub(r"^[0-9-]+", "", slug)[:longest].strip("-")


def _make_spec(draft: SpecDraft, examples: list[Json], values: list[Json]) -> AgentSpec:
    effects = tuple(effect for effect in EffectKind if effect in draft.effects)
    return AgentSpec(
        name=tidy(draft.name),
        slug=draft.slug
        if re.fullmatch(SLUG_PATTERN, draft.slug) and len(draft.slug) <= SLUG_LENGTH
        else slugify(draft.name),
        tagline=tidy(draft.tagline),
        description=tidy(draft.description),
        category=draft.category,
        tags=tuple(dict.fromkeys(filter(None, (slugify(tag, TAG_LENGTH) for tag in draft.tags))))[:MOST_TAGS],
        template=draft.template,
        input_schema=fit_schema(make_object_schema([_make_field(field) for field in draft.input_fields])),
        output_schema=make_object_schema([_make_field(field) for field in draft.output_fields]),
        capabilities=Capabilities(
            effects=effects,
            hosts=tuple(dict.fromkeys(host.lower() for host in draft.hosts)),
            hosts_from_input=tuple(dict.fromkeys(draft.hosts_from_input)),
            budgets=clip_budgets(effects, draft.budgets.model_dump()),
        ),
        examples=tuple(
            Example(name=tidy(item.name), input=value) for item, value in zip(draft.examples, examples, strict=True)
        ),
        acceptance=tuple(
            AcceptanceCheck(path=item.path, check=item.check, value=value, why=tidy(item.why))
            for item, value in zip(draft.acceptance, values, strict=True)
        ),
    )


def _make_field(field: FieldDraft) -> SchemaField:
    parts = [
        LeafField.model_validate({**part.model_dump(), "description": tidy(part.description)}) for part in field.fields
    ]
    return SchemaField.model_validate({**field.model_dump(), "description": tidy(field.description), "fields": parts})


def _read_json(text: str, where: str, findings: list[str]) -> Json:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        findings.append(f"{where}: not valid JSON ({error})")
        return None


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _describe_error(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
