#!/usr/bin/env bash
# Tests the page in headless Chromium: tests/browser/run.sh PATH/TO/linocut
# Installs what it needs where it can (Chromium by apt as root, packages by npm) and says so where it cannot; that is no failure.
# UPDATE=1 writes the goldens anew.
set -euo pipefail
LINOCUT=$(realpath "${1:?the path of the command linocut}")
export LINOCUT
cd "$(dirname "$0")"

skip() {
    echo "skipped: $1"
    exit 0
}

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

command -v node >/dev/null && command -v npm >/dev/null || skip "no node"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || skip "node $(node --version) is older than 20"
if ! find_chromium >/dev/null && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    timeout 300 sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core' \
        >/dev/null 2>&1 || true
fi
CHROMIUM=$(find_chromium) || skip "no chromium"
export CHROMIUM
timeout 120 npm ci --ignore-scripts --no-audit --no-fund --silent || skip "the packages of package-lock.json cannot be had"
exec timeout 900 node --test --test-reporter=spec page.test.mjs
