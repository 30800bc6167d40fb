# Ways to Debian's packages for servers.sh and shipped.sh, which set repository and cache: apt resolves and verifies
# against an empty system of its own, and nothing outside of .cache is touched.
# shellcheck shell=bash

# say speaks to the user: descriptor 3 is the script's own standard error, also where a job's goes to its log.
exec 3>&2
say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&3; }

if command -v dpkg >/dev/null; then architecture=$(dpkg --print-architecture); fi

# mirror prints the address of the Debian archive that this machine's apt uses; apt knows it only after an update.
# shellcheck disable=SC2016 # apt expands it
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' |
    sed -n 1p
}

# find_archive is mirror, and asks apt for an update where it knows none yet.
find_archive() {
  local found
  found=$(mirror)
  if [[ -z $found ]]; then
    apt-get -q update >/dev/null 2>&1 || true
    found=$(mirror)
  fi
  [[ -n $found ]] && printf '%s\n' "$found"
}

# prepare DIRECTORY SUITE makes a DIRECTORY for apt_in, with the lists of a suite of $archive.
prepare() {
  local d=$1 keyring
  rm -rf "$d"
  mkdir -p "$d"/{state/lists/partial,cache/archives/partial,keys}
  : >"$d/status"
  # The keys that this machine trusts, and those that suites verified by them brought: a newer release may be signed by
  # newer keys only.
  for keyring in /usr/share/keyrings/debian-archive-keyring.* "$repository"/.cache/servers/*/usr/share/keyrings/debian-archive-keyring.*; do
    if [[ -f $keyring ]]; then cp -L "$keyring" "$d/keys/$(sha256sum <"$keyring" | cut -c1-16).gpg"; fi
  done
  printf 'deb [arch=%s] %s %s main\n' "$architecture" "$archive" "$2" >"$d/sources.list"
  apt_in "$d" update
}

# apt_in DIRECTORY SUBCOMMAND... runs apt-get against the lists, the archive keys and the (empty) system in DIRECTORY.
# The settings of this machine (proxy, validity checks) stay in force, its sources, pins and installed packages do not.
apt_in() {
  local d=$1
  shift
  apt-get -q -y \
    -o Dir::Etc::SourceList="$d/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Trusted="$d/none" -o Dir::Etc::TrustedParts="$d/keys" \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o Dir::State="$d/state" -o Dir::State::status="$d/status" -o Dir::Cache="$d/cache" \
    -o APT::Default-Release= -o APT::Install-Recommends=false -o APT::Sandbox::User=root \
    -o Acquire::Retries=3 -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::IndexTargets::deb::CNF::DefaultEnabled=false \
    "$@"
}

