#!/usr/bin/env bash
# Hunts for panics, hangs and broken promises in everything that strangers can send, guided by
# coverage: run.sh SECONDS [TARGET…] gives each target so long. What fails is kept in tests/out and
# runs again with `run.sh again TARGET FILE`.
#
# Only our own crates are instrumented (cover.sh), so the third-party build is shared with the
# tests. Assertions and overflow checks are on, because they are the point here.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=tests/fuzz
kept=tests/out/fuzz
programs="${CARGO_TARGET_DIR:-target}/debug"

chmod +x "$here/cover.sh"
RUSTC_WORKSPACE_WRAPPER="$PWD/$here/cover.sh" "${CARGO:-cargo}" build --locked --quiet -p baton-fuzz --bins

# What a worker thread of a server has, so that deep nesting shows.
ulimit -s 2048

if [ "${1:-}" = again ]; then
    exec "$programs/$2" "$3"
fi
seconds="${1:-60}"
shift || true
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || targets=(mime html rules mbox jsonl)

for target in "${targets[@]}"; do
    found="$kept/$target"
    mkdir -p "$found"
    seeds=("$found")
    if [ "$target" = rules ]; then
        # The rulesets that are shipped are the seeds.
        find src-tauri/crates -name '*.baton.toml' -exec sh -c 'cp "$1" "$0/$(echo "$1" | tr / -)"' "$found" {} \;
    else
        seeds+=("$here/seeds/$target")
    fi
    log="$kept/$target.log"
    if "$programs/$target" "${seeds[@]}" -dict="$here/words/$target.dict" -artifact_prefix="$kept/$target-" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -max_len=65536 \
        -print_final_stats=1 >"$log" 2>&1; then
        cases=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1)
        printf '%-6s %s cases, %s, all well\n' "$target" "$cases" "$edges"
    else
        tail -30 "$log" >&2
        printf '%-6s failed; the input is in %s, the log in %s\n' "$target" "$kept" "$log" >&2
        exit 1
    fi
done
