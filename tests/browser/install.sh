#!/bin/sh
# The browser and the checker of `pytest tests/browser`: Debian's chromium, and axe-core under build/browser.
# What is there already stays; run it as often as you like.
set -eu
cd "$(dirname "$0")/../.."

AXE=4.14.1 # also in conftest.py: another release has other rules
AXE_AT=build/browser/node_modules/axe-core

if [ ! -x /usr/bin/chromium ]; then
    if ! { apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends chromium; }; then
        echo "tests/browser needs /usr/bin/chromium; install Debian's package chromium as root, and try again" >&2
        exit 1
    fi
fi

mkdir -p build/browser
if ! grep --quiet "\"version\": \"$AXE\"" "$AXE_AT/package.json" 2>/dev/null; then
    if ! npm install --silent --no-save --no-package-lock --prefix build/browser "axe-core@$AXE"; then
        echo "tests/browser needs axe-core $AXE; install npm and let it reach its registry, and try again" >&2
        exit 1
    fi
fi
