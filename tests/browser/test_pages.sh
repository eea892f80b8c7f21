#!/bin/sh
# Drives the pages with headless Chromium: a private PostgreSQL, the made-up conference of seed.sql,
# one real `rollcall worker web`. Skips (77) where the browser or Node.js is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=${ROLLCALL_BINARY:-$top/build/rollcall}
chromium=${CHROMIUM:-/usr/bin/chromium}

skip() { echo "skipped: $1"; exit 77; }
[ -x "$binary" ] || skip "no $binary"
[ -x "$chromium" ] || skip "no $chromium"
command -v node >/dev/null && command -v npm >/dev/null || skip "no Node.js with npm"

if [ ! -f "$here/node_modules/.package-lock.json" ] ||
    [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
    (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null 2>&1) ||
        skip "npm ci could not fetch playwright-core and axe-core"
    touch "$here/node_modules/.package-lock.json"
fi

work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    "$top/tests/support/postgres" stop "$work/postgres" || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

"$top/tests/support/postgres" start "$work/postgres"
ROLLCALL_DATABASE_URL=$(cat "$work/postgres/url")
ROLLCALL_SECRET=browser-test-secret-browser-test-secret
ROLLCALL_WEB_PORT=0
ROLLCALL_WEB_ADDRESS=127.0.0.1
ROLLCALL_VAR=$work/var
export ROLLCALL_DATABASE_URL ROLLCALL_SECRET ROLLCALL_WEB_PORT ROLLCALL_WEB_ADDRESS ROLLCALL_VAR
mkdir -p "$ROLLCALL_VAR"
"$binary" migrate >/dev/null
psql -q -v ON_ERROR_STOP=1 -d "$ROLLCALL_DATABASE_URL" -f "$here/seed.sql" >/dev/null

"$binary" worker web 2>"$work/log" &
server=$!
port=
for _ in $(seq 100); do
    port=$(sed -n 's/.* ev=start .*port=\([0-9]*\).*/\1/p' "$work/log")
    [ -z "$port" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
    sleep 0.1
done
[ -n "$port" ] || { echo "the worker did not start"; cat "$work/log"; exit 1; }

CHROMIUM=$chromium BASE=http://127.0.0.1:$port PSQL_URL=$ROLLCALL_DATABASE_URL SECRET=$ROLLCALL_SECRET \
    WORKER=$server SCREENSHOTS=${SCREENSHOTS:-} node "$here/pages.mjs" || { grep -v level=info "$work/log" || true; exit 1; }

# No line of the log may have a token in it, and the worker must leave when it is told to.
if grep -E '[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}' "$work/log"; then
    echo "not ok: a token stands in the log"
    exit 1
fi
kill "$server" 2>/dev/null || true # the last check has done so
status=0
wait "$server" || status=$?
server=
[ "$status" = 0 ] || { echo "not ok: SIGTERM ended with status $status"; tail -n 20 "$work/log"; exit 1; }
grep -q 'ev=stop' "$work/log" || { echo "not ok: no stop line"; exit 1; }
echo "ok: SIGTERM ends the worker in order"
