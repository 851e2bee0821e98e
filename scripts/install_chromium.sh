#!/bin/sh
# Makes sure that a Chromium is there for tests/browser and scripts/screenshots.py.
# Does nothing when there is one; installs Debian's or Ubuntu's where that is permitted.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing Chromium with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null
    exit 0
fi

echo "no Chromium found: the browser tests need one. Install it (Debian, Ubuntu:" >&2
echo "'sudo apt-get install chromium') or set CHROMIUM to its path." >&2
exit 1
