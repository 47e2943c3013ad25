#!/bin/sh
# Plays an LNS or a LAC with stock xl2tpd, and pppd where the kernel has PPP. The lab tells by its
# environment what to be (see lab/box/script.ts); what xl2tpd cannot be told is left as it is.
set -eu
. "$PLUMBLINE_SETTINGS"
cd "$PLUMBLINE_WORK"
xl2tpd=$PLUMBLINE_ROOT/usr/sbin/xl2tpd
[ -x "$xl2tpd" ] || xl2tpd=xl2tpd

secret=${config_secret-}
authenticate=no
if [ -n "$secret" ] && [ "${config_authenticate-true}" = true ]; then authenticate=yes; fi
hidden=no
if [ "${config_hide-none}" = all ]; then hidden=yes; fi
if [ -n "$secret" ]; then echo "* * $secret"; fi > secrets
chmod 600 secrets

# What the sections for a LAC and an LNS have in common.
both() {
  if [ -n "${config_hostName-}" ]; then echo "hostname = $config_hostName"; fi
  echo "challenge = $authenticate"
  echo "hidden bit = $hidden"
  echo "length bit = ${config_data_length-true}" | sed 's/true/yes/; s/false/no/'
  if [ -n "${config_receiveWindow-}" ]; then echo "tunnel rws = $config_receiveWindow"; fi
  echo "pppoptfile = $PLUMBLINE_WORK/options"
  echo "ppp debug = no"
}

# The addresses that an LNS has for itself and for its clients: the pool's first, and the next hundred.
pool() {
  network=${config_pool-10.255.0.0/16}
  echo "${network%.*/*}"
}

{
  echo "[global]"
  echo "listen-addr = $config_wan_0_address"
  echo "port = ${config_wan_0_udp-1701}"
  echo "auth file = $PLUMBLINE_WORK/secrets"
  echo "access control = no"
  if [ "$role" = lns ]; then
    echo "[lns default]"
    echo "ip range = $(pool).2-$(pool).101"
    own=${config_ppp_address-$(pool).1}
    echo "local ip = $own"
    case ${config_ppp_authentication-none} in
      none) echo "require authentication = no" ;;
      *) echo "require ${config_ppp_authentication} = yes" ;;
    esac
    both
  else
    i=0
    while [ "$i" -lt "${config_calls_length-0}" ]; do
      eval "name=\$config_calls_${i}_name"
      echo "[lac $name]"
      echo "lns = $config_peers_0_address"
      echo "autodial = yes"
      if [ "${config_redial-0}" -gt 0 ]; then
        echo "redial = yes"
        echo "redial timeout = $(((config_redial + 999) / 1000))"
      fi
      both
      i=$((i + 1))
    done
  fi
} > xl2tpd.conf

{
  echo noccp
  echo "mtu ${config_ppp_mru-1400}"
  echo "mru ${config_ppp_mru-1400}"
  echo nodefaultroute
  echo lcp-echo-interval 0
  if [ "$role" = lns ]; then
    if [ "${config_ppp_authentication-none}" = none ]; then echo noauth; fi
  else
    echo noauth
    if [ -n "${config_ppp_name-}" ]; then
      echo "user \"$config_ppp_name\""
      echo "password \"${config_ppp_password-}\""
    fi
  fi
} > options

if [ -e /dev/ppp ]; then
  i=0
  while [ "$i" -lt "${config_users_length-0}" ]; do
    eval "name=\$config_users_${i}_name password=\$config_users_${i}_password"
    eval "address=\${config_users_${i}_address-*}"
    echo "\"$name\" * \"$password\" $address"
    i=$((i + 1))
  done > users
  cp users /etc/ppp/pap-secrets
  cp users /etc/ppp/chap-secrets
fi

exec "$xl2tpd" -D -c xl2tpd.conf -s secrets -p xl2tpd.pid -C control 2>&1
