"""Serves the agent in /app on port 8080, or on a listening socket that was handed over.

`--container` is how an image starts it: this system is a task's own, to be limited and emptied between calls.
`--control FD`: everything is loaded ahead, and the task waits on that socket for one JSON line `{"nonce": …}` that
carries a listening socket; it then serves one run of one agent, and is never used for a second.
"""

from . import nonce


def main() -> None:
    nonce.leave_environment()
    from .serve import serve

    serve()


main()
