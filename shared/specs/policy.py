"""The rules for a spec, whoever wrote it. Code enforces them here; a prompt can only ask.

Fixed hosts come from a closed list: if the model could choose a host freely, an agent could send its customers' data
there in a URL. Everything else is fetched only from hosts that the customer names in the input.
"""

import json
import re
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from shared.specs.acceptance import find_schema_violations
from shared.specs.effects import EffectKind
from shared.specs.input_size import check_size
from shared.specs.pointers import PointerInvalid, find_schema
from shared.specs.schema_policy import check_schema
from shared.specs.schemas import URL_PATTERN
from shared.specs.spec import HOST_PATTERN, AcceptanceCheck, AgentSpec, Budgets, Capabilities, Template
from shared.untrusted_text.markup import has_markup
from shared.untrusted_text.plain_text import check_codes, check_text
from shared.values import Json

E = EffectKind
EFFECTS_OF: dict[Template, frozenset[EffectKind]] = {
    Template.MONITORING: frozenset(EffectKind),
    Template.DATA_PROCESSING: frozenset({E.LLM, E.NOW}),
    Template.COMMUNICATION: frozenset({E.LLM, E.NOW, E.RECALL, E.REMEMBER}),
}

KNOWN_HOSTS = frozenset(
    {
        "api.github.com",
        "data.sec.gov",
        "en.wikipedia.org",
        "hn.algolia.com",
        "www.bls.gov",
        "www.ecb.europa.eu",
        "www.federalregister.gov",
        "www.irs.gov",
        "www.reddit.com",
        "www.sba.gov",
    }
)
"""Hosts that are public and read-only, and whose request logs no attacker can read."""

MOST_HOSTS = 5
INTERNAL_SUFFIXES = (
    ".local",
    ".localhost",
    ".internal",
    ".lan",
    ".home",
    ".corp",
    ".arpa",
    ".onion",
    ".invalid",
    ".intranet",
    ".private",
)
RESERVED_SLUGS = frozenset(
    {"admin", "agents", "api", "categories", "demos", "health", "login", "me", "new", "search", "webhooks"}
)
MOST_BYTES = 60_000
FEWEST_CHECKS = 3

CEILINGS = Budgets(llm_calls=4, llm_tokens=6_000, fetches=8, fetch_bytes=1_000_000, memory_keys=32, notifications=1)
DEFAULTS = Budgets(llm_calls=2, llm_tokens=2_000, fetches=5, fetch_bytes=500_000, memory_keys=16, notifications=1)
BUDGETS_OF: dict[EffectKind, tuple[str, ...]] = {
    E.LLM: ("llm_calls", "llm_tokens"),
    E.FETCH: ("fetches", "fetch_bytes"),
    E.RECALL: ("memory_keys",),
    E.REMEMBER: ("memory_keys",),
    E.NOTIFY: ("notifications",),
    E.NOW: (),
}


def clip_budgets(effects: tuple[EffectKind, ...], wanted: dict[str, int]) -> Budgets:
    """A budget for each declared effect: the wanted one up to the ceiling, or the default. Other effects get none."""
    granted: dict[str, int] = {}
    for name in {name for effect in effects for name in BUDGETS_OF[effect]}:
        asked = wanted.get(name, 0)
        granted[name] = min(asked, getattr(CEILINGS, name)) if asked > 0 else getattr(DEFAULTS, name)
    return Budgets(**granted)


def check_spec(spec: AgentSpec) -> list[str]:
    """Everything that is wrong with the spec, as sentences for the author of the next draft; empty if it is allowed."""
    findings = [
        *_check_texts(spec),
        *([f"slug: {spec.slug!r} is reserved"] if spec.slug in RESERVED_SLUGS else []),
        *_check_capabilities(spec),
        *check_schema(spec.input_schema, "input"),
        *check_schema(spec.output_schema, "output"),
    ]
    if findings:
        return findings
    findings += check_size(spec.input_schema)
    findings += [*_check_examples(spec), *[f for check in spec.acceptance for f in _check_findings(check, spec)]]
    findings += _find_too_easy(spec.acceptance)
    if len(spec.model_dump_json()) > MOST_BYTES:
        findings.append(f"the spec is larger than {MOST_BYTES} bytes")
    return findings


def is_public_host(host: str) -> bool:
    """Whether the host has the form of a public DNS name. Its addresses are checked when it is fetched."""
    if len(host) > 253 or not re.fullmatch(HOST_PATTERN, host) or host.endswith(INTERNAL_SUFFIXES):
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def _check_texts(spec: AgentSpec) -> list[str]:
    texts = {"name": spec.name, "tagline": spec.tagline, "description": spec.description}
    texts |= {f"examples.{i}.name": example.name for i, example in enumerate(spec.examples)}
    texts |= {f"acceptance.{i}.why": check.why for i, check in enumerate(spec.acceptance)}
    findings = [finding for where, text in texts.items() for finding in check_text(where, text)]
    return findings + [finding for where, text in texts.items() for finding in check_codes(where, text)]


def _check_capabilities(spec: AgentSpec) -> list[str]:
    capabilities, findings = spec.capabilities, list[str]()
    effects = set(capabilities.effects)
    for effect in sorted(effects - EFFECTS_OF[spec.template]):
        findings.append(f"effects: a {spec.template.value} agent may not ask for {effect.value}")
    if len(effects) != len(capabilities.effects):
        findings.append("effects: each effect is declared once")
    if (E.RECALL in effects) != (E.REMEMBER in effects):
        findings.append("effects: recall and remember are declared together")
    if capabilities.budgets != clip_budgets(capabilities.effects, capabilities.budgets.model_dump()):
        findings.append("budgets: above the ceilings, or for effects that are not declared")
    return findings + _check_hosts(spec, capabilities)


def _check_hosts(spec: AgentSpec, capabilities: Capabilities) -> list[str]:
    findings = [
        f"hosts: {host!r} is not a known public source; take addresses from the customer's input (hosts_from_input)"
        for host in capabilities.hosts
        if not is_public_host(host) or host not in KNOWN_HOSTS
    ]
    if len(capabilities.hosts) > MOST_HOSTS:
        findings.append(f"hosts: at most {MOST_HOSTS}")
    fetches = E.FETCH in capabilities.effects
    if fetches and not (capabilities.hosts or capabilities.hosts_from_input):
        findings.append("hosts: an agent that fetches needs hosts or hosts_from_input")
    if not fetches and (capabilities.hosts or capabilities.hosts_from_input):
        findings.append("hosts: only an agent that declares fetch has hosts")
    properties = spec.input_schema.get("properties", {})
    for name in capabilities.hosts_from_input:
        field = cast(dict[str, Json], properties.get(name, {}))
        if URL_PATTERN not in (field.get("pattern"), cast(dict[str, Json], field.get("items", {})).get("pattern")):
            findings.append(f"hosts_from_input: {name!r} is not a field of the input that holds URLs")
    return findings


def _check_examples(spec: AgentSpec) -> list[str]:
    findings = list[str]()
    for index, example in enumerate(spec.examples):
        findings += [
            f"examples.{index}.input{problem}" for problem in find_schema_violations(spec.input_schema, example.input)
        ]
        findings += [
            f"examples.{index}.input: {url!r} is not a public address" for url in _find_private_urls(example.input)
        ]
        if has_markup(json.dumps(example.input, ensure_ascii=False)):
            findings.append(f"examples.{index}.input: has markup; write plain text")
    distinct = {json.dumps(example.input, sort_keys=True) for example in spec.examples}
    if len(distinct) < len(spec.examples):
        findings.append("examples: all five inputs must differ")
    return findings


def _find_private_urls(value: Json) -> list[str]:
    text = json.dumps(value, ensure_ascii=False)
    urls = cast("list[str]", re.findall(r"https?://[^\s\"'\\<>]+", text))
    return [url for url in urls if not _is_public(url)]


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return is_public_host((parts.hostname or "").rstrip(".")) and not parts.username
    except ValueError:
        return False


def _check_findings(check: AcceptanceCheck, spec: AgentSpec) -> list[str]:
    where = f"acceptance: {check.check} at {check.path!r}"
    try:
        target = find_schema(check.path, spec.output_schema)
        if target is None:
            return [f"{where}: the output schema has no such place"]
        return [f"{where}: {problem}" for problem in _check_value(check, target, spec)]
    except PointerInvalid as error:
        return [f"{where}: {error}"]


def _find_too_easy(checks: tuple[AcceptanceCheck, ...]) -> list[str]:
    """A finding if an agent with an empty answer could pass: some checks have to look at the output's content."""
    telling = [check for check in checks if check.check != "present"]
    if len(telling) < FEWEST_CHECKS or len({check.path for check in telling}) < 2:
        return [f"acceptance: needs {FEWEST_CHECKS} checks or more that are not just `present`, of two places or more"]
    if all(check.check == "not_empty" for check in telling):
        return ["acceptance: at least one check has to bound a value, compare it with the input or close its choices"]
    return []


def _check_value(check: AcceptanceCheck, target: dict[str, Json], spec: AgentSpec) -> list[str]:
    kind = "string" if "enum" in target else target.get("type")
    match check.check:
        case "min" | "max":
            if isinstance(check.value, bool) or not isinstance(check.value, int | float):
                return ["value must be a number"]
            return [] if kind in {"number", "integer", "string", "array"} else ["the place has no size"]
        case "one_of":
            choices: Json = check.value
            return [] if isinstance(choices, list) and choices else ["value must be a list of what is allowed"]
        case "mentions_input" | "same_length_as_input":
            source = find_schema(check.value, spec.input_schema) if isinstance(check.value, str) else None
            wanted = "string" if check.check == "mentions_input" else "array"
            fits = source is not None and ("string" if "enum" in source else source.get("type")) == wanted
            return [] if fits else [f"value must be a pointer to a {wanted} of the input"]
        case _:
            return [] if check.value is None else ["takes no value"]
