"""Metrics of two deployments in one account are told apart."""

import json

import pytest

from shared.runtime.observability import count


@pytest.mark.parametrize("namespace", ["MAM", "SHOP"])
def test_a_metric_belongs_to_the_deployment_that_counts_it(
    namespace: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", namespace)
    count("AgentsIndexed")
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["_aws"]["CloudWatchMetrics"][0]["Namespace"] == namespace
