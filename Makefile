# The face of the project: `make help` lists what can be done.

.DEFAULT_GOAL := help
.PHONY: help run dev build test check bench bench-compare faults fuzz soak seed migrate-up migrate-down after-restore audit-verify reset-password setup clean node

# Settings may be kept in .env (see .env.example); the environment's own values win.
env_file := $(if $(wildcard .env),--env-file=.env)
installed := node_modules/.package-lock.json

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: $(installed) ## install and build what is needed, then start the server
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/main.js

dev: $(installed) ## start from source: the server restarts, the page reloads, on every change
	@exec node $(env_file) script/dev.mjs

build: $(installed) ## build what has changed into packages/*/dist
	@node script/build.mjs

test: $(installed) ## run everything: check, unit, scenario, deployment and browser tests
	@exec node script/test.mjs

check: $(installed) ## format, lint, types, import arrows and dead code, in under a minute
	@node script/check.mjs

bench: $(installed) ## measure speed beside a naive server, ten minutes; ONLY=fan-out,idle for some of it
	@node script/build.mjs
	@exec node bench/run.mjs

bench-compare: $(installed) ## what make bench has measured at two commits: make bench-compare A=main B=HEAD
	@exec node bench/compare.mjs

faults: $(installed) ## kill, hang and starve it at full size; writes the table of docs/reliability.md
	@exec node script/faults.mjs

fuzz: $(installed) ## a million hostile inputs against a real server: make fuzz N=20000, SEED=7 to repeat one
	@exec node script/fuzz.mjs

soak: $(installed) ## mixed load with kills for a while, and what grows: make soak MINUTES=15
	@MINUTES=$(MINUTES) exec node script/soak.mjs

seed: $(installed) ## fill an empty database with chat: make seed MESSAGES=1000000 (100,000 by default)
	@node script/build.mjs
	@node $(env_file) script/seed.mjs

migrate-up: $(installed) ## bring the database to the newest schema
	@node script/build.mjs
	@node $(env_file) packages/server/dist/store/foundation/migrate-cli.js up

migrate-down: $(installed) ## undo the newest migration, or the N newest: make migrate-down N=2
	@node script/build.mjs
	@node $(env_file) packages/server/dist/store/foundation/migrate-cli.js down $(or $(N),1)

after-restore: $(installed) ## once a backup was put back (docs/operations.md): tell clients to load all anew
	@node script/build.mjs
	@node $(env_file) script/after-restore.mjs

audit-verify: $(installed) ## check that the audit log is as it was written: make audit-verify HEAD=ID:HASH
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/operator-cli.js audit-verify $(HEAD)

reset-password: $(installed) ## a one-use way to a new password: make reset-password USERNAME=ada
	@node script/build.mjs
	@exec node $(env_file) packages/server/dist/operator-cli.js reset-password $(USERNAME)

setup: $(installed) ## fetch all that development needs: packages, a build, Chromium
	@node script/build.mjs
	@node script/chromium.mjs

clean: ## remove what was installed and built; ./data is never touched
	rm -rf node_modules packages/*/node_modules packages/*/dist bench/results

# Order-only on the Node check, so that a good Node costs no second install.
$(installed): package-lock.json | node
	@npm ci
	@touch $@

node:
	@sh script/require-node.sh
