// Reads the plan. It is a sequence of records, each a line "KIND LENGTH" and then LENGTH bytes.
// p, o, e: the port, how many clients may open at once, and whether senders get their own messages (0 or 1), in digits.
// n: the number of clients. Then for each client: c begins it, > is bytes to send, < a text to wait for, m its message.
// A plan ends with the kind "." and the length 0.

#include "load.h"
#include <stdio.h>
#include <stdlib.h>

int plan_port, plan_opens_at_once, plan_echoes;
Client *clients;
int client_count;

static void damaged(const char *reason) {
  fprintf(stderr, "the plan is damaged: %s\n", reason);
  exit(2);
}

// Returns the kind of the next record. Its bytes end with a zero that length does not count.
static char read_record(char **bytes, int *length) {
  char kind;
  if (scanf(" %c %d", &kind, length) != 2 || getchar() != '\n' || *length < 0) damaged("no record");
  *bytes = malloc(*length + 1);
  if (*bytes == NULL) damaged("too large");
  if (fread(*bytes, 1, *length, stdin) != (size_t)*length) damaged("a record is cut");
  (*bytes)[*length] = 0;
  return kind;
}

static void add_step(Client *client, Step step) {
  if (step.kind == '<' && step.length >= WAIT_BYTES) damaged("a text to wait for is too long");
  client->steps = realloc(client->steps, (client->step_count + 1) * sizeof *client->steps);
  client->steps[client->step_count++] = step;
}

void read_plan(void) {
  int begun = 0;
  for (;;) {
    Step step;
    step.kind = read_record(&step.bytes, &step.length);
    if (step.kind == '.') break;
    if (step.kind == 'p') plan_port = atoi(step.bytes);
    else if (step.kind == 'o') plan_opens_at_once = atoi(step.bytes);
    else if (step.kind == 'e') plan_echoes = atoi(step.bytes);
    else if (step.kind == 'n') clients = calloc(client_count = atoi(step.bytes), sizeof *clients);
    else if (step.kind == 'c') begun++;
    else if (begun == 0 || begun > client_count) damaged("a step without a client");
    else if (step.kind == 'm') clients[begun - 1].message = step;
    else add_step(&clients[begun - 1], step);
  }
  if (begun != client_count || begun == 0) damaged("clients are missing");
}
