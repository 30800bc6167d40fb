#!/usr/bin/env bash
# Brings the real servers of three Debian releases below .cache/servers/SUITE:
#
#   bookworm  nginx 1.22, OpenSSL 3.0, Apache 2.4, PHP-FPM 8.2     (Debian 12)
#   trixie    nginx 1.26, OpenSSL 3.5, Apache 2.4, PHP-FPM 8.4     (Debian 13)
#   forky     nginx 1.30, OpenSSL 3.6, Apache 2.4, PHP-FPM 8.4     (Debian 14)
#
# usage: servers.sh [SUITE...]
#        servers.sh testssl          testssl.sh of Debian 13 with what it needs, in a root of its own (make testssl)
#
# apt resolves and verifies the packages against an empty system, dpkg-deb unpacks them; no maintainer script runs, so no
# service starts and nothing outside .cache is touched. What is there already is used again. Where it cannot work (not
# root, not Debian, no network) it says what it left out and succeeds, unless CI=true: then it fails.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
cache=$repository/.cache/servers

# shellcheck source=internal/servertest/apt.sh
. "$here/apt.sh"

suites=(bookworm trixie forky)
if (($#)); then suites=("$@"); fi

# What a root holds. libnginx-mod-* are the dynamic modules that Debian's nginx-extras brings, but for the image filter,
# whose libraries weigh more than all else, and a few more that real configurations use. A name that a suite does not have
# is left out by available().
packages=(
  base-files base-passwd libc-bin netbase media-types dash coreutils openssl ca-certificates debian-archive-keyring
  nginx
  libnginx-mod-http-auth-pam libnginx-mod-http-brotli-filter libnginx-mod-http-brotli-static
  libnginx-mod-http-cache-purge libnginx-mod-http-dav-ext libnginx-mod-http-echo libnginx-mod-http-fancyindex
  libnginx-mod-http-geoip libnginx-mod-http-geoip2 libnginx-mod-http-headers-more-filter
  libnginx-mod-http-js libnginx-mod-http-lua libnginx-mod-http-ndk
  libnginx-mod-http-perl libnginx-mod-http-set-misc libnginx-mod-http-subs-filter
  libnginx-mod-http-uploadprogress libnginx-mod-http-upstream-fair libnginx-mod-http-xslt-filter
  libnginx-mod-mail libnginx-mod-nchan libnginx-mod-rtmp
  libnginx-mod-stream libnginx-mod-stream-geoip libnginx-mod-stream-geoip2 libnginx-mod-stream-js
  apache2 apache2-bin apache2-data apache2-utils
  php-fpm
)
if [[ ${suites[*]} == testssl ]]; then
  packages=(
    base-files base-passwd libc-bin netbase bash dash coreutils grep sed mawk bsdextrautils procps debian-archive-keyring
    openssl ca-certificates testssl.sh
  )
fi
# Raise it when a root is laid out differently from the same packages.
layout=2

# left_out REASON... ends the script: the suites that are not there are missing.
left_out() {
  say "left out: ${missing[*]}: $*"
  if [[ ${missing[*]} == testssl ]]; then exit 1; fi
  say "the tests use the servers in PATH instead; run as root on Debian with network for all of them"
  if [[ ${CI:-} == true ]]; then exit 1; fi
  exit 0
}

# suite_of ROOT is the Debian release that a root is made of.
suite_of() { if [[ $1 == testssl ]]; then echo trixie; else echo "$1"; fi; }

stamp_of() { printf '%s\n' "$1" "$architecture" "$layout" "${packages[@]}" | sha256sum | cut -d' ' -f1; }

present() { [[ -f $cache/$1/.stamp && $(<"$cache/$1/.stamp") == "$(stamp_of "$1")" ]]; }

# available DIRECTORY prints the wanted packages that the suite has.
# shellcheck disable=SC2016 # apt expands it
available() {
  apt_in "$1" indextargets --format '$(FILENAME)' 'Created-By: Packages' | while read -r list; do
    /usr/lib/apt/apt-helper cat-file "$list"
  done | awk -v packages="${packages[*]}" '
    BEGIN { for (n = split(packages, name, " "); n; n--) wanted[name[n]] }
    $1 == "Package:" && $2 in wanted && !seen[$2]++ { print $2 }'
}

# unpack ROOT DEB... lays the files of the packages below ROOT, without what no server reads.
unpack() {
  local root=$1 deb
  shift
  mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
  ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
  for deb in "$@"; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -p -C "$root" --keep-directory-symlink --numeric-owner \
      --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' \
      --exclude='./usr/share/locale/*' --exclude='./usr/share/i18n/*' --exclude='./usr/lib/*/gconv/*' \
      --exclude='./usr/share/fonts/*' --exclude='./usr/lib/systemd/*'
  done
}

# settle ROOT does what the maintainer scripts would have done, as far as a server needs it.
settle() {
  local root=$1 module
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  # Nobody answers there, so a name that is not in /etc/hosts fails at once instead of after a time-out.
  printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$root/etc/resolv.conf"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  mkdir -p "$root"/{dev,proc,run/apache2,run/lock,tmp,srv,var/www/html,var/log/nginx,var/log/apache2} "$root/etc/ssl/certs"
  ln -sfn /run "$root/var/run"
  ln -sfn /run/lock "$root/var/lock"
  chmod 1777 "$root/tmp"
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  mknod "$root/dev/null" c 1 3
  mknod "$root/dev/zero" c 1 5
  mknod "$root/dev/random" c 1 8
  mknod "$root/dev/urandom" c 1 9
  chmod 666 "$root"/dev/*
  ldconfig -r "$root"
  if [[ ! -d $root/etc/apache2 ]]; then
    ln -s mawk "$root/usr/bin/awk"
    return
  fi
  # As Debian's apache2.postinst enables them.
  mkdir -p "$root"/etc/apache2/{mods,conf,sites}-enabled
  for module in access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex \
    deflate dir env filter mime mpm_event negotiation reqtimeout setenvif status; do
    enable "$root" mods "$module.load"
    enable "$root" mods "$module.conf"
  done
  for module in charset localized-error-pages other-vhosts-access-log security serve-cgi-bin; do
    enable "$root" conf "$module.conf"
  done
  enable "$root" sites 000-default.conf
  ln -sf ../sites-available/default "$root/etc/nginx/sites-enabled/default"
}

# enable ROOT mods|conf|sites FILE links one of Apache's available files, where there is such a file.
enable() {
  if [[ -f $1/etc/apache2/$2-available/$3 ]]; then
    ln -sf "../$2-available/$3" "$1/etc/apache2/$2-enabled/$3"
  fi
}

# answers ROOT runs each server once, so that a root that lacks a library is never taken for a good one.
answers() {
  if [[ -e $1/usr/bin/testssl ]]; then
    chroot "$1" /usr/bin/testssl --version
    return
  fi
  chroot "$1" /usr/sbin/nginx -v && chroot "$1" /usr/sbin/apache2 -v && chroot "$1" /usr/bin/openssl version
}

# provision SUITE makes one root beside its place and moves it there when it is whole.
provision() {
  local suite=$1 d=$cache/.work-$1 began=$SECONDS wanted
  prepare "$d" "$(suite_of "$suite")"
  mkdir -p "$d/root"
  wanted=$(available "$d")
  # shellcheck disable=SC2086 # one word for each package
  apt_in "$d" --download-only install $wanted
  unpack "$d/root" "$d"/cache/archives/*.deb
  settle "$d/root"
  answers "$d/root"
  stamp_of "$suite" >"$d/root/.stamp"
  if [[ -e $cache/$suite ]]; then mv "$cache/$suite" "$d/old"; fi
  mv "$d/root" "$cache/$suite"
  rm -rf "$d"
  say "$suite: $(versions "$cache/$suite"), $(du -sm "$cache/$suite" | cut -f1) MB in $((SECONDS - began)) s"
}

# versions ROOT prints what a root holds, for the reader.
versions() {
  answers "$1" 2>&1 | sed -n -e 's/^nginx version: //p' -e 's/^Server version: \(\S*\).*/\1/p' -e 's/^OpenSSL \(\S*\).*/OpenSSL \1/p' -e 's/^.*testssl.* version [^0-9]*\([0-9.]*\).*/testssl.sh \1/p' |
    paste -sd, | sed 's/,/, /g'
}

# provision_all provisions the missing suites at once (most of the time is waiting for the network) and leaves in
# missing those that failed. Each runs as a job of its own, where set -e holds; its log stays when it fails.
provision_all() {
  local suite failed=()
  local -A jobs=()
  for suite in "${missing[@]}"; do
    mkdir -p "$cache/.log"
    (provision "$suite") >"$cache/.log/$suite" 2>&1 &
    jobs[$suite]=$!
  done
  for suite in "${missing[@]}"; do
    wait "${jobs[$suite]}" || failed+=("$suite")
  done
  missing=("${failed[@]}")
}

missing=("${suites[@]}")
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then left_out "this system has no apt"; fi
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9

missing=()
for suite in "${suites[@]}"; do
  present "$suite" || missing+=("$suite")
done
if ((${#missing[@]} == 0)); then exit 0; fi

((EUID == 0)) || left_out "not root"
archive=$(find_archive) || left_out "apt knows no Debian archive here"

provision_all
# Once more for what failed: the first round may have brought the keys that it needs.
if ((${#missing[@]})); then provision_all; fi
for suite in "${missing[@]}"; do
  say "$suite could not be unpacked; the end of $cache/.log/$suite:"
  tail -n 15 "$cache/.log/$suite" >&2
done
if ((${#missing[@]})); then left_out "see above"; fi
