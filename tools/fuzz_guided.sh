#!/bin/bash
# Runs each decoder's fuzzer under libFuzzer, from the corpus in the tree; what it finds stays in the build folder.
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
  kept=tests/fuzz/corpus/$fuzzer
  mkdir -p "$found" "$kept"
  "$build/renkei_$fuzzer" --write-seeds "$found"
  echo "fuzz-guided: $fuzzer for $2 minutes"
  "$build/renkei_${fuzzer}_libfuzzer" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$build/$fuzzer-" "$found" "$kept" 2>&1 | grep -E "^stat::|ERROR|SUMMARY|Test unit|DONE"
done
