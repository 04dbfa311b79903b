#!/usr/bin/env bash
# Prepares this checkout: the virtual environment from requirements.lock, and the system packages that running it takes.
# Run by the Makefile; repeating it costs nothing while requirements.lock has not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

install_system_packages() {
  command -v apt-get >/dev/null || fail "Missing: $*. Install them with this system's package manager, then run this again."
  say "Installing $* (Debian packages)"
  as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }' sh "$@" ||
    fail "Could not install $*. As root: apt-get update && apt-get install $*"
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "Python 3.11 or newer is needed: install python3, or set PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Python 3.11 or newer is needed; $python is $("$python" --version). Set PYTHON=/path/to/a/newer/python3"
command -v node >/dev/null || fail "Node.js 20 or newer is needed (the AWS CDK runs on it): install nodejs"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js 20 or newer is needed; this is $(node --version)"

if [ "$(uname -s)" = Linux ]; then
  missing=()
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  "$python" -c 'import ensurepip' 2>/dev/null || missing+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
  [ ${#missing[@]} = 0 ] || install_system_packages "${missing[@]}"
else
  say "Agents run only inside a Linux sandbox; on this system everything but running agents works. Use a Linux VM for the whole."
fi

stamp=.venv/.installed
if [ ! -f "$stamp" ] || ! cmp -s requirements.lock "$stamp"; then
  say "Installing Python packages (requirements.lock)"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  if ! .venv/bin/uv --version >/dev/null 2>&1; then
    # uv's own entry of the lock, so that the installer is held to its hashes like everything else.
    sed -n '/^uv==/,/^[a-z]/{/^uv==/p;/^    --hash/p}' requirements.lock > .venv/uv.lock
    .venv/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock
  fi
  .venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes requirements.lock ||
    { say "uv could not reach its index; trying pip with this machine's settings";
      .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; }
  cp requirements.lock "$stamp"
fi
