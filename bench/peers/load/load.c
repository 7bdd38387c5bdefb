// The load generator for the comparison with other servers. It knows no protocol: the plan on standard input contains
// every byte that a client sends, and the texts that it waits for. After the plan come commands, one a line. Each prints
// one line of JSON, and "flow" two: the second follows once everything has arrived.
//   open                          opens all clients, and reports how long each took and how many marks arrived meanwhile
//   rest MS                       only reads, for this time
//   flow SENDERS OUTSTANDING MS   the first SENDERS clients send in turns, with this many messages outstanding in all

#define _GNU_SOURCE
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define STUCK_SECONDS 60
// After this much silence the messages that are missing count as lost.
#define SILENCE_SECONDS 30
#define TURN_MS 5

static void stuck(int opened) {
  Client *client = clients;
  while (client < clients + opened - 1 && client->ready_at > 0) client++;
  fprintf(stderr, "only %d of %d clients became ready; client %d waits in step %d for: %s\n", ready_count, client_count,
          (int)(client - clients), client->next_step, client->steps[client->next_step].bytes);
  exit(3);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void open_all(void) {
  double began = seconds_now(), progress = began;
  uint64_t events = counts.deliveries;
  uint64_t bytes = counts.bytes;
  int opened = 0;
  counted_since = 0;
  while (ready_count < client_count) {
    while (opened < client_count && opened - ready_count < plan_opens_at_once) dial(&clients[opened++]);
    turn(TURN_MS);
    if (counts.bytes != bytes) {
      bytes = counts.bytes;
      progress = seconds_now();
    }
    if (closed_count > 0 || seconds_now() - progress > STUCK_SECONDS) stuck(opened);
  }
  double seconds = seconds_now() - began, *took = calloc(client_count, sizeof *took);
  for (int i = 0; i < client_count; i++) took[i] = (clients[i].ready_at - clients[i].dialled_at) * 1e3;
  qsort(took, client_count, sizeof *took, by_size);
  printf("{\"seconds\":%.6f,\"events\":%llu,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"lastMs\":%.3f}\n", seconds,
         (unsigned long long)(counts.deliveries - events), took[client_count / 2], took[client_count * 99 / 100],
         took[client_count - 1]);
  free(took);
}

static void rest(int ms) {
  double end = seconds_now() + ms / 1e3;
  while (seconds_now() < end) turn(TURN_MS);
  printf("{\"closed\":%d}\n", closed_count);
}

// Sends the next messages, from the senders in turns. Those of one sender go out in one write.
static void send_messages(int count, int senders) {
  static int next;
  for (int i = 0; i < count; i++) append_message(&clients[(next + i) % senders]);
  for (int i = 0; i < count && i < senders; i++) flush(&clients[(next + i) % senders]);
  next = (next + count) % senders;
}

static void flow(int senders, int outstanding, int ms) {
  Counts before = counts;
  clear_latencies();
  counted_since = nanoseconds_now();
  double began = seconds_now(), end = began + ms / 1e3;
  while (seconds_now() < end) {
    uint64_t receivers = client_count - closed_count - !plan_echoes;
    if (receivers == 0 || client_count == closed_count) break;
    int64_t arrived = (counts.deliveries - before.deliveries) / receivers;
    int64_t free_places = outstanding - (int64_t)(counts.sent - before.sent) + arrived;
    if (free_places > 0) send_messages(free_places, senders);
    turn(TURN_MS);
  }
  double seconds = seconds_now() - began;
  Counts after = counts;
  printf("{\"seconds\":%.6f,\"deliveries\":%llu,\"reads\":%llu,\"bytes\":%llu,\"p50Ms\":%.4f,\"p99Ms\":%.4f}\n", seconds,
         (unsigned long long)(after.deliveries - before.deliveries), (unsigned long long)(after.reads - before.reads),
         (unsigned long long)(after.bytes - before.bytes), latency_ms(0.5), latency_ms(0.99));
  fflush(stdout);
  uint64_t expected = (after.sent - before.sent) * (client_count - !plan_echoes);
  double heard_at = seconds_now();
  for (uint64_t last = counts.deliveries; last - before.deliveries < expected && closed_count < client_count;
       last = counts.deliveries) {
    turn(TURN_MS);
    if (counts.deliveries != last) heard_at = seconds_now();
    if (seconds_now() - heard_at > SILENCE_SECONDS) break;
  }
  printf("{\"sent\":%llu,\"lost\":%lld,\"closed\":%d}\n", (unsigned long long)(after.sent - before.sent),
         (long long)(expected - (counts.deliveries - before.deliveries)), closed_count);
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  read_plan();
  char line[128];
  while (scanf(" %127[^\n]", line) == 1) {
    int senders, outstanding, ms;
    if (strcmp(line, "open") == 0) open_all();
    else if (sscanf(line, "rest %d", &ms) == 1) rest(ms);
    else if (sscanf(line, "flow %d %d %d", &senders, &outstanding, &ms) == 3) flow(senders, outstanding, ms);
    else fprintf(stderr, "there is no command: %s\n", line);
    fflush(stdout);
  }
  return 0;
}
