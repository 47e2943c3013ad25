#!/bin/sh
# Plays an LNS or a LAC with xl2tpd, pppd and the kernel's own L2TP, under User-Mode Linux.
for module in l2tp_ppp ppp_async ppp_deflate ppp_mppe; do modprobe "$module" || exit 1; done
exec sh "${0%/*}/xl2tpd.sh"
