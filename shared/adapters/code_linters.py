"""ruff and bandit on generated code: a second check after the allow-list. Both only read the text."""

import json
import os
import subprocess
from io import BytesIO
from typing import Any

import ruff  # pyright: ignore[reportMissingTypeStubs]
from bandit.core import config, manager  # pyright: ignore[reportMissingTypeStubs]

RUFF_RULES = "S,E9,F82,PLE"
RUFF_IGNORED = "S101,S104,S105,S106,S107,S108,S110,S112,S608"
"""Rules that are pointless within the static gate's subset, or that misread plain texts. A failed assert only ends the
run. Agents have no log for ignored errors. They have no passwords, sockets, files or databases, so `pass` in a word
list, `0.0.0.0`, `/tmp` or "Select the best offer from the list" are just texts."""
RUFF_SECONDS = 10
BANDIT_SKIPPED = frozenset({"B101", "B104", "B105", "B106", "B107", "B108", "B110", "B112", "B608"})
FEWEST_BANDIT_TESTS = 30
"""bandit has about forty tests. Without its package metadata it finds none and silently accepts everything."""
LARGEST_OUTPUT = 1_000_000


class LinterUnavailable(Exception):
    """A linter did not run. The code is then not accepted: a missing result is not a good one."""


class CodeLinters:
    """`findings(source)`: sentences, empty if neither linter objects. `# noqa` and `# nosec` are ignored."""

    def findings(self, source: str) -> list[str]:
        return sorted(set(self._run_ruff(source)) | set(self._run_bandit(source)), key=_read_line)

    def _run_ruff(self, source: str) -> list[str]:
        options = [
            "--isolated",
            "--no-cache",
            "--quiet",
            "--ignore-noqa",
            "--output-format",
            "json",
            "--target-version",
            "py311",
        ]
        rules = ["--select", RUFF_RULES, "--ignore", RUFF_IGNORED, "--stdin-filename", "logic.py", "-"]
        try:
            done = subprocess.run(
                [ruff.find_ruff_bin(), "check", *options, *rules],
                input=source.encode(),
                capture_output=True,
                timeout=RUFF_SECONDS,
                check=False,
                env={"PATH": os.defpath, "HOME": "/nonexistent"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise LinterUnavailable(f"ruff: {type(error).__name__}") from error
        if done.returncode not in (0, 1) or len(done.stdout) > LARGEST_OUTPUT:
            raise LinterUnavailable(f"ruff ended with {done.returncode}: {done.stderr[:200].decode(errors='replace')}")
        return [
            f"line {item['location']['row']}: {item['message']} (ruff {item['code']})"
            for item in json.loads(done.stdout or b"[]")
        ]

    def _run_bandit(self, source: str) -> list[str]:
        review: Any = manager.BanditManager(config.BanditConfig(), "file", ignore_nosec=True)
        if sum(len(tests) for tests in review.b_ts.tests.values()) < FEWEST_BANDIT_TESTS:
            raise LinterUnavailable("bandit found few of its own tests: it is installed without its entry points")
        review._parse_file("agent/logic.py", BytesIO(source.encode()), ["agent/logic.py"])
        if review.skipped:
            raise LinterUnavailable(f"bandit: {review.skipped[0][1]}")
        issues = [issue for issue in review.get_issue_list() if issue.test_id not in BANDIT_SKIPPED]
        return [f"line {issue.lineno}: {issue.text} (bandit {issue.test_id})" for issue in issues]


def _read_line(finding: str) -> tuple[int, str]:
    return int(finding.removeprefix("line ").split(":", 1)[0]), finding
