#!/bin/sh
# Lets the card of linux_card.sh hold units for a millisecond after the last frame, ten polls long: only
# root of the machine may tell the kernel so. It runs in the network namespace of the card. Between two
# polls frames wait in a ring of 256, so that these must not be far apart.
set -eu
# Of which network it tells is up to who mounts it; where this one's is there already, that fails.
mount -t sysfs sysfs /sys 2> /dev/null || true
echo 10 > /sys/class/net/card1/napi_defer_hard_irqs
echo 100000 > /sys/class/net/card1/gro_flush_timeout
