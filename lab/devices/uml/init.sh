#!/bin/busybox sh
# First process of a Linux kernel under User-Mode Linux. The command line says where the host keeps the folder of
# this kernel: `lab=FOLDER` holds device.sh, settings.sh, names.sh and network.ip.
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t tmpfs run /run
/bin/busybox mount -t tmpfs tmp /tmp
/bin/busybox mkdir -p /run/bin /run/lab /run/work /dev/pts
/bin/busybox mount -t devpts pts /dev/pts
/bin/busybox --install -s /run/bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/bin
for word in $(cat /proc/cmdline); do
  case $word in lab=*) lab=${word#lab=} ;; esac
done
mount -t hostfs -o "$lab" none /run/lab

# The same settings as those of every node of the lab, before the interfaces are up.
modprobe ipv6
set -- /proc/sys/net/ipv4 /proc/sys/net/ipv6
for scope in $(ls "$1/conf"); do
  echo 0 > "$1/conf/$scope/rp_filter"
  echo 0 > "$1/conf/$scope/send_redirects"
  echo 0 > "$2/conf/$scope/accept_dad"
  echo 1 > "$2/conf/$scope/addr_gen_mode"
  echo 0 > "$2/conf/$scope/accept_ra"
  echo 0 > "$2/conf/$scope/router_solicitations"
  echo 1 > "$2/conf/$scope/forwarding"
done
echo 1 > "$1/ip_forward"

sh /run/lab/names.sh
# Not the ip of busybox, which its shell prefers and which knows less.
for ip in /bin/ip /usr/bin/ip; do
  if [ -x "$ip" ]; then
    "$ip" -batch /run/lab/network.ip
    break
  fi
done

# Programs look into /etc/ppp and the like, which must be theirs to write.
for folder in /etc/ppp /etc/xl2tpd; do
  [ -d "$folder" ] || continue
  cp -a "$folder" /run/work/
  mount -t tmpfs etc "$folder"
  cp -a "/run/work/${folder##*/}/." "$folder"
done
# The scenario says when the device itself is to start.
echo "The kernel is up"
until [ -e /run/lab/go ]; do usleep 10000; done
export PLUMBLINE_SETTINGS=/run/lab/settings.sh PLUMBLINE_ROOT= PLUMBLINE_WORK=/run/work
sh /run/lab/device.sh
echo "The device ended with $?"
halt -f
