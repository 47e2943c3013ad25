#!/bin/sh
# Plays an LNS or a LAC with xl2tpd and pppd under User-Mode Linux, where xl2tpd itself carries the data.
for module in ppp_async ppp_deflate ppp_mppe; do modprobe "$module" || exit 1; done
USERSPACE_DATA=yes exec sh "${0%/*}/xl2tpd.sh"
