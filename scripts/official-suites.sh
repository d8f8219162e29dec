#!/usr/bin/env bash
# Runs both official protocol suites, unmodified, against examples/conformance: scripts/official-suites.sh DOCS
# DOCS is the `docs` folder of a checkout of github.com/socketio/socket.io. Port 3000 must be free.
set -euo pipefail

[ $# = 1 ] || {
    echo "usage: $0 DOCS (the docs folder of a checkout of github.com/socketio/socket.io)" >&2
    exit 2
}
docs=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
out=$(mktemp -d)
server=
ended() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$out"
}
trap ended EXIT

# The build of the tests; the suites ask for little.
cargo build --locked --example conformance
"${CARGO_TARGET_DIR:-target}/debug/examples/conformance" --port 3000 >"$out/server" 2>&1 &
server=$!
for _ in $(seq 100); do
    if (exec 3<>/dev/tcp/127.0.0.1/3000) 2>/dev/null; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$out/server" >&2; exit 1; }
    sleep 0.1
done

# suite FOLDER PASSES: the suite's own runner must exit 0 with exactly so many tests passed.
suite() {
    local folder=$docs/$1 passes=$2
    [ -d "$folder/node_modules" ] || npm --prefix "$folder" ci --no-audit --no-fund --ignore-scripts
    npm --prefix "$folder" test | tee "$out/suite"
    grep -qE "^ +$passes passing" "$out/suite" || { echo "$1: $passes tests must pass" >&2; exit 1; }
    if grep -qE '^ +[0-9]+ (failing|pending)' "$out/suite"; then echo "$1: nothing may fail or be left out" >&2; exit 1; fi
}

suite engine.io-protocol/v4-test-suite 25
suite socket.io-protocol/v5-test-suite 32
echo "official suites: 25 of 25 and 32 of 32"
