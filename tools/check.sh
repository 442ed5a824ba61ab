#!/usr/bin/env bash
# Format and house rules.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t sources < <(git ls-files --cached --others --exclude-standard 'src/*.cc' 'src/*.h' 'apps/*.cc' 'tests/*.cc' 'tests/*.h' 'bench/*.cc' 'bench/*.h')
echo "check: format of ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}" || { echo "check: mend with: clang-format -i <file>" >&2; exit 1; }

echo "check: house rules"
/usr/bin/python3 tests/tidy/tidy_test.py

echo "check: well"
