// Writes marks into messages, and finds and times them in what the sockets receive, whatever frames are around them.

#define _GNU_SOURCE
#include "load.h"
#include <string.h>
#include <time.h>

// The section sign in UTF-8.
#define MARK "\xc2\xa7"

// Each power of two nanoseconds has this many buckets of the same width.
#define PARTS_BITS 5
#define PARTS (1 << PARTS_BITS)

uint64_t counted_since;
static uint64_t buckets[64 * PARTS];

uint64_t nanoseconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

double seconds_now(void) { return nanoseconds_now() / 1e9; }

static void write_hex(char *to, int digits, uint64_t value) {
  for (int i = digits - 1; i >= 0; i--, value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

static uint64_t read_hex(const char *from, int digits) {
  uint64_t value = 0;
  for (int i = 0; i < digits; i++) value = value << 4 | (from[i] <= '9' ? from[i] - '0' : from[i] - 'a' + 10);
  return value;
}

void append_message(Client *client) {
  static uint64_t last_id;
  char bytes[4096];
  Step *message = &client->message;
  memcpy(bytes, message->bytes, message->length);
  char *end = bytes + message->length;
  // A message to a server that stores and publishes in two commands contains its mark twice.
  for (char *mark = bytes; (mark = memmem(mark, end - mark, MARK, 2)); mark += MARK_BYTES)
    write_hex(mark + 2, STAMP_DIGITS, nanoseconds_now());
  char *id = memmem(bytes, message->length, "~~~~~~~~~~~~", ID_DIGITS);
  if (id) write_hex(id, ID_DIGITS, ++last_id);
  append(client, bytes, message->length);
  counts.sent++;
}

void clear_latencies(void) { memset(buckets, 0, sizeof buckets); }

static void record(uint64_t ns) {
  int power = 63 - __builtin_clzll(ns | PARTS);
  buckets[power * PARTS + ((ns >> (power - PARTS_BITS)) & (PARTS - 1))]++;
}

double latency_ms(double share) {
  uint64_t total = 0, below = 0;
  for (int i = 0; i < 64 * PARTS; i++) total += buckets[i];
  for (int i = 0; i < 64 * PARTS; i++) {
    below += buckets[i];
    // The middle of the bucket.
    if (buckets[i] && below >= share * total)
      return (PARTS + i % PARTS + 0.5) * (1ull << (i / PARTS - PARTS_BITS)) / 1e6;
  }
  return 0;
}

void count_marks(Client *client, char *from, char *end) {
  uint64_t now = nanoseconds_now();
  from -= client->cut_mark_length;
  memcpy(from, client->cut_mark, client->cut_mark_length);
  while ((from = memchr(from, MARK[0], end - from)) && end - from >= MARK_BYTES) {
    if (from[1] != MARK[1]) {
      from++;
      continue;
    }
    uint64_t sent_at = read_hex(from + 2, STAMP_DIGITS);
    if (sent_at >= counted_since) {
      record(now > sent_at ? now - sent_at : 1);
      counts.deliveries++;
    }
    from += MARK_BYTES;
  }
  client->cut_mark_length = from ? end - from : 0;
  memcpy(client->cut_mark, end - client->cut_mark_length, client->cut_mark_length);
}
