#!/bin/sh
# Back up the counts of any store, while the service counts: backup.sh BULLETIN STORE FOLDER
# One compressed file a day, written beside and then renamed, so that no half one is ever taken for a backup; 60 are kept.
set -eu
bulletin=$1 store=$2 folder=$3
file="$folder/hits-$(date +%Y-%m-%d).json.gz"
plain="$folder/.hits.json.$$"
trap 'rm -f "$plain" "$plain.gz"' EXIT
umask 077
"$bulletin" hits export --format json --store "$store" --out "$plain"
gzip -n "$plain"
gzip -t "$plain.gz"
mv "$plain.gz" "$file"
find "$folder" -name 'hits-*.json.gz' -type f | sort -r | tail -n +61 | while read -r old; do rm -f "$old"; done
echo "$file"
