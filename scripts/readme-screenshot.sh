#!/usr/bin/env bash
# Makes the pictures that README.md shows: the demo in the middle of its tour, light and dark.
#
#   scripts/readme-screenshot.sh [BINARY] [FOLDER]
#
# BINARY is the built snapwarden (target/release/snapwarden, else target/debug/snapwarden); the pictures go into docs/images. It
# starts the demo on a free port, takes a snapshot of web-01, breaks the VM and asks for a revert, all over the console's API,
# and shows the page to bob, who may decide. Needs curl, jq and chromium. A picture of 200 kB or more is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
binary=${1:-$target/release/snapwarden}
[ $# -gt 0 ] || [ -x "$binary" ] || binary=$target/debug/snapwarden
folder=${2:-docs/images}
limit=200000

said=$(mktemp)
"$binary" demo --listen 127.0.0.1:0 >"$said" 2>/dev/null &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; rm -f "$said"' EXIT
until grep -q '^ready ' "$said"; do
    kill -0 "$demo" 2>/dev/null || { echo "$0: $binary ended before it was ready" >&2; exit 1; }
    sleep 0.05
done
url=$(sed -n 's/^ready //p' "$said")

post() { curl --silent --show-error --fail-with-body --noproxy '*' -H 'content-type: application/json' -d "$2" "$url$1"; }
get() { curl --silent --show-error --fail-with-body --noproxy '*' "$url$1"; }

# Types a command as alice, and waits until its request is in the given state.
ask() {
    local request state=none tries=0
    request=$(post /api/commands "$(jq -nc --arg text "$1" '{person: "alice", channel: "ops", text: $text, locale: "en"}')" | jq -er .request)
    until [ "$state" = "$2" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { echo "$0: $1 is $state and not $2" >&2; exit 1; }
        sleep 0.1
        state=$(get "/api/requests/$request" | jq -r .state)
    done
}

ask '/snapshot take web-01 "before upgrade"' done
moref=$(get /demo/machines | jq -er '.[] | select(.path == "DC1/web/web-01") | .moref')
post "/demo/machines/$moref/break" '{}' >/dev/null
ask '/snapshot revert web-01 "before upgrade"' awaiting_approval

mkdir -p "$folder"
page="$url/?as=bob&channel=ops&lang=en"
scripts/screenshot.sh "$page" "$folder/console.png" 1280x800 light
scripts/screenshot.sh "$page" "$folder/console-dark.png" 1280x800 dark
for picture in "$folder/console.png" "$folder/console-dark.png"; do
    size=$(stat -c %s "$picture")
    echo "$picture  $((size / 1000)) kB"
    [ "$size" -lt "$limit" ] || { echo "$0: $picture is larger than $((limit / 1000)) kB" >&2; exit 1; }
done
