#!/bin/sh
# Waits for the database at DATABASE_URL, migrates it, and starts the server.
# Without DATABASE_URL the server starts its embedded PostgreSQL in DATA_DIR, so this script only starts the server.
set -e

cd "$(dirname "$0")/.."

if [ -n "$DATABASE_URL" ] || [ -n "$DATABASE_URL_FILE" ]; then
  node deploy/wait-for-database.mjs
  node packages/server/dist/store/foundation/migrate-cli.js up
fi

# exec makes the server the container's first process, so that signals reach it.
exec node packages/server/dist/main.js "$@"
