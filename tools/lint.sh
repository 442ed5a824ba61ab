#!/usr/bin/env bash
# clang-tidy over all sources. Usage: tools/lint.sh <build folder with compile_commands.json>
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1

# A file whose content, headers and rules are those of its last clean run is not run again.
cache=$build/tidy; mkdir -p "$cache"
mapfile -t units < <(git ls-files --cached --others --exclude-standard 'src/*.cc' 'apps/*.cc' | grep -v '_test\.cc$')
rules=$(cat .clang-tidy $(git ls-files 'src/*.h') | sha1sum | cut -c1-16)
todo=()
for unit in "${units[@]}"; do
  stamp=$cache/$(echo "$rules $(sha1sum "$unit")" | sha1sum | cut -c1-24)
  [ -e "$stamp" ] || todo+=("$unit $stamp")
done
echo "lint: clang-tidy on ${#todo[@]} of ${#units[@]} files"
if [ ${#todo[@]} -gt 0 ]; then
  printf '%s\n' "${todo[@]}" | xargs -P "$(nproc)" -L1 bash -c \
    'clang-tidy -p '"$build"' --quiet "$0" 2>'"$cache"'/last.$$ && touch "$1" || { cat '"$cache"'/last.$$; echo "lint: clang-tidy found the above in $0" >&2; exit 255; }'
fi
echo "lint: well"
