#!/bin/sh
# Plays an LNS or a LAC with stock xl2tpd, and pppd where the kernel has PPP. The lab tells by its
# environment what to be (see lab/devices/script/script.ts); what xl2tpd cannot be set to is left as it is.
set -eu
. "$PLUMBLINE_SETTINGS"
# An endpoint of a cluster is an LNS, whose configuration stands within its own; an initiator is a LAC.
case $role in
  endpoint)
    eval "$(sed -n 's/^config_lns_/config_/p' "$PLUMBLINE_SETTINGS")"
    role=lns
    ;;
  initiator) role=lac ;;
esac
cd "$PLUMBLINE_WORK"
xl2tpd=$PLUMBLINE_ROOT/usr/sbin/xl2tpd
[ -x "$xl2tpd" ] || xl2tpd=xl2tpd

secret=${config_secret-}
authenticate=no
if [ -n "$secret" ] && [ "${config_authenticate-true}" = true ]; then authenticate=yes; fi
hidden=no
# It hides all that it can or nothing.
if [ "${config_hide-none}" = all ] || [ "${config_hide_length-0}" -gt 0 ]; then hidden=yes; fi
if [ -n "$secret" ]; then echo "* * $secret"; fi > secrets
chmod 600 secrets

# What the sections for a LAC and an LNS have in common.
both() {
  if [ -n "${config_hostName-}" ]; then echo "hostname = $config_hostName"; fi
  echo "challenge = $authenticate"
  echo "hidden bit = $hidden"
  echo "length bit = ${config_data_length-true}" | sed 's/true/yes/; s/false/no/'
  if [ -n "${config_receiveWindow-}" ]; then echo "tunnel rws = $config_receiveWindow"; fi
  echo "pppoptfile = $PLUMBLINE_WORK/options$1"
  echo "ppp debug = no"
}

# The value of a call's setting, or what is given for those that have none.
of_call() {
  eval "value=\${config_calls_$1_$2-}"
  printf '%s\n' "${value:-$3}"
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
  # Data through a pseudo terminal of pppd's rather than through the kernel.
  if [ "${USERSPACE_DATA-}" = yes ]; then echo "force userspace = yes"; fi
  if [ "$role" = lns ]; then
    echo "[lns default]"
    echo "ip range = $(pool).2-$(pool).101"
    local_address=${config_ppp_address-$(pool).1}
    echo "local ip = $local_address"
    echo "require authentication = no"
    both ""
  else
    i=0
    while [ "$i" -lt "${config_calls_length-0}" ]; do
      echo "[lac $(of_call $i name)]"
      echo "lns = $config_peers_0_address"
      echo "autodial = $(of_call $i autodial true)" | sed 's/true/yes/; s/false/no/'
      if [ "${config_redial-0}" -gt 0 ]; then
        echo "redial = yes"
        echo "redial timeout = $(((config_redial + 999) / 1000))"
      fi
      both ".$i"
      i=$((i + 1))
    done
  fi
} > xl2tpd.conf

# Options of pppd, of an LNS or of one call of a LAC.
options() {
  echo noccp
  echo "mtu ${config_ppp_mru-1400}"
  echo "mru ${config_ppp_mru-1400}"
  echo nodefaultroute
  echo lcp-echo-interval 0
  if [ "$role" = lns ]; then
    case ${config_ppp_authentication-none} in
      none) echo noauth ;;
      *) echo "require-$config_ppp_authentication" ;;
    esac
  else
    echo noauth
    echo "ipparam $1"
    name=$(of_call "$1" ppp_name "${config_ppp_name-}")
    if [ -n "$name" ]; then
      echo "user \"$name\""
      echo "password \"$(of_call "$1" ppp_password "${config_ppp_password-}")\""
    fi
  fi
}
if [ "$role" = lns ]; then
  options > options
else
  i=0
  while [ "$i" -lt "${config_calls_length-0}" ]; do
    options "$i" > "options.$i"
    i=$((i + 1))
  done
fi

# Secrets and routes of PPP stand where only the root file system of a UML kernel can have them.
if [ -e /dev/ppp ]; then
  i=0
  while [ "$i" -lt "${config_users_length-0}" ]; do
    eval "name=\$config_users_${i}_name password=\$config_users_${i}_password"
    eval "address=\${config_users_${i}_address-*} routes=\${config_users_${i}_routes_length-0}"
    echo "\"$name\" * \"$password\" $address" >> users
    j=0
    while [ "$j" -lt "$routes" ]; do
      eval "route=\$config_users_${i}_routes_${j}"
      echo "if [ \"\${PEERNAME-}\" = \"$name\" ]; then ip route replace $route dev \"\$1\"; fi" >> up
      j=$((j + 1))
    done
    i=$((i + 1))
  done
  if [ -e users ]; then
    cp users /etc/ppp/pap-secrets
    cp users /etc/ppp/chap-secrets
  fi
  # A LAC that is the client itself sends through its one call what the node is to tunnel.
  if [ "$role" = lac ] && [ "$(of_call 0 clients_length 0)" = 0 ]; then
    i=0
    while [ "$i" -lt "${tunnelled_length-0}" ]; do
      eval "echo \"ip route replace \$tunnelled_${i} dev \\\"\\\$1\\\"\"" >> up
      i=$((i + 1))
    done
  fi
  # What comes from a call's clients goes into that call, or nowhere while it is not up.
  i=0
  while [ "$role" = lac ] && [ "$i" -lt "${config_calls_length-0}" ]; do
    # Above 1023 the ip of busybox knows no table, below 256 some have a name.
    table=$((256 + i))
    ip route add unreachable default table $table
    echo "if [ \"\$6\" = $i ]; then ip route replace default dev \"\$1\" table $table; fi" >> up
    j=0
    while [ "$j" -lt "$(of_call $i clients_length 0)" ]; do
      ip rule add from "$(of_call $i clients_$j)" lookup $table
      j=$((j + 1))
    done
    i=$((i + 1))
  done
  {
    echo "#!/bin/busybox sh"
    echo "PATH=$PATH"
    if [ -e up ]; then cat up; fi
    echo 'echo "PPP is up on $1: $4, opposite $5" > /dev/console'
  } > /etc/ppp/ip-up
  chmod 755 /etc/ppp/ip-up
fi

# Carries out the lab's instructions (see lab/devices/script/script.ts).
instructions() {
  instruction=${PLUMBLINE_SETTINGS%/*}/instruction.sh
  while sleep 0.05; do
    [ -e "$instruction" ] || continue
    . "$instruction"
    if [ "$kind" = dial ]; then echo "c $name" > control; fi
    rm "$instruction"
  done
}
instructions &

exec "$xl2tpd" -D -c xl2tpd.conf -s secrets -p xl2tpd.pid -C control 2>&1
