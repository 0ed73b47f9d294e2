#!/bin/sh
# The way of wireproof into a program that has options of its own. See profile.yaml.
#
# wireproof says in the environment what the program is to do; this turns it into the program's own options. `exec` keeps
# the way of SIGTERM short.

program=./my-program                    # YOUR PROGRAM

case "$WIREPROOF_ROLE" in
  listener | server) set -- --listen "$WIREPROOF_ADDRESS" ;;      # ITS OPTIONS
  connector | client) set -- --connect "$WIREPROOF_PEER" ;;
  *) echo "this program is started by wireproof: wireproof doctor profile.yaml" >&2; exit 2 ;;
esac
[ -x "$program" ] || { echo "$0: there is no program $program: name yours in this file" >&2; exit 1; }
exec "$program" "$@"
