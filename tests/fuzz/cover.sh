#!/usr/bin/env bash
# Called by cargo in the place of rustc for the crates of this workspace: adds the counters that
# libFuzzer steers by. Build scripts and macros run on the compiler's side and stay as they are.
case " $* " in
    *" --crate-name build_script_"* | *" --crate-type proc-macro "*) exec "$@" ;;
esac
exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Copt-level=1
