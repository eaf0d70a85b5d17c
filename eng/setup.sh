#!/usr/bin/env bash
# Makes this machine able to build and run LoraDiff; safe to run again. Installs from the distribution only what is missing and says what it did.
#
#   LIBTORCH=<dir>                 use this libtorch (an unpacked libtorch, or site-packages/torch of a Python environment): nothing of torch is installed
#   LIBTORCH_FROM_PYTHON=<python>  use that Python's torch package; an active virtual environment (VIRTUAL_ENV, CONDA_PREFIX) that has torch is found by itself
#
# Run it (`bash eng/setup.sh`) or source it, as ./quickstart and ./test do: then the choice of libtorch is exported to the build.

loradiff_setup() {
  local oldest_torch=1.13 apt=(apt-get -o DPkg::Lock::Timeout=300) missing=() as_root=() torch_from='' version folder=''

  say() { printf 'set-up: %s\n' "$*" >&2; }
  fail() { printf 'set-up: error: %s\n' "$*" >&2; }
  has() { command -v "$1" >/dev/null 2>&1; }
  installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }
  python_torch() { "$1" -c 'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")' 2>/dev/null; }

  # 1. The .NET SDK, which apt may not have: only checked.
  if ! has dotnet; then
    fail "the .NET 10 SDK was not found. Install it from https://dot.net/download (or: sudo apt-get install dotnet-sdk-10.0 where the distribution has it), then run this again."
    return 1
  fi
  version=$(dotnet --version 2>/dev/null || true)
  if [ "${version%%.*}" -lt 10 ] 2>/dev/null || ! [[ "$version" =~ ^[0-9]+\. ]]; then
    fail "dotnet ${version:-(no SDK)} was found, but LoraDiff needs the .NET SDK 10.0 or newer: https://dot.net/download"
    return 1
  fi
  say ".NET SDK $version"

  # 2. Which libtorch.
  if [ -n "${LIBTORCH:-}" ]; then
    if [ ! -e "$LIBTORCH/share/cmake/Torch/TorchConfig.cmake" ]; then
      fail "LIBTORCH is '$LIBTORCH', but that folder has no share/cmake/Torch/TorchConfig.cmake. It must be an unpacked libtorch or a Python environment's site-packages/torch."
      return 1
    fi
    export LIBTORCH
    torch_from="LIBTORCH=$LIBTORCH"
  elif [ -n "${LIBTORCH_FROM_PYTHON:-}" ]; then
    local python=$LIBTORCH_FROM_PYTHON
    case "$python" in 1 | true) python=python3 ;; esac
    folder=$(python_torch "$python" || true)
    if [ -z "$folder" ]; then
      fail "LIBTORCH_FROM_PYTHON is '$LIBTORCH_FROM_PYTHON', but that Python has no torch package. Install it there (pip install torch), or unset the variable to take the distribution's."
      return 1
    fi
    if [ ! -e "$folder/share/cmake/Torch/TorchConfig.cmake" ]; then
      fail "LIBTORCH_FROM_PYTHON is '$LIBTORCH_FROM_PYTHON', whose torch is in '$folder', but that folder has no share/cmake/Torch/TorchConfig.cmake, which a build against it needs. Install torch there with pip (pip install torch), or unset the variable to take the distribution's."
      return 1
    fi
    export LIBTORCH_FROM_PYTHON
    torch_from="the torch package of $python"
  else
    local environment
    for environment in "${VIRTUAL_ENV:-}" "${CONDA_PREFIX:-}"; do
      [ -n "$environment" ] && [ -x "$environment/bin/python" ] || continue
      folder=$(python_torch "$environment/bin/python" || true)
      if [ -n "$folder" ] && [ -e "$folder/share/cmake/Torch/TorchConfig.cmake" ]; then
        export LIBTORCH=$folder
        torch_from="the active Python environment ($folder)"
        break
      fi
    done
  fi

  # 3. What is missing. A tool that is there needs no package, whoever installed it.
  has cmake || missing+=(cmake)
  has c++ || missing+=(g++)
  has ninja || missing+=(ninja-build)
  if [ -z "$torch_from" ]; then
    if has dpkg-query; then
      installed libtorch-dev || missing+=(libtorch-dev)
      installed libopenblas0-pthread || missing+=(libopenblas0-pthread)
    else
      missing+=(libtorch-dev libopenblas0-pthread)
    fi
  fi

  # 4. Install it.
  if [ ${#missing[@]} -gt 0 ]; then
    if ! has apt-get || ! has dpkg-query; then
      fail "missing: ${missing[*]}. This script installs on Debian and Ubuntu only; here, install cmake, ninja and a C++17 compiler with your package manager, and set LIBTORCH=<folder> to a libtorch $oldest_torch or newer (https://pytorch.org, or a virtual environment with 'pip install torch')."
      return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
      if has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        as_root=(sudo)
      else
        fail "missing: ${missing[*]}. Installing them needs root, and sudo is not available without a password. Ask for: sudo apt-get install ${missing[*]}"
        return 1
      fi
    fi
    say "installing ${missing[*]} from the distribution"
    "${as_root[@]}" "${apt[@]}" update -qq </dev/null >&2 || say "apt-get update reported problems; going on with the package lists that are there"
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2; then
      fail "apt-get could not install ${missing[*]} (no network, or this release has no such package; its own words are above). Without libtorch-dev: make a virtual environment, 'pip install torch' in it, and run this again with it active or with LIBTORCH=<its site-packages/torch>."
      return 1
    fi
    say "installed ${missing[*]}"
  else
    say "nothing to install"
  fi

  # 5. What the build will use.
  if [ -z "$torch_from" ]; then
    version=$(dpkg-query -W -f '${Version}' libtorch-dev 2>/dev/null || true)
    if ! printf '%s\n%s\n' "$oldest_torch" "$version" | sort -V -C; then
      fail "the distribution's libtorch-dev is ${version:-missing}; LoraDiff needs $oldest_torch or newer. Use a Python environment's: 'pip install torch' in one, then LIBTORCH=<its site-packages/torch>."
      return 1
    fi
    torch_from="the distribution's libtorch-dev $version"
  fi
  say "libtorch: $torch_from"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  loradiff_setup
fi
