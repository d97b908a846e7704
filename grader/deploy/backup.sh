#!/bin/sh
# Copy the data folder into one dated archive. Documents are replaced whole, never written in place, so a copy taken
# while the service runs holds every document in one complete version.
set -eu
data=${1:-/var/lib/xuefa}
backups=${2:-/var/backups/xuefa}
keep_days=${3:-60}

# The archive holds names, passwords' hashes and the keys, whoever starts this.
umask 077
mkdir -p "$backups"
archive="$backups/xuefa-$(date +%Y%m%d).tar.gz"
status=0
tar -C "$(dirname "$data")" --exclude='.*.tmp' -czf "$archive.part" "$(basename "$data")" || status=$?
# 1 says that a file was replaced while it was read; tar then has it in the version it opened.
[ "$status" -le 1 ] || exit "$status"
mv "$archive.part" "$archive"
find "$backups" -name 'xuefa-*.tar.gz' -mtime +"$keep_days" -delete
