// The way of wireproof into an implementation: a TCP server, or a client of one. See profile.yaml.
#define _POSIX_C_SOURCE 200809L

#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256 };

// A connection is there. YOUR IMPLEMENTATION GOES HERE: say something with send(tcp, octets, length, 0).
static void connected(int tcp)
{
    printf("connection %d\n", tcp);
    fflush(stdout);
}

// Octets have come on a connection, not always a whole packet. YOUR IMPLEMENTATION GOES HERE.
static void received(int tcp, const unsigned char *octets, size_t length)
{
    (void)tcp;
    printf("%zu octets: ", length);
    for (size_t i = 0; i < length && i < 16; i++)
        printf("%02x", octets[i]);
    printf("\n");
    fflush(stdout);
}

// A connection has ended, and is closed after this. YOUR IMPLEMENTATION GOES HERE.
static void ended(int tcp)
{
    (void)tcp;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

// The address in a text like 127.0.0.1:4000 or [::1]:4000.
static struct addrinfo *address(const char *text)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found = NULL;
    const char *colon = strrchr(text, ':'), *host = text + (text[0] == '[');
    char buffer[64] = "";
    if (colon == NULL || colon - host >= (long)sizeof buffer) {
        fprintf(stderr, "%s is no address with a port\n", text);
        exit(1);
    }
    memcpy(buffer, host, (size_t)(colon - host));
    buffer[strcspn(buffer, "]")] = '\0';
    int error = getaddrinfo(buffer, colon + 1, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", text, gai_strerror(error));
        exit(1);
    }
    return found;
}

int main(void)
{
    const char *server = getenv("WIREPROOF_ADDRESS"), *client = getenv("WIREPROOF_PEER");
    if (server == NULL && client == NULL) {
        fprintf(stderr, "this program is started by wireproof: wireproof doctor profile.yaml\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct addrinfo *there = address(client != NULL ? client : server);
    int first = socket(there->ai_family, SOCK_STREAM, 0), yes = 1;
    if (first < 0)
        die("socket");
    // The first is the server's own socket, or a client's only connection.
    struct pollfd all[CONNECTIONS_MAX] = {{.fd = first, .events = POLLIN}};
    nfds_t count = 1;
    if (client != NULL) {
        if (connect(first, there->ai_addr, there->ai_addrlen) != 0)
            die("connect");
        connected(first);
    } else {
        setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(first, there->ai_addr, there->ai_addrlen) != 0 || listen(first, 128) != 0)
            die("bind");
    }
    for (;;) {
        if (poll(all, count, -1) < 0)
            continue;
        // From the last to the first, so that those that end leave no gap.
        for (nfds_t i = count; i-- > 0;) {
            static unsigned char octets[65536];
            if (all[i].revents == 0)
                continue;
            if (i == 0 && client == NULL) {
                int tcp = accept(first, NULL, NULL);
                if (tcp >= 0 && count == CONNECTIONS_MAX) {
                    close(tcp);
                } else if (tcp >= 0) {
                    all[count++] = (struct pollfd){.fd = tcp, .events = POLLIN};
                    connected(tcp);
                }
                continue;
            }
            ssize_t length = recv(all[i].fd, octets, sizeof octets, 0);
            if (length > 0) {
                received(all[i].fd, octets, (size_t)length);
                continue;
            }
            ended(all[i].fd);
            close(all[i].fd);
            all[i] = all[--count];
            if (client != NULL)
                return 0;
        }
    }
}
