"""What a run may ask for: declared, well-formed, within budget, and on the spec's hosts only."""

from typing import Any

import pytest

from shared.runs.allowance import Allowance, list_allowed_hosts, read_url_host
from shared.specs.effects import Effect, EffectKind
from shared.specs.spec import Budgets, Capabilities

EVERYTHING = Budgets(llm_calls=2, llm_tokens=1000, fetches=2, fetch_bytes=1000, memory_keys=1, notifications=1)


def allowance(**changes: Any) -> Allowance:
    capabilities = Capabilities(effects=tuple(EffectKind), hosts=("shop.test",), budgets=EVERYTHING)
    return Allowance(capabilities.model_copy(update=changes), {})


def asked(kind: str, number: int = 1, **args: Any) -> Effect:
    return Effect(id=number, kind=EffectKind(kind), args=args)


def code(allowed: Allowance, effect: Effect) -> str | None:
    refused = allowed.check(effect)
    return refused.code if refused else None


LLM = {"instruction": "Say it.", "data": {"a": 1}, "schema": None, "max_tokens": 400}


@pytest.mark.parametrize(
    "effect",
    [
        asked("llm", **LLM),
        asked("fetch", url="https://shop.test/a?b=c"),
        asked("recall", key="k"),
        asked("remember", key="k", value=[1]),
        asked("notify", subject="s", body="b"),
        asked("now"),
    ],
)
def test_declared_effects_are_allowed_and_undeclared_ones_are_not(effect: Effect) -> None:
    assert code(allowance(), effect) is None
    assert code(allowance(effects=()), effect) == "not_declared"


@pytest.mark.parametrize(
    "effect",
    [
        asked("llm"),
        asked("llm", **{**LLM, "max_tokens": "400"}),
        asked("llm", **{**LLM, "instruction": "x" * 8001}),
        asked("llm", **{**LLM, "data": "x" * 64_001}),
        asked("llm", **LLM, extra=1),
        asked("fetch", url=5),
        asked("recall", key=""),
        asked("remember", key="k", value="x" * 16_001),
        asked("notify", subject="s" * 201, body="b"),
        asked("notify", subject="s", body="b", to="somebody@else.test"),
        asked("now", zone="CET"),
    ],
)
def test_malformed_arguments_are_refused(effect: Effect) -> None:
    assert code(allowance(), effect) == "invalid_arguments"


def test_budgets_count_down() -> None:
    allowed = allowance()
    assert [code(allowed, asked("llm", **LLM)) for _ in range(3)] == [None, None, "over_budget"]
    assert [code(allowed, asked("fetch", url="https://shop.test/")) for _ in range(3)] == [None, None, "over_budget"]
    assert [code(allowed, asked("notify", subject="s", body="b")) for _ in range(2)] == [None, "over_budget"]
    assert code(allowed, asked("remember", key="a", value=1)) is None
    assert code(allowed, asked("recall", key="a")) is None
    assert code(allowed, asked("recall", key="b")) == "over_budget"


def test_tokens_and_bytes_are_budgets_too() -> None:
    allowed = allowance()
    assert code(allowed, asked("llm", **{**LLM, "max_tokens": 1001})) == "over_budget"
    allowed = allowance()
    allowed.count_fetched(400)
    assert allowed.fetch_bytes_left == 600
    allowed.count_fetched(4000)
    assert allowed.fetch_bytes_left == 0
    assert code(allowed, asked("fetch", url="https://shop.test/")) == "over_budget"


@pytest.mark.parametrize(
    "url",
    [
        "https://other.test/",
        "https://shop.test.evil.test/",
        "https://shop.test@evil.test/",
        "https://evil.test/?https://shop.test/",
        "https://evil.test#@shop.test/",
        "https://evil.test\\@shop.test/",
        "ftp://shop.test/",
        "file:///etc/passwd",
        "https://shop.test:8443/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "https://shop.test\t.evil.test/",
        "https://shop.test /",
        "https://ѕhop.test/",
        "//shop.test/",
        "shop.test/aaaa",
        "https://shop.test.:443/",
        "https://shop.test:99999/",
    ],
)
def test_only_the_hosts_of_the_spec_are_reached(url: str) -> None:
    assert code(allowance(), asked("fetch", url=url)) == "host_not_allowed"


def test_hosts_may_come_from_named_input_fields_only() -> None:
    capabilities = Capabilities(effects=(EffectKind.FETCH,), hosts=("a.test",), hosts_from_input=("page", "pages"))
    run_input = {"page": "https://B.test/x", "pages": ["http://c.test", 5, "nonsense"], "other": "https://d.test/"}
    assert list_allowed_hosts(capabilities, run_input) == {"a.test", "b.test", "c.test"}
    assert list_allowed_hosts(capabilities, {"page": None}) == {"a.test"}


def test_the_default_port_may_be_written_out() -> None:
    assert read_url_host("https://shop.test:443/") == "shop.test"
    assert read_url_host("http://shop.test:80/") == "shop.test"
    assert read_url_host("http://shop.test:443/") is None
