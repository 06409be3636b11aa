#!/usr/bin/env bash
# Plays the stories in the real window: builds the app with its own pages and names it to the
# stories. Each story brings its own display, bus and notification daemon. Pictures of failures
# go to tests/out.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -f ui/dist/index.html ] || { npm --prefix ui ci || npm --prefix ui install; npm --prefix ui run build; }
cargo build --locked -p baton-desktop --features custom-protocol

mkdir -p tests/out
export BATON_WINDOW_OUT="$PWD/tests/out"
export BATON_DESKTOP="${BATON_DESKTOP:-${CARGO_TARGET_DIR:-$PWD/target}/debug/baton-desktop}"
# One at a time: a window that draws by software needs a whole processor.
exec cargo test --locked -p baton-tests --test window -- --test-threads=1 --nocapture "$@"
