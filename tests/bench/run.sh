#!/usr/bin/env bash
# Prints figures beside peers and floors, in one run; docs/bench.md tells what each row compares.
# BENCH_MAILS says how many mails (20000); 2000 are enough for a quick look. BENCH_PAIRS says of how
# many pairs a row is the median (3), BENCH_ONLY which parts are wanted (import,search,commands,
# decision,rules,serve,door,mail,window), BENCH_POINTS how many decision points a history has (1000000),
# BENCH_FOLDER where it works: a folder that is there is used again.
set -euo pipefail
cd "$(dirname "$0")/../.."

mails="${BENCH_MAILS:-20000}"
cargo build --release --quiet -p baton-cli -p baton-tests --bin baton --bin bench
# By itself: what it needs must not change how ours is built.
case ",${BENCH_ONLY:-rules}," in
*,rules,*) cargo build --release --quiet -p baton-peers ;;
esac
target="${CARGO_TARGET_DIR:-target}/release"

case ",${BENCH_ONLY:-window}," in
*,window,*)
    if pkg-config --exists webkit2gtk-4.1; then
        [ -f ui/dist/index.html ] || { npm --prefix ui ci || npm --prefix ui install; npm --prefix ui run build; }
        cargo build --release --quiet -p baton-desktop --features custom-protocol
        export BATON_DESKTOP="${BATON_DESKTOP:-$(realpath "$target/baton-desktop")}"
    fi
    ;;
esac

if [ -n "${BENCH_FOLDER:-}" ]; then
    folder="$BENCH_FOLDER"
    mkdir -p "$folder"
else
    folder="$(mktemp -d "${TMPDIR:-/tmp}/baton-bench.XXXXXX")"
    trap 'rm -rf "$folder"' EXIT
fi

printf '%s, %s processors, load %s\n' "$(uname -sm)" "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$target/bench" all "$target/baton" "$folder" "$mails"
