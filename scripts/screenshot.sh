#!/bin/sh
# Makes a picture of a page with headless Chromium.
#
#   scripts/screenshot.sh URL OUT.png [WIDTHxHEIGHT] [light|dark]
#
# Needs `chromium` (or the one that CHROMIUM names) and nothing else; each run has a profile of its own that goes again. A picture
# that was not written is an error.
set -eu

if [ $# -lt 2 ]; then
    echo "usage: $0 URL OUT.png [WIDTHxHEIGHT] [light|dark]" >&2
    exit 2
fi
url=$1
out=$2
size=${3:-1280x800}
theme=${4:-light}

profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT INT TERM

case $theme in
    light) look=--blink-settings=preferredColorScheme=1 ;;
    dark) look=--blink-settings=preferredColorScheme=0 ;;
    *) echo "$0: the theme is light or dark, not $theme" >&2; exit 2 ;;
esac

rm -f "$out"
# Without a virtual clock: the open event stream would stop it. The page is drawn when it has loaded; WAIT_MS is the longest wait.
"${CHROMIUM:-chromium}" \
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor="${SCALE:-1}" \
    --user-data-dir="$profile" --window-size="$(echo "$size" | tr x ,)" "$look" \
    --timeout="${WAIT_MS:-3000}" --screenshot="$out" "$url" >/dev/null 2>&1

if [ ! -s "$out" ]; then
    echo "$0: no picture of $url was written" >&2
    exit 1
fi
