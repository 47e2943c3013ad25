#!/bin/sh
# Runs a device in its container for the lab: agent.sh [--reference] COMMAND [ARGUMENT…]
#
# The lab orders by named pipes in the folder /control, which the two containers share; it takes no
# more of an image than a POSIX shell, mkfifo and setsid. Orders, a line each:
#   hello TOKEN    ends whatever runs, and is answered "agent TOKEN reference|device"
#   start          runs the command, with the pipes input, output and errors for its standard streams;
#                  answered "started", and "ended STATUS" once it has ended
#   ping TOKEN     answered "pong TOKEN STATE": the state of the command as /proc has it, or -
#   signal NAME    sends a signal to the command and to all that it started
# A device's command is told what to be as that of a process is: see lab/devices/script/script.ts.
set -u
played=device
if [ "${1-}" = --reference ]; then
  played=reference
  shift
fi
control=${PLUMBLINE_CONTROL:-/control}
export PLUMBLINE_ROOT="" PLUMBLINE_WORK="$control/work" HOME="$control/work" TMPDIR="$control/work"
export PLUMBLINE_SETTINGS="$control/work/settings.sh"
[ "$played" = reference ] || set -- "$@" "$control/work/config.json"

for pipe in orders reports input output errors; do
  rm -f "$control/$pipe"
  mkfifo -m 666 "$control/$pipe" || exit 1
done
: > "$control/pid"
mkdir -p -m 777 "$control/work" "$control/trace"

signal() {
  if [ -s "$control/pid" ]; then
    read -r device < "$control/pid"
    kill "-$1" "-$device" 2> /dev/null
  fi
}

state() {
  letter=-
  if [ -s "$control/pid" ]; then
    read -r device < "$control/pid"
    if read -r stat < "/proc/$device/stat"; then
      letter=${stat##*) }
      letter=${letter%% *}
    fi
  fi 2> /dev/null
  echo "$letter"
}

run() {
  # A session of its own, so that what it starts can be ended with it.
  setsid "$@" < "$control/input" > "$control/output" 2> "$control/errors" 3<&- 4>&- &
  echo $! > "$control/pid"
  echo started >&4
  wait $!
  ended=$?
  : > "$control/pid"
  echo "ended $ended" >&4
}

trap 'signal KILL; exit 143' TERM INT
while :; do
  # The first waits until there is a lab.
  exec 3< "$control/orders" 4> "$control/reports"
  while read -r order word <&3; do
    case $order in
      hello)
        signal KILL
        # Whoever starts the next finds nothing of this one.
        while [ -s "$control/pid" ]; do sleep 0.01; done
        echo "agent $word $played" >&4
        ;;
      start) run "$@" & ;;
      ping) echo "pong $word $(state)" >&4 ;;
      signal) signal "$word" ;;
    esac
  done
  # The lab has ended: so does what it had started.
  signal KILL
  exec 3<&- 4>&-
done
