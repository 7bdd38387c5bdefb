#!/bin/sh
# Waits for the database it was given, brings it to the newest schema, and becomes the server.
# Without DATABASE_URL there is nothing to wait for: the server starts a PostgreSQL of its own in DATA_DIR.
set -e

cd "$(dirname "$0")/.."

if [ -n "$DATABASE_URL" ] || [ -n "$DATABASE_URL_FILE" ]; then
  node deploy/wait-for-database.mjs
  node packages/server/dist/store/foundation/migrate-cli.js up
fi

# exec: signals must reach the server itself, which is then the container's first process.
exec node packages/server/dist/main.js "$@"
