# shellcheck shell=bash
# Installs what is missing from Debian, and nothing when nothing is missing.

readonly PACKAGE_LIST=$ARENA_ROOT/deploy/local/packages.txt

# The names below the given sections of packages.txt.
listed_packages() {
  local line section=''
  while IFS= read -r line; do
    case $line in
      '' | '#'*) ;;
      '['*) section=${line//[\[\]]/} ;;
      *) [[ " $* " == *" $section "* ]] && say "$line" ;;
    esac
  done <"$PACKAGE_LIST"
  return 0
}

# Programs that may come from elsewhere than Debian count as present.
provided_otherwise() {
  case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) false ;;
  esac
}

missing_packages() {
  local -a wanted
  local name state
  mapfile -t wanted < <(listed_packages "$@")
  declare -A installed=()
  while read -r name state; do
    [[ $state == installed ]] && installed[$name]=1
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null)
  for name in "${wanted[@]}"; do
    [[ -n ${installed[$name]:-} ]] || provided_otherwise "$name" || say "$name"
  done
}

ensure_packages() {
  local -a missing
  command -v dpkg-query >/dev/null || fail "this is not Debian: Arena is built with the packages of Debian 12."
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  choose_root_command "${missing[*]}"
  say "Installing ${#missing[@]} missing packages with apt-get: ${missing[*]}"
  apt_get update -o APT::Update::Error-Mode=any ||
    say "Some package lists could not be fetched; trying with those at hand."
  if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    install_without_a_system_cluster "${missing[@]}"
  else
    apt_install "${missing[@]}"
  fi
}

choose_root_command() {
  if ((EUID == 0)); then
    AS_ROOT=()
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }; then
    AS_ROOT=(sudo)
  else
    fail "packages are missing and this user is neither root nor may use sudo; let an administrator run: apt-get install $1"
  fi
}

apt_get() {
  "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

apt_install() {
  apt_get install --no-install-recommends "$@" ||
    fail "the packages could not be installed (apt's reason is above): connect this machine to a Debian 12 package registry, or correct /etc/apt, and run this again."
}

# Debian's package makes and starts a cluster of its own when it is installed for the first time.
# Nobody asked for one, so its switch is off during the installation and as it was afterwards.
install_without_a_system_cluster() {
  local conf=/etc/postgresql-common/createcluster.conf saved
  apt_install postgresql-common
  saved=$(mktemp)
  "${AS_ROOT[@]}" cp -- "$conf" "$saved"
  say 'create_main_cluster = false' | "${AS_ROOT[@]}" tee -a "$conf" >/dev/null
  local result=0
  (apt_install "$@") || result=$?
  "${AS_ROOT[@]}" cp -- "$saved" "$conf"
  rm -f -- "$saved"
  return "$result"
}
