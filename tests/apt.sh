# Sourced by chromium.sh and firefox.sh, which say what `found` means.

# from_debian WHAT_FOR PACKAGES…: from Debian, one group of packages after another until `found`, where that is allowed.
from_debian() {
  command -v apt-get >/dev/null 2>&1 || return 0
  local sudo="" packages
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || return 0
    sudo="sudo -n"
  fi
  echo "== Installing $1"
  shift
  $sudo apt-get update -qq || true
  for packages; do
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null || true
    if found; then return 0; fi
  done
}
