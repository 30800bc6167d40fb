#!/usr/bin/env bash
# Brings the web server configurations that Debian 12's packages ship, and their examples, below
# .cache/shipped/PACKAGE, for tests that hold rules against what people run.
#
# Nothing but configuration files is kept. What is there already is used again. Where it cannot work (not Debian, no
# network) it says so and succeeds, unless CI=true: then it fails.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
cache=$repository/.cache/shipped

# shellcheck source=internal/servertest/apt.sh
. "$here/apt.sh"

suite=bookworm

# Packages with a configuration or an example of one; those of more than 6 MB are left out.
packages=(
  adminer apache2-doc awstats backuppc bandwidthd bandwidthd-pgsql bepasty cgit chemical-structures collectd-core
  cortado cvsweb davical debian-edu-router-deployserver dehydrated-apache2 doc-central dokuwiki dpkg-www dwww
  freedombox ganglia-webfrontend gitweb gosa graphite-web gridsite homer-api hoteldruid icingaweb2 iptotal
  javascript-common jsmath lava-dispatcher lava-server ledgersmb libapache2-mod-auth-cas libapache2-mod-auth-mellon
  libapache2-mod-auth-openidc libapache2-mod-auth-plain libapache2-mod-auth-pubtkt libapache2-mod-auth-tkt
  libapache2-mod-dnssd libapache2-mod-evasive libapache2-mod-fcgid libapache2-mod-geoip
  libapache2-mod-intercept-form-submit libapache2-mod-jk libapache2-mod-mono libapache2-mod-musicindex
  libapache2-mod-passenger libapache2-mod-php8.2 libapache2-mod-qos libapache2-mod-removeip libapache2-mod-rivet
  libapache2-mod-rpaf libapache2-mod-security2 libapache2-mod-shib libapache2-mod-svn libapache2-mod-wsgi-py3
  liblemonldap-ng-manager-perl liblemonldap-ng-portal-perl lightsquid mailman3-web man2html munin nagios4-cgi nagvis
  netdata-apache2 nginx-doc ntpsec-ntpviz oar-restful-api oar-web-status ocsinventory-reports ocsinventory-server
  ogamesim-www onak openguides openqa openstack-dashboard-apache php8.2-fpm phpldapadmin phpliteadmin phpmyadmin
  phpsysinfo piuparts-master pnopaste postfixadmin python3-certbot-apache python3-certbot-nginx
  python3-django-hyperkitty radicale rancid-cgi redmine roundcube-core routino-www rss-bridge rt5-apache2 samizdat
  searx shaarli simplesamlphp sitesummary slbackup-php smb2www smokeping sql-ledger sqwebmail sugarplum sympa tirex
  tirex-example-map tt-rss usemod-wiki w3c-linkchecker w3c-markup-validator xymon
)

# What a configuration is called. Of the matches, what is for programs other than the web servers is left out.
wanted=(
  './etc/apache2/*' './etc/nginx/*' '.htaccess' 'htaccess' '.htaccess.dist' '*-vhost.conf'
  '*apache*.conf' '*apache*.conf[.-]*' '*nginx*.conf' '*nginx*.conf[.-]*' '*httpd*.conf'
  '*.apache' '*.apache2' '*.nginx' './usr/share/doc/*/examples/apache2' './usr/share/doc/*/examples/nginx*'
  './usr/share/doc/nginx/examples/*'
)
unwanted=(
  '*.gz' '*.md5sum' '*.load' '*.init' '*.types' '*/magic' '*/nginx_modsite' '*lighttpd*' '*/fail2ban/*' '*/man/*' '*/bin/*'
)
# Raise it when other files of the same packages are kept.
layout=1

left_out() {
  say "left out: $*"
  if [[ ${CI:-} == true ]]; then exit 1; fi
  exit 0
}

stamp() { printf '%s\n' "$suite" "$layout" "${packages[@]}" "${wanted[@]}" "${unwanted[@]}" | sha256sum | cut -d' ' -f1; }

# keep DEB DIRECTORY unpacks the configurations of a package.
keep() {
  mkdir "$2"
  # tar fails where a pattern matches nothing, and most match in few packages.
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --wildcards --no-anchored \
    "${unwanted[@]/#/--exclude=}" "${wanted[@]}" 2>/dev/null || true
  find "$2" ! -type f ! -type d -delete
  find "$2" -type d -empty -delete
}

provision() {
  local d=$repository/.cache/.work-shipped began=$SECONDS deb name
  prepare "$d" "$suite"
  mkdir "$d/debs" "$d/kept"
  (cd "$d/debs" && apt_in "$d" download "${packages[@]}")
  for deb in "$d"/debs/*.deb; do
    name=$(basename "$deb")
    keep "$deb" "$d/kept/${name%%_*}"
  done
  stamp >"$d/kept/.stamp"
  rm -rf "$cache"
  mv "$d/kept" "$cache"
  rm -rf "$d"
  say "$(find "$cache" -type f ! -name .stamp | wc -l) files of ${#packages[@]} packages in $((SECONDS - began)) s"
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then left_out "this system has no apt"; fi
if [[ -f $cache/.stamp && $(<"$cache/.stamp") == "$(stamp)" ]]; then exit 0; fi
mkdir -p "$repository/.cache"
exec 9>"$repository/.cache/.shipped-lock"
flock 9
archive=$(find_archive) || left_out "apt knows no Debian archive here"
# A job of its own, where set -e holds.
(provision) >"$repository/.cache/.shipped-log" 2>&1 &
wait $! || left_out "see .cache/.shipped-log: $(tail -n 1 "$repository/.cache/.shipped-log")"
