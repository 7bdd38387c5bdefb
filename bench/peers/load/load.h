// The parts of the load generator for the comparison with other servers. load.c describes it.

#include <stdint.h>

// A mark is the section sign in UTF-8 and the time of sending in 16 hexadecimal digits.
#define STAMP_DIGITS 16
#define MARK_BYTES (2 + STAMP_DIGITS)
// A message may also contain this many tildes in a row. They are replaced by a counter.
#define ID_DIGITS 12
// A text to wait for is shorter than this.
#define WAIT_BYTES 256
#define READ_BYTES (128 * 1024)

// One step of signing in: bytes to send, or a text to wait for.
typedef struct {
  char kind;
  char *bytes;
  int length;
} Step;

typedef struct {
  int fd;
  int is_closed;
  Step *steps;
  int step_count, next_step;
  Step message;
  // The end of the last read, which may be the beginning of a mark or of the awaited text.
  char cut_mark[MARK_BYTES], cut_text[WAIT_BYTES];
  int cut_mark_length, cut_text_length;
  // Bytes that the socket did not take yet.
  char *unsent;
  int unsent_length, unsent_room, awaits_room;
  double dialled_at, ready_at;
} Client;

typedef struct {
  uint64_t sent, deliveries, reads, bytes;
} Counts;

extern Client *clients;
extern int client_count, ready_count, closed_count;
extern Counts counts;

// plan.c
// Reads the clients from standard input. Exits with 2 if the plan is damaged.
void read_plan(void);
extern int plan_port, plan_opens_at_once, plan_echoes;

// sockets.c
// Connects a client and begins its steps.
void dial(Client *client);
// Appends bytes for a client. flush writes them.
void append(Client *client, const char *bytes, int length);
void flush(Client *client);
// Handles the sockets that are ready, and waits for at most a time when none is. Returns their number.
int turn(int wait_ms);

// marks.c
// Older marks do not count. They belong to an earlier flow.
extern uint64_t counted_since;
double seconds_now(void);
uint64_t nanoseconds_now(void);
// Appends a client's message with the time of now in its mark.
void append_message(Client *client);
// Counts and times the marks in the bytes between two addresses. MARK_BYTES must be free before the first one.
void count_marks(Client *client, char *from, char *end);
void clear_latencies(void);
// Returns a percentile of the latencies in milliseconds, within 3 %. The share is from 0 to 1.
double latency_ms(double share);
