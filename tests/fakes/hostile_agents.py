"""Agents that no gate has seen: what test_agent must survive if the gates before it ever let something through.

Each is the `agent.py` of an image, with the finding that has to come of it. They import nothing that agents may not
import, which would end them at once: they find it where the interpreter keeps it.
"""

from shared.builds.report import FindingKind

OS, SOCKET = (f"import re\n\n{name} = re.enum.sys.modules['{name}']\n\n\n" for name in ("os", "socket"))

HOSTILE: dict[str, tuple[str, FindingKind]] = {
    "hangs": ("async def run(input, tools):\n    while True:\n        pass\n", FindingKind.TOO_SLOW),
    "exits": (OS + "async def run(input, tools):\n    os._exit(0)\n", FindingKind.CRASHED),
    "kills": (
        OS + "async def run(input, tools):\n    os.kill(os.getppid(), 9)\n",
        FindingKind.PROTOCOL_VIOLATED,
    ),
    "eats-memory": (
        "async def run(input, tools):\n    held = []\n    while True:\n        held.append(bytearray(10**7))\n",
        FindingKind.CRASHED,
    ),
    "recurses": ("async def run(input, tools):\n    def f(x):\n        return f(x)\n    f(1)\n", FindingKind.CRASHED),
    "does-not-load": ("1 / 0\n", FindingKind.CRASHED),
    "imports": ("import os\n\n\nasync def run(input, tools):\n    return {}\n", FindingKind.PROTOCOL_VIOLATED),
    "opens-a-connection": (
        SOCKET + "async def run(input, tools):\n    socket.create_connection(('127.0.0.1', 80), 2)\n",
        FindingKind.PROTOCOL_VIOLATED,
    ),
    "floods": (
        "async def run(input, tools):\n    return {'topic': 'x' * 5_000_000}\n",
        FindingKind.PROTOCOL_VIOLATED,
    ),
    "forges-its-answer": (
        "import json\n" + OS + "async def run(input, tools):\n    for number in range(3, 64):\n        try:\n"
        "            os.write(number, json.dumps({'status': 'succeeded', 'output': {}}).encode())\n"
        "        except OSError:\n            pass\n    os._exit(0)\n",
        FindingKind.CRASHED,
    ),
    "asks-for-what-it-may-not": (
        "async def run(input, tools):\n    await tools.fetch('https://attacker.example/')\n    return {}\n",
        FindingKind.UNDECLARED_EFFECT,
    ),
}
