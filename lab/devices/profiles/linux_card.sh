#!/bin/sh
# Plays a network card with nothing but Linux: what comes from the wire passes a veth pair whose far end
# coalesces (GRO), what comes from the host is segmented where it leaves (GSO). Frames are redirected from
# interface to interface as they are, by the kernel; no program touches them:
#
#   host0 <-> card1 (GRO) == card0 <-> wire0
set -eu
. "$PLUMBLINE_SETTINGS"

if [ -z "${PLUMBLINE_ROOT-}" ]; then
  offloads() { ethtool -K "$@" > /dev/null; }
else
  # The unpacked program with the libraries that were unpacked with it.
  loader=$(echo "$PLUMBLINE_ROOT"/lib*/ld-linux*.so.* | cut -d ' ' -f 1)
  [ -e "$loader" ] || loader=$(find "$PLUMBLINE_ROOT/lib" "$PLUMBLINE_ROOT/usr/lib" \
    -name 'ld-linux*.so.*' | head -n 1)
  libraries=$(dirname "$(find "$PLUMBLINE_ROOT/usr/lib" -name 'libmnl.so.*' | head -n 1)")
  libraries=$libraries:$PLUMBLINE_ROOT/lib/${libraries##*/}
  for tool in "$PLUMBLINE_ROOT/usr/sbin/ethtool" "$PLUMBLINE_ROOT/sbin/ethtool"; do
    [ ! -e "$tool" ] || ethtool=$tool
  done
  offloads() { "$loader" --library-path "$libraries" "$ethtool" -K "$@" > /dev/null; }
fi

i=0
while [ "$i" -lt "$config_frames_length" ]; do
  eval "port=\$config_frames_${i}_port; name=\$config_frames_${i}_interface"
  case $port in
    host) host=$name ;;
    wire) wire=$name ;;
  esac
  i=$((i + 1))
done

for name in card_vxlan card_vxlan6 card0; do ip link delete $name 2> /dev/null || true; done
# Room for the largest datagram and the tags in front of it, as the links themselves decide.
ip link add name card0 mtu 65535 type veth peer name card1 mtu 65535
for name in card0 card1; do
  echo 1 > "/proc/sys/net/ipv6/conf/$name/disable_ipv6" || true
  ip link set "$name" arp off up
done
redirect() {
  tc qdisc replace dev "$1" ingress
  tc filter replace dev "$1" ingress protocol all prio 1 handle 800::1 u32 match u32 0 0 \
    action mirred egress redirect dev "$2"
}
redirect "$wire" card0
redirect card0 "$wire"
redirect card1 "$host"
redirect "$host" card1
# A merged unit leaves for the host as it is; a super-packet is cut where it leaves for the wire.
offloads "$host" tx on sg on tso on gso on gro off
offloads "$wire" tx off sg off tso off gso off gro off
gro=on
[ "${config_coalescing_enabled-true}" = true ] || gro=off
offloads card1 tx on sg on tso on gso on gro $gro
# What comes from an interface that could have segmented it by itself, a veth pair takes for coalesced.
offloads card0 tx off tso off
# The kernel coalesces within UDP tunnels only where it has a device that takes them.
case $(set) in
  *config_formats_vxlan*)
    ip link add name card_vxlan type vxlan id 1 dstport 4789 dev card1
    ip link set card_vxlan arp off up
    # Over IPv6 too; who is at the other end does not matter.
    ip link add name card_vxlan6 type vxlan id 1 dstport 4789 remote 2001:db8::1 udp6zerocsumrx &&
      ip link set card_vxlan6 arp off up || true
    ;;
esac
echo "The card is ready"
exec sleep 100000
