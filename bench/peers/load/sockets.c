// Opens the clients' sockets, lets each take its steps, and reads and writes.

#define _GNU_SOURCE
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 512

int ready_count, closed_count;
Counts counts;
static int epoll = -1;

static void watch(Client *client, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = client};
  epoll_ctl(epoll, operation, client->fd, &event);
}

static void take_steps(Client *client) {
  for (; client->next_step < client->step_count; client->next_step++) {
    Step *step = &client->steps[client->next_step];
    if (step->kind != '>') return;
    append(client, step->bytes, step->length);
    flush(client);
  }
  client->ready_at = seconds_now();
  ready_count++;
}

void dial(Client *client) {
  if (epoll < 0) epoll = epoll_create1(0);
  int yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(plan_port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client->dialled_at = seconds_now();
  client->fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address)) {
    perror("cannot connect");
    exit(2);
  }
  fcntl(client->fd, F_SETFL, O_NONBLOCK);
  watch(client, EPOLL_CTL_ADD, EPOLLIN);
  take_steps(client);
}

static void hang_up(Client *client) {
  close(client->fd);
  client->is_closed = 1;
  closed_count++;
}

void append(Client *client, const char *bytes, int length) {
  if (client->unsent_length + length > client->unsent_room) {
    client->unsent_room = 2 * (client->unsent_length + length);
    client->unsent = realloc(client->unsent, client->unsent_room);
  }
  memcpy(client->unsent + client->unsent_length, bytes, length);
  client->unsent_length += length;
}

void flush(Client *client) {
  if (client->is_closed || client->unsent_length == 0) return;
  int written = send(client->fd, client->unsent, client->unsent_length, MSG_NOSIGNAL);
  if (written <= 0) written = 0;
  client->unsent_length -= written;
  memmove(client->unsent, client->unsent + written, client->unsent_length);
  int awaits_room = client->unsent_length > 0;
  if (awaits_room == client->awaits_room) return;
  client->awaits_room = awaits_room;
  watch(client, EPOLL_CTL_MOD, awaits_room ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

// Looks for the texts that a client waits for, and takes the steps after each.
static void listen_for(Client *client, char *from, char *end) {
  from -= client->cut_text_length;
  memcpy(from, client->cut_text, client->cut_text_length);
  client->cut_text_length = 0;
  while (client->next_step < client->step_count) {
    Step *awaited = &client->steps[client->next_step];
    char *found = memmem(from, end - from, awaited->bytes, awaited->length);
    if (found == NULL) {
      int kept = end - from < awaited->length - 1 ? end - from : awaited->length - 1;
      memcpy(client->cut_text, end - kept, kept);
      client->cut_text_length = kept;
      return;
    }
    from = found + awaited->length;
    client->next_step++;
    take_steps(client);
  }
}

static void hear(Client *client) {
  // The end of the last read is copied before the bytes of this one.
  static char buffer[WAIT_BYTES + READ_BYTES];
  char *from = buffer + WAIT_BYTES;
  int length = recv(client->fd, from, READ_BYTES, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    hang_up(client);
    return;
  }
  counts.reads++;
  counts.bytes += length;
  count_marks(client, from, from + length);
  if (client->next_step < client->step_count) listen_for(client, from, from + length);
}

int turn(int wait_ms) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(epoll, events, EVENTS, wait_ms);
  for (int i = 0; i < count; i++) {
    Client *client = events[i].data.ptr;
    if (events[i].events & EPOLLOUT) flush(client);
    if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !client->is_closed) hear(client);
  }
  return count;
}
