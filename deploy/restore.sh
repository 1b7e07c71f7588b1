#!/bin/sh
# Put a backup into an empty store, with the service stopped: restore.sh BULLETIN BACKUP.json.gz STORE
set -eu
umask 027
bulletin=$1 file=$2 store=$3
plain=$(mktemp)
trap 'rm -f "$plain"' EXIT
gzip -dc "$file" > "$plain"
"$bulletin" hits import "$plain" --apply --store "$store"
