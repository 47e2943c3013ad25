#!/bin/sh
# Plays the NAT of a cluster with nothing but Linux: forwarding, connection tracking, and one rule, of
# nftables or of iptables, that translates the source of what leaves. No rule speaks of L2TP or of its
# messages. What connection tracking enters into its table is the trace: rows of Table 1 of source 004.
set -eu
. "$PLUMBLINE_SETTINGS"

ip=/usr/bin/ip
for name in /bin/ip /sbin/ip; do [ ! -x "$name" ] || ip=$name; done
if [ -z "$PLUMBLINE_ROOT" ]; then
  # Who is in a container has the modules of the machine, and no others.
  for module in iptable_nat xt_nat nf_conntrack; do modprobe "$module" || true; done 2> /dev/null
  run() { program=$1; shift; "$program" "$@"; }
else
  # The unpacked programs with the libraries that were unpacked with them.
  loader=$(echo "$PLUMBLINE_ROOT"/lib*/ld-linux*.so.*)
  libraries=$(dirname "$(find "$PLUMBLINE_ROOT/usr/lib" -name 'libnftables.so.*' | head -n 1)")
  libraries=$libraries:$PLUMBLINE_ROOT/lib/${libraries##*/}
  run() {
    program=$1
    shift
    "$loader" --library-path "$libraries" "$PLUMBLINE_ROOT$program" "$@"
  }
fi

# What leads outside: the link that has the NAT's address.
way=$("$ip" route get 192.0.2.99 from "$config_wan_0_address" | head -n 1)
gateway=${way#* via }
gateway=${gateway%% *}
outside=${way#* dev }
outside=${outside%% *}
# The lab routes what is for initiators to a machine; here the kernel itself forwards it.
i=0
while [ "$i" -lt "${tunnelled_length-0}" ]; do
  eval "prefix=\$tunnelled_$i"
  "$ip" route replace "$prefix" via "$gateway" dev "$outside"
  i=$((i + 1))
done

translate_by_nft() {
  run /usr/sbin/nft -f - <<RULES
table ip plumbline {
  chain leaves {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "$outside" ip saddr $config_inside snat to $config_wan_0_address
  }
}
RULES
}
translate_by_iptables() {
  /usr/sbin/iptables-legacy -t nat -A POSTROUTING -o "$outside" -s "$config_inside" \
    -j SNAT --to-source "$config_wan_0_address"
}
if [ -e "$PLUMBLINE_ROOT/usr/sbin/nft" ]; then
  translate_by_nft || {
    echo "Cannot load the rules as this kernel has no NAT for nftables: iptables_nat brings its own"
    exit 1
  }
else
  translate_by_iptables
fi
# Seconds that a row lives without a packet.
for name in udp_timeout udp_timeout_stream; do
  echo $(((${config_idle-180000} + 999) / 1000)) > /proc/sys/net/netfilter/nf_conntrack_$name
done

# Each new entry of the table is a line of the trace.
rows() {
  run /usr/sbin/conntrack -E -e NEW -p udp 2> /dev/null | while read -r line; do
    far= far_port= local= local_port= nat_port=
    for word in $line; do
      case $word in
        src=*) [ -n "$local" ] || local=${word#*=} ;;
        dst=*) [ -n "$far" ] || far=${word#*=} ;;
        sport=*) [ -n "$local_port" ] || local_port=${word#*=} ;;
        dport=*)
          if [ -z "$far_port" ]; then far_port=${word#*=}; else nat_port=${word#*=}; fi
          ;;
      esac
    done
    case $local in "${config_inside%%.*}".*) ;; *) continue ;; esac
    printf '{"t":%s,"node":"%s","event":"row",' "$(date +%s%N)" "$node"
    printf '"far_address":"%s","far_port":%s,' "$far" "$far_port"
    printf '"local_address":"%s","local_port":%s,"nat_port":%s}\n' "$local" "$local_port" "$nat_port"
  done > "$traceDirectory/$node.conntrack.jsonl"
}
if [ -e "$PLUMBLINE_ROOT/usr/sbin/conntrack" ]; then
  : > "$traceDirectory/$node.conntrack.jsonl"
  rows &
fi
echo "The NAT translates"
exec sleep 100000
