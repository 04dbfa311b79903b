"""When `make bench` says that a target was missed."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

import benchmarks.__main__ as bench
from benchmarks.targets import TARGETS, Target

Figure = tuple[str, float, str]


@pytest.mark.parametrize(
    ("target", "met", "missed"),
    [(Target(most=15), 15, 15.1), (Target(least=0.9), 0.9, 0.89), (Target(8, 20), 20, 7.9), (Target(8, 20), 8, 21)],
)
def test_a_target_includes_its_limits(target: Target, met: float, missed: float) -> None:
    assert target.met_by(met)
    assert not target.met_by(missed)


def test_a_missed_target_is_named_with_its_value() -> None:
    found = [("time", 16.0, "s"), ("size", 1.0, "MB"), ("reported", 99.0, "")]
    targets = {"time": Target(most=15), "size": Target(most=2)}
    assert bench.missed_targets("b", found, targets) == ["b: time: 16 s, target ≤ 15"]


def test_a_target_that_nothing_was_measured_for_is_missed() -> None:
    assert bench.missed_targets("b", [], {"gone": Target(most=1)}) == ["b: gone: not measured, target ≤ 1"]


def test_what_breaks_is_missed_and_keeps_the_figures_before_it() -> None:
    def figures() -> Iterator[Figure]:
        yield "time", 1.0, "s"
        raise OSError("no [such] thing")

    out = io.StringIO()
    missed = bench.run("b", figures, {"time": Target(most=2)}, Console(file=out, width=100))
    assert missed == ["b: could not measure all: OSError: no [such] thing"]
    assert "time" in out.getvalue()


@pytest.mark.parametrize(("value", "status"), [(0.5, 0), (0.7, 1)])
def test_the_exit_status_tells(value: float, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    what = next(iter(TARGETS["start_up"]))
    monkeypatch.setattr("benchmarks.start_up.figures", lambda: [(what, value, "times")])
    assert bench.main(["start_up"]) == status


def test_every_benchmark_with_targets_exists() -> None:
    assert set(TARGETS) <= set(bench.names())


def test_a_benchmark_that_does_not_exist_is_refused() -> None:
    assert bench.main(["nothing"]) == 2
