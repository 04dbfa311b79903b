"""`python -m local gate LOGIC.py`: what the static gate of the factory says about an agent's code. It needs nothing
that runs, and it runs nothing.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from rich.markup import escape
from yaml import YAMLError

from local.cli.console import emit, results
from shared.adapters.code_linters import CodeLinters
from shared.builds.code_gate.gate import check_code
from shared.specs.document import spec_from_yaml
from shared.specs.effects import EffectKind
from shared.specs.policy import EFFECTS_OF, KNOWN_HOSTS
from shared.specs.spec import AgentSpec, Budgets, Capabilities, Template

LARGEST_FILE = 1_000_000
SPEC = "spec.yaml"


class NotUsable(Exception):
    """The command was asked for something that it cannot do; the message says what to give it instead."""


def gate(logic: Path, template: str | None, *, as_json: bool) -> bool:
    """True if the gate finds nothing. Beside a `spec.yaml` the code is held against that spec, otherwise against one
    that declares whatever its template may.
    """
    source = text_of(logic)
    beside = logic.with_name(SPEC)
    if template is None and beside.is_file():
        spec = read_spec(beside)
        findings, held_against = findings_of(source, spec), f"{beside} ({spec.template.value})"
    else:
        findings, held_against = _best_fit(source, _templates(template))
    if as_json:
        emit({"file": str(logic), "held_against": held_against, "findings": findings})
    else:
        show(findings, f"{logic} may be built; held against {held_against}", held_against)
    return not findings


def findings_of(source: str, spec: AgentSpec) -> list[str]:
    """As the factory does it: the linters see what the allow-list let pass."""
    plain = source.replace("\r\n", "\n").strip("\n") + "\n"
    return check_code(plain, spec) or CodeLinters().findings(plain)


def show(findings: Sequence[str], fine: str, held_against: str) -> None:
    for finding in findings:
        results.print(f"[red]✗[/red] {escape(finding)}", soft_wrap=True)
    if findings:
        results.print(f"{len(findings)} findings; held against {escape(held_against)}", soft_wrap=True)
    else:
        results.print(f"[green]✓[/green] {escape(fine)}", soft_wrap=True)


def text_of(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise NotUsable(f"{file} is larger than {LARGEST_FILE:,} bytes; an agent's code has at most 20,000")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotUsable(f"there is no file {file}") from None
    except UnicodeDecodeError:
        raise NotUsable(f"{file} is not UTF-8 text") from None
    except OSError as error:
        raise NotUsable(f"{file} cannot be read: {error.strerror}") from error


def read_spec(file: Path) -> AgentSpec:
    try:
        return spec_from_yaml(text_of(file))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise NotUsable(f"{file} is no spec of an agent: {where}: {first['msg']}") from None
    except YAMLError as error:
        raise NotUsable(f"{file} is no YAML: {' '.join(str(error).split())[:200]}") from None


def _templates(name: str | None) -> list[Template]:
    if name is None:
        return list(Template)
    try:
        return [Template(name)]
    except ValueError:
        raise NotUsable(f"there is no template {name!r}; it is one of {', '.join(Template)}") from None


def _best_fit(source: str, templates: Sequence[Template]) -> tuple[list[str], str]:
    found = [(findings_of(source, _widest(template)), template) for template in templates]
    findings, template = min(found, key=lambda each: len(each[0]))
    return findings, f"the template {template.value}, with every effect that it may declare"


def _widest(template: Template) -> AgentSpec:
    """All that the gate reads of a spec; what else a spec says does not matter to it."""
    effects = tuple(effect for effect in EffectKind if effect in EFFECTS_OF[template])
    capabilities = Capabilities(effects=effects, hosts=(), budgets=Budgets())
    return AgentSpec.model_construct(
        template=template, capabilities=capabilities.model_copy(update={"hosts": tuple(sorted(KNOWN_HOSTS))})
    )
