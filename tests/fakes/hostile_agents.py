"""Agents that no gate has seen: what test_agent must survive if the gates before it ever let something through.

Each is the `agent.py` of an image, with the finding that has to come of it.
"""

from shared.builds.report import FindingKind

HOSTILE: dict[str, tuple[str, FindingKind]] = {
    "hangs": ("async def run(input, tools):\n    while True:\n        pass\n", FindingKind.TOO_SLOW),
    "exits": ("import os\n\n\nasync def run(input, tools):\n    os._exit(0)\n", FindingKind.CRASHED),
    "kills": (
        "import os\n\n\nasync def run(input, tools):\n    os.kill(os.getppid(), 9)\n",
        FindingKind.CRASHED,
    ),
    "eats-memory": (
        "async def run(input, tools):\n    held = []\n    while True:\n        held.append(bytearray(10**7))\n",
        FindingKind.CRASHED,
    ),
    "recurses": ("async def run(input, tools):\n    def f(x):\n        return f(x)\n    f(1)\n", FindingKind.CRASHED),
    "does-not-load": ("import no_such_module\n", FindingKind.CRASHED),
    "opens-a-connection": (
        "import socket\n\n\nasync def run(input, tools):\n    socket.create_connection(('127.0.0.1', 80), 2)\n",
        FindingKind.CRASHED,
    ),
    "floods": (
        "async def run(input, tools):\n    return {'topic': 'x' * 5_000_000}\n",
        FindingKind.PROTOCOL_VIOLATED,
    ),
    "forges-its-answer": (
        "import json\nimport os\n\n\nasync def run(input, tools):\n    for number in range(3, 64):\n        try:\n"
        "            os.write(number, json.dumps({'status': 'succeeded', 'output': {}}).encode())\n"
        "        except OSError:\n            pass\n    os._exit(0)\n",
        FindingKind.EXAMPLE_FAILED,
    ),
    "asks-for-what-it-may-not": (
        "async def run(input, tools):\n    await tools.fetch('https://attacker.example/')\n    return {}\n",
        FindingKind.UNDECLARED_EFFECT,
    ),
}
