#!/bin/sh
# Plays an LNS with stock l2tpns, which has its own PPP. It knows its files by fixed paths only, so it
# runs with the unpacked packages as its root, in a mount namespace of its own.
set -eu
. "$PLUMBLINE_SETTINGS"
# An endpoint of a cluster is an LNS, whose configuration stands within its own.
if [ "$role" = endpoint ]; then
  eval "$(sed -n 's/^config_lns_/config_/p' "$PLUMBLINE_SETTINGS")"
fi
if [ -z "${L2TPNS_INSIDE-}" ]; then L2TPNS_INSIDE=1 exec unshare --mount sh "$0"; fi

etc=$PLUMBLINE_WORK/etc
mkdir -p "$etc"
{
  echo "set debug 3"
  echo "set pid_file \"/etc/l2tpns/pid\""
  echo "set hostname \"${config_hostName-l2tpns}\""
  if [ -n "${config_secret-}" ]; then echo "set l2tp_secret \"$config_secret\""; fi
  echo "set bind_address $config_wan_0_address"
  echo "set cli_bind_address 127.0.0.1"
  echo "set primary_radius 127.0.0.1"
  echo "set cluster_interface \"lo\""
  # Alone in its cluster, it need not wait long for a master: units are tenths of a second.
  echo "set cluster_hb_interval 1"
  echo "set cluster_hb_timeout 5"
  echo "set radius_secret \"none\""
} > "$etc/startup-config"
network=${config_pool-10.255.0.0/16}
echo "${network%.*/*}.0/24" > "$etc/ip_pool"
: > "$etc/users"

mount --bind "$etc" "$PLUMBLINE_ROOT/etc/l2tpns"
# A read-only device folder would do, but the TUN device must be found in it.
mkdir -p "$PLUMBLINE_ROOT/dev" "$PLUMBLINE_ROOT/proc" "$PLUMBLINE_ROOT/tmp"
mount --rbind /dev "$PLUMBLINE_ROOT/dev"
mount -t proc proc "$PLUMBLINE_ROOT/proc"
exec chroot "$PLUMBLINE_ROOT" /usr/sbin/l2tpns 2>&1
