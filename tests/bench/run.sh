#!/usr/bin/env bash
# Prints figures beside peers and floors, in one run; docs/bench.md tells what each row compares.
# BENCH_MAILS says how many mails (20000); 2000 are enough for a quick look.
set -euo pipefail
cd "$(dirname "$0")/../.."

mails="${BENCH_MAILS:-20000}"
cargo build --release --quiet -p baton-cli -p baton-tests --bin baton --bin bench
target="${CARGO_TARGET_DIR:-target}/release"
folder="$(mktemp -d "${TMPDIR:-/tmp}/baton-bench.XXXXXX")"
trap 'rm -rf "$folder"' EXIT

printf '%s, %s processors, load %s\n' "$(uname -sm)" "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$target/bench" all "$target/baton" "$folder" "$mails"
