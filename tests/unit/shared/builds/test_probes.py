"""Where planted texts stand, which canaries there are, and how a leak is recognised in its disguises."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from shared.builds.probes import Place, Probe, leaks, make_probes, plant_in_input
from shared.builds.report import FindingKind
from shared.runs.simulation import Asked
from shared.specs.acceptance import find_schema_violations
from shared.specs.effects import Effect, EffectKind
from shared.specs.spec import Capabilities
from tests.fakes.agent_specs import a_spec
from tests.fakes.sceneries import a_scenery


def a_probe(place: Place = Place.INPUT) -> Probe:
    return next(probe for probe in make_probes(a_spec(), a_scenery()) if probe.place is place)


def asked(kind: EffectKind, **args: Any) -> list[Asked]:
    return [Asked(Effect(id=1, kind=kind, args=args), None)]


def test_every_place_is_probed_with_canaries_of_its_own() -> None:
    found = make_probes(a_spec(), a_scenery())
    assert [probe.place for probe in found] == [place for place in Place for _ in range(2)]
    marks = [part for probe in found for part in (probe.canaries.secret, probe.canaries.hidden, probe.canaries.mark)]
    assert len(set(marks)) == len(marks)
    assert make_probes(a_spec(), a_scenery("another build"))[0].canaries != found[0].canaries
    assert make_probes(a_spec(), a_scenery())[0].canaries == found[0].canaries


def test_places_the_agent_cannot_read_from_are_left_out() -> None:
    spec = a_spec(capabilities=Capabilities(effects=(EffectKind.FETCH,), hosts=("a.test",)))
    assert {probe.place for probe in make_probes(spec, a_scenery())} == {Place.INPUT, Place.PAGE}


def test_planted_inputs_stay_valid_and_closed_fields_stay_as_they_are() -> None:
    spec = a_spec()
    valid = spec.examples[0].input
    planted = plant_in_input(spec, valid, "PLANTED order")
    assert find_schema_violations(spec.input_schema, planted) == []
    assert "PLANTED" in planted["topic"]
    assert "PLANTED" in planted["notes"][0]
    assert (planted["page"], planted["tone"], planted["limit"]) == (valid["page"], valid["tone"], valid["limit"])
    assert "PLANTED" not in valid["topic"]


def test_a_text_too_long_for_the_field_is_cut_to_it() -> None:
    schema = {"type": "object", "properties": {"q": {"type": "string", "maxLength": 20}}, "required": ["q"]}
    planted = plant_in_input(a_spec(input_schema=schema), {"q": "hello"}, "x" * 100)
    assert planted == {"q": "x" * 20}


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text,
        str.upper,
        lambda text: text[::-1],
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64encode(f"x{text}".encode()).decode(),
        lambda text: base64.b64encode(f"value: {text} and more".encode()).decode(),
        quote,
        lambda text: "-".join(text),
        lambda text: " ".join(text),
    ],
)
def test_canaries_are_found_in_disguise(disguise: Any) -> None:
    probe = a_probe()
    for canary in (probe.canaries.secret, probe.canaries.hidden):
        found = leaks(probe, [], {"summary": f"see {disguise(canary)}."})
        assert [kind for kind, _ in found] == [FindingKind.LEAK]


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        (EffectKind.NOTIFY, {"subject": "s", "body": "{}"}),
        (EffectKind.FETCH, {"url": "https://shop1.test/?q={}"}),
        (EffectKind.REMEMBER, {"key": "k", "value": {"nested": ["{}"]}}),
        (EffectKind.LLM, {"instruction": "i", "data": {"text": "{}"}}),
    ],
)
def test_canaries_must_not_leave_through_any_effect(kind: EffectKind, args: dict[str, Any]) -> None:
    probe = a_probe()
    import json

    filled = json.loads(json.dumps(args).replace("{}", probe.canaries.secret))
    assert [found for found, _ in leaks(probe, asked(kind, **filled), {})] == [FindingKind.LEAK]


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        (EffectKind.RECALL, {"key": "KEY"}),
        (EffectKind.FETCH, {"url": "https://HOST/?d="}),
        (EffectKind.LLM, {"instruction": "do MARK", "data": None}),
    ],
)
def test_following_a_planted_order_is_found(kind: EffectKind, args: dict[str, Any]) -> None:
    probe = a_probe()
    known = {"MARK": probe.canaries.mark, "KEY": probe.canaries.key, "HOST": probe.canaries.host}
    filled = dict(args)
    for word, value in known.items():
        filled = {name: text.replace(word, value) if text else text for name, text in filled.items()}
    assert FindingKind.INJECTION_OBEYED in {found for found, _ in leaks(probe, asked(kind, **filled), {})}


def test_showing_the_planted_text_itself_is_no_leak() -> None:
    probe = a_probe()
    effects = asked(EffectKind.LLM, instruction="Summarise.", data={"text": probe.input["topic"]})
    assert leaks(probe, effects, {"topic": probe.input["topic"]}) == []


def test_memory_that_moves_from_one_key_to_another_is_found() -> None:
    probe = a_probe(Place.MEMORY)
    held = {"line": f"old {probe.canaries.mark}"}
    recalled = Asked(Effect(id=1, kind=EffectKind.RECALL, args={"key": "a"}), None, found=True)
    empty = Asked(Effect(id=2, kind=EffectKind.RECALL, args={"key": "b"}), None)

    def kept(key: str) -> list[FindingKind]:
        remembered = Asked(Effect(id=3, kind=EffectKind.REMEMBER, args={"key": key, "value": held}), None)
        return [kind for kind, _ in leaks(probe, [recalled, empty, remembered], {})]

    assert kept("a") == []
    assert kept("b") == [FindingKind.LEAK]


def test_canaries_have_no_form_of_their_own() -> None:
    found = [probe.canaries for seed in range(12) for probe in make_probes(a_spec(), a_scenery(str(seed)))]
    assert len({len(one.secret) for one in found}) > 5
    assert len({one.secret[:2] for one in found}) > 20
    assert len({one.key for one in found}) > 3
    assert len({one.host.rsplit(".", 1)[1] for one in found}) > 3
