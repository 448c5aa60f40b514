#!/bin/sh
# Runs as root after the package's files are gone, and takes back what after-install.sh did. People's mail lies in
# their own folders and stays, also when the package is purged. At an upgrade there is nothing to take back.
set -eu

key=net.ipv4.ip_unprivileged_port_start
apply=/lib/systemd/systemd-sysctl
profile=/etc/apparmor.d/waypost-desktop

[ "${1:-}" = remove ] || exit 0

in_chroot() {
  command -v ischroot >/dev/null 2>&1 && ischroot
}

# It warns that the link leads nowhere, which is why it goes.
command_in_path() {
  update-alternatives --quiet --remove waypost-desktop /opt/Waypost/waypost-desktop 2>/dev/null || true
}

# Unloaded before the file goes: else the kernel would keep it until the next start.
apparmor() {
  [ -f "$profile" ] || return 0
  if ! in_chroot && aa-enabled --quiet 2>/dev/null; then apparmor_parser --remove "$profile" || true; fi
  rm -f "$profile"
}

# Nothing resets a sysctl when its file goes. Another value than ours is somebody else's and stays; so may ours be, and
# then the files that are left say so.
port_25() {
  if in_chroot; then return 0; fi
  [ "$(sysctl -n "$key")" = 25 ] || return 0
  sysctl -q -w "$key=1024" || return 0
  "$apply" --prefix="$key" || true
}

command_in_path
apparmor
port_25
