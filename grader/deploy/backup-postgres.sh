#!/bin/sh
# Copy the database and the settings, which hold the keys, into one dated folder. pg_dump sees one moment of the
# database while the service runs. Restore into an empty database with pg_restore --exit-on-error --single-transaction.
set -eu
database=${1:-postgresql://xuefa@db.example.org/xuefa}
settings=${2:-/etc/xuefa/settings.toml}
backups=${3:-/var/backups/xuefa}
keep_days=${4:-60}

umask 077
mkdir -p "$backups"
archive="$backups/xuefa-$(date +%Y%m%d)"
pg_dump --format=custom --file="$archive.dump.part" "$database"
mv "$archive.dump.part" "$archive.dump"
cp "$settings" "$archive.toml"
find "$backups" \( -name 'xuefa-*.dump' -o -name 'xuefa-*.toml' \) -mtime +"$keep_days" -delete
