#!/bin/sh
# Plays an IKEv2 peer with stock strongSwan: the first of its WAN addresses opposite the first of its
# peers, by a shared secret. See lab/devices/script/script.ts for what the lab tells it.
set -eu
. "$PLUMBLINE_SETTINGS"
cat > /etc/swanctl/conf.d/plumbline.conf <<CONF
connections {
  plumbline {
    local_addrs = $config_wan_0_address
    remote_addrs = ${config_peers_0_address-%any}
    local { auth = psk }
    remote { auth = psk }
    children { data { local_ts = 0.0.0.0/0 remote_ts = 0.0.0.0/0 } }
  }
}
secrets { ike-plumbline { secret = "${config_secret-plumbline}" } }
CONF
/usr/lib/ipsec/charon --use-syslog no &
charon=$!
trap 'kill "$charon"' TERM
until swanctl --load-all > /dev/null 2>&1; do
  kill -0 "$charon" || exit 1
  sleep 0.05
done
echo "strongSwan listens"
if [ -n "${config_peers_0_address-}" ]; then swanctl --initiate --child data --timeout 10 || true; fi
wait "$charon"
