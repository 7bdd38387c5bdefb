# Every task of the project: `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help run dev build test check bench bench-compare attack faults fuzz soak seed migrate-up migrate-down after-restore audit-verify reset-password release-username setup clean node

# Settings may be in .env (see .env.example). The environment overrides them.
env_file := $(if $(wildcard .env),--env-file=.env)
installed := node_modules/.package-lock.json

help: ## list all targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: $(installed) ## install and build as needed, then start the server
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/main.js

dev: $(installed) ## start from source; the server restarts and the page reloads on every change
	@exec node $(env_file) script/dev.mjs

build: $(installed) ## build changed packages into packages/*/dist
	@node script/build.mjs

test: $(installed) ## run make check and all tests: unit, scenario, deployment, browser
	@exec node script/test.mjs

check: $(installed) ## check format, lint, types, import arrows and dead code, in under a minute
	@node script/check.mjs

bench: $(installed) ## measure speed next to a naive server, ten minutes: make bench ONLY=fan-out,idle PEERS=1
	@node script/build.mjs
	@exec node bench/run.mjs

bench-compare: $(installed) ## compare the results of make bench at two commits: make bench-compare A=main B=HEAD
	@exec node bench/compare.mjs

attack: $(installed) ## attack a server in every known way and update the table in docs/reliability.md
	@node script/build.mjs
	@exec node script/attack.mjs

faults: $(installed) ## run every fault test at full size and update the table in docs/reliability.md
	@exec node script/faults.mjs

fuzz: $(installed) ## send a million hostile inputs to a real server: make fuzz N=20000 SEED=7
	@exec node script/fuzz.mjs

soak: $(installed) ## run mixed load with kills and watch memory: make soak MINUTES=15
	@MINUTES=$(MINUTES) exec node script/soak.mjs

seed: $(installed) ## fill an empty database with 100,000 messages: make seed MESSAGES=1000000
	@node script/build.mjs
	@node $(env_file) script/seed.mjs

migrate-up: $(installed) ## migrate the database to the newest schema
	@node script/build.mjs
	@node $(env_file) packages/server/dist/store/foundation/migrate-cli.js up

migrate-down: $(installed) ## undo the newest migration, or the newest N: make migrate-down N=2
	@node script/build.mjs
	@node $(env_file) packages/server/dist/store/foundation/migrate-cli.js down $(or $(N),1)

after-restore: $(installed) ## run once after restoring a backup (docs/operations.md): clients reload everything
	@node script/build.mjs
	@node $(env_file) script/after-restore.mjs

audit-verify: $(installed) ## verify the integrity of the audit log: make audit-verify HEAD=ID:HASH
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/operator-cli.js audit-verify $(HEAD)

reset-password: $(installed) ## create a single-use password reset link: make reset-password USERNAME=ada
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/operator-cli.js reset-password $(USERNAME)

release-username: $(installed) ## let a deleted account's username be registered again: make release-username USERNAME=ada
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/operator-cli.js release-username $(USERNAME)

setup: $(installed) ## prepare for development: install packages, build, fetch Chromium
	@node script/build.mjs
	@node script/chromium.mjs

clean: ## remove installed packages and builds; keeps ./data
	rm -rf node_modules packages/*/node_modules packages/*/dist bench/results .cache

# The Node check is an order-only prerequisite: it runs each time, but causes no second install.
$(installed): package-lock.json | node
	@npm ci
	@touch $@

node:
	@sh script/require-node.sh
