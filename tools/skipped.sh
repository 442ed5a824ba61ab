#!/bin/bash
# Says which tests the last `ctest` in a build folder left out, and why.   tools/skipped.sh <build folder>
set -euo pipefail
log=$1/Testing/Temporary/LastTest.log
sed -n '/: Skipped$/{n;s/^/test: skipped: /p}' "$log" | sort | uniq -c |
  sed 's/^ *\([0-9]*\) test: skipped: /test: \1 skipped: /'
