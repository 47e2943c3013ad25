#!/bin/sh
# Plays a BGP speaker with stock FRR: its autonomous system opposite each of its peers. See
# lab/devices/script/script.ts for what the lab tells it.
set -eu
. "$PLUMBLINE_SETTINGS"
{
  echo "router bgp ${config_as-65000}"
  echo " bgp router-id ${config_wan_0_address}"
  echo " no bgp ebgp-requires-policy"
  i=0
  while [ "$i" -lt "${config_peers_length-0}" ]; do
    eval "echo \" neighbor \$config_peers_${i}_address remote-as \${config_peers_${i}_as-65000}\""
    i=$((i + 1))
  done
} > /etc/frr/bgpd.conf
: > /etc/frr/zebra.conf
/usr/lib/frr/zebra -f /etc/frr/zebra.conf &
/usr/lib/frr/bgpd -f /etc/frr/bgpd.conf &
trap 'kill $(jobs -p)' TERM
until [ -S /var/run/frr/bgpd.vty ] && vtysh -c 'show bgp summary' > /dev/null 2>&1; do sleep 0.05; done
echo "FRR speaks BGP"
wait
