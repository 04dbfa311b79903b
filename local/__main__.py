"""`python -m local`."""

from local.shell import leave_behind


def main() -> None:
    leave_behind()
    from local.cli.app import app  # not before: what it imports would read the shell's settings

    app(prog_name="python -m local")


if __name__ == "__main__":
    main()
