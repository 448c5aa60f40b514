#!/bin/sh
# Runs as root after the package is installed or upgraded, so every step may find its work done. Menus and icons are
# not its business: dpkg's triggers see to those. A step that fails leaves a Waypost that is installed all the same,
# and says what is missing.
set -eu

app=/opt/Waypost
key=net.ipv4.ip_unprivileged_port_start
apply=/lib/systemd/systemd-sysctl
profile=/etc/apparmor.d/waypost-desktop

case "${1:-}" in
  configure | abort-upgrade | abort-remove | abort-deconfigure) ;;
  *) exit 0 ;;
esac

say() {
  echo "waypost: $*" >&2
}

in_chroot() {
  command -v ischroot >/dev/null 2>&1 && ischroot
}

command_in_path() {
  update-alternatives --install /usr/bin/waypost-desktop waypost-desktop "$app/waypost-desktop" 100 ||
    say 'the command waypost-desktop could not be added to /usr/bin.'
}

# Chromium prefers user namespaces and falls back to this helper. Whether it has to can't be seen from here: root may
# make a namespace where AppArmor or a sysctl forbids it to the person who starts the app.
sandbox() {
  chmod 4755 "$app/chrome-sandbox" || say "$app/chrome-sandbox could not be made the sandbox's helper."
}

# Ubuntu forbids user namespaces to programs without a profile. Older systems can't read ours, and need none.
apparmor() {
  command -v apparmor_parser >/dev/null 2>&1 || return 0
  apparmor_parser --skip-kernel-load --skip-cache "$app/resources/apparmor-profile" >/dev/null 2>&1 || return 0
  cp -f "$app/resources/apparmor-profile" "$profile" || return 0
  if in_chroot || ! aa-enabled --quiet 2>/dev/null; then return 0; fi
  apparmor_parser --replace --write-cache --skip-read-cache "$profile" ||
    say 'its AppArmor profile could not be loaded; it will be after a restart.'
}

# The file in sysctl.d counts from the next start of the system on; this makes it count from now. All files that name
# the key are read, in the system's own order, so an administrator has the last word.
port_25() {
  if in_chroot; then return 0; fi
  "$apply" --prefix="$key" || true
  first=$(sysctl -n "$key") || first=unknown
  [ "$first" = unknown ] || [ "$first" -gt 25 ] || return 0
  say "ports below 1024 are root's for now ($key is $first), so it can't receive mail on port 25."
}

command_in_path
sandbox
apparmor
port_25
