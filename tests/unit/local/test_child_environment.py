"""One list of what a child process gets from the shell."""

import ast
from pathlib import Path

from local.child_environment import child_environment, outside_proxies

SHELL = {
    "PATH": "/bin",
    "HOME": "/home/me",
    "XDG_CONFIG_HOME": "/home/me/.config",
    "AWS_PROFILE": "mine",
    "AWS_SECRET_ACCESS_KEY": "mine",
    "ANTHROPIC_API_KEY": "sk",
    "HTTP_PROXY": "http://proxy",
    "https_proxy": "http://proxy",
    "PYTHONPATH": "/mine",
    "PYTHONSTARTUP": "/mine.py",
    "SSL_CERT_FILE": "/mine.pem",
    "LOG_LEVEL": "ERROR",
    "praw_password": "mine",
    "MAM_PREWARM": "0",
}


def test_only_what_is_named_gets_through_and_home_is_ours() -> None:
    made = child_environment(Path("/ours"), passed=("MAM_PREWARM",), shell=SHELL, OWN="1")
    assert made == {"PATH": "/bin", "MAM_PREWARM": "0", "HOME": "/ours", "PYTHONNOUSERSITE": "1", "OWN": "1"}


def test_proxies_lead_outside_and_never_to_this_machine() -> None:
    found = outside_proxies(SHELL)
    assert found["HTTP_PROXY"] == found["https_proxy"] == "http://proxy"
    assert {"127.0.0.1", "localhost", ".test"} <= set(found["NO_PROXY"].split(","))
    assert outside_proxies({"PATH": "/bin", "NO_PROXY": "x"}) == {}


def test_no_process_of_ours_is_started_with_the_environment_of_the_shell() -> None:
    """Popen and run without `env` inherit it; `local/cli/owner.py` becomes a command of the owner's, which keeps it."""
    inheriting: list[str] = []
    for file in Path("local").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("subprocess.Popen", "subprocess.run"):
                given = {keyword.arg for keyword in node.keywords}
                if "env" not in given:
                    inheriting.append(f"{file}:{node.lineno}")
    assert inheriting == []
