#!/bin/bash
# Runs each decoder's fuzzer under libFuzzer, from the corpus in the tree, which is then made anew from what it found.
#   tools/fuzz_guided.sh <build folder> <minutes a decoder>
set -euo pipefail
build=$1
seconds=$(($2 * 60))
fuzzers=$(ninja -C "$build" -t targets all | sed -n 's/^renkei_\([^ :]*\)_libfuzzer: CXX_EXECUTABLE_LINKER.*/\1/p')
test -n "$fuzzers" || { echo "fuzz-guided: there is no decoder to fuzz" >&2; exit 1; }
for fuzzer in $fuzzers; do
  echo "fuzz-guided: compiling $fuzzer"
  ninja -C "$build" --quiet "renkei_$fuzzer" "renkei_${fuzzer}_libfuzzer"
  found=$build/corpus/$fuzzer
  corpus=tests/fuzz/corpus/$fuzzer.bin
  mkdir -p "$found"
  "$build/renkei_$fuzzer" $(test ! -f "$corpus" || echo --corpus "$corpus") --unpack "$found"
  echo "fuzz-guided: $fuzzer for $2 minutes"
  "$build/renkei_${fuzzer}_libfuzzer" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$build/$fuzzer-" "$found" 2>&1 | grep -E "^stat::|ERROR|SUMMARY|Test unit|DONE"
  small=$(mktemp -d)
  "$build/renkei_${fuzzer}_libfuzzer" -merge=1 -max_len=512 "$small" "$found" > /dev/null 2>&1
  "$build/renkei_$fuzzer" --corpus "$corpus" --pack "$small"
  rm -r "$small"
  echo "fuzz-guided: $corpus holds what reaches new code, $(stat -c %s "$corpus") bytes"
done
