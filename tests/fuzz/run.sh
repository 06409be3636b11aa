#!/usr/bin/env bash
# Random damage to everything that strangers can send: run.sh SECONDS gives each target so long.
# A panic, a hang or a broken promise fails, and leaves the input in tests/out. FUZZ_SEED repeats.
# Built as tests are, because overflow checks and assertions are the point here.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec "${CARGO:-cargo}" run --locked --quiet -p baton-tests --example fuzz -- "${1:-60}"
