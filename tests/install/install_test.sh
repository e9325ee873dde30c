#!/usr/bin/env bash
# Installs a build to a prefix of its own and uses it as two strangers would:
# a CMake project with find_package, and a compiler call with pkg-config.
#
#   install_test.sh BUILD_DIR CXX CXX_FLAGS
set -euo pipefail
readonly build=$1 cxx=$2 flags=$3
# As CMake hands them to a shell: words, some of them in quotes.
eval "readonly words=($flags)"
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The prefix moves after the installation: nothing may know where it was.
readonly prefix=$work/moved

cmake --install "$build" --prefix "$work/prefix" >/dev/null
mv "$work/prefix" "$prefix"

expected='[ 3 1 ]
[ ]
[ 4 ]
INVALID_ARGUMENT: row_splits must not decrease: row_splits[2]=1 after row_splits[1]=2'

check() {
  local name=$1 output
  shift
  output=$("$@")
  if [[ $(head -n 4 <<<"$output") != "$expected" || ! $(tail -n 1 <<<"$output") =~ ^[0-9a-f]{16}$ ]]; then
    printf '%s printed:\n%s\nexpected:\n%s\nand a hash\n' "$name" "$output" "$expected" >&2
    exit 1
  fi
  echo "$name: as expected"
}

cmake -S "$here" -B "$work/consumer" -G Ninja --log-level=WARNING \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_PREFIX_PATH="$prefix"
cmake --build "$work/consumer"
check find_package "$work/consumer/consumer"

pc=$(find "$prefix" -name rowsplit.pc)
export PKG_CONFIG_PATH=${pc%/*}
static=--static
if compgen -G "${pc%/*/*}/librowsplit.so" >/dev/null; then
  static=
  export LD_LIBRARY_PATH=${pc%/*/*}
fi
# What pkg-config prints are words of their own.
# shellcheck disable=SC2046,SC2086
"$cxx" "${words[@]}" "$here/consumer.cc" -o "$work/by_pkg_config" $(pkg-config --cflags --libs $static rowsplit)
check pkg-config "$work/by_pkg_config"
