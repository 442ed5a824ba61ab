#!/usr/bin/env bash
# Installs what Renkei is built and tested with, on Debian 12: Debian packages, and DuckDB (library from npm, header
# from PyPI) under third_party/duckdb. Says what it does, does only what is missing, and may be run again at any time.
#
#   tools/setup.sh          everything that build, demo, test and check need
#   tools/setup.sh --quiet  says nothing when nothing is missing
set -euo pipefail
cd "$(dirname "$0")/.."

quiet=${1:-}
say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

build_packages=(
  g++ make cmake ninja-build pkg-config ccache
  libfmt-dev libyaml-cpp-dev libcli11-dev rapidjson-dev libcpp-httplib-dev
  libmariadb-dev freetds-dev libdeflate-dev libzstd-dev libxxhash-dev libssl-dev zlib1g-dev
  libgtest-dev libgmock-dev
  python3 python3-pip python3-venv ca-certificates
)
run_packages=(mariadb-server-core mariadb-client python3-pymysql sysbench)
check_packages=(clang-format clang-tidy)

missing=()
for package in "${build_packages[@]}" "${run_packages[@]}" "${check_packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
command -v npm >/dev/null || missing+=(npm)

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || die "this needs Debian 12 with apt-get; missing: ${missing[*]}"
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "run as root once, or install sudo, to install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/tmp/renkei-setup.$$.log 2>&1 || { tail -20 /tmp/renkei-setup.$$.log >&2; die "apt-get install failed, see above"; }
  rm -f /tmp/renkei-setup.$$.log
fi

# DuckDB 1.5.5: the one version for which library, header and signed extensions are all published.
duckdb=third_party/duckdb
version=1.5.5
sums() {
  (cd "$duckdb" 2>/dev/null && sha256sum -c --quiet 2>/dev/null) <<'SUMS'
fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405  lib/libduckdb.so
48e716b9ce96ca8fead9cb35693fdc0343ac0fc1f6e7db5561fa0f44b674153d  include/duckdb.h
SUMS
}
if ! sums; then
  [ "$(uname -m)" = x86_64 ] || die "only x86_64 is supported so far, this is $(uname -m)"
  say "fetching DuckDB $version (library from npm, header from PyPI, about 60 MB)"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  rm -rf "$duckdb"
  mkdir -p "$duckdb/lib" "$duckdb/include"
  npm pack --silent --pack-destination "$work" "@duckdb/node-bindings-linux-x64@$version-r.5" >"$work/npm.log" 2>&1 ||
    { tail -5 "$work/npm.log" >&2; die "npm could not fetch the DuckDB library: is the npm registry reachable?"; }
  tar xzf "$work/duckdb-node-bindings-linux-x64-$version-r.5.tgz" -C "$duckdb/lib" --strip-components=1 package/libduckdb.so
  /usr/bin/python3 -m pip download -q --disable-pip-version-check --no-deps --no-binary duckdb -d "$work" "duckdb==$version" \
    >"$work/pip.log" 2>&1 || { tail -5 "$work/pip.log" >&2; die "pip could not fetch the DuckDB sources: is PyPI reachable?"; }
  source_dir=duckdb-$version
  tar xzf "$work/$source_dir.tar.gz" -C "$duckdb/include" --strip-components=5 "$source_dir/external/duckdb/src/include/duckdb.h"
  tar xzf "$work/$source_dir.tar.gz" -C "$duckdb" --strip-components=3 "$source_dir/external/duckdb/LICENSE"
  sums || die "DuckDB $version does not have the expected checksums; delete $duckdb and try again"
fi
[ "$quiet" = --quiet ] || say "everything is there"
