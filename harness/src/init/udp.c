// The way of wireproof into an implementation: binds a UDP socket and hands on what comes. See profile.yaml.
#define _POSIX_C_SOURCE 200809L

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// The program is to open a session with this peer. YOUR IMPLEMENTATION GOES HERE.
static void begin(int udp, const struct sockaddr *peer, socklen_t peer_length)
{
    (void)udp;
    (void)peer;
    (void)peer_length;
}

// A datagram has come. YOUR IMPLEMENTATION GOES HERE: answer with sendto(udp, octets, length, 0, sender, sender_length).
static void received(int udp, const unsigned char *octets, size_t length, const struct sockaddr *sender,
                     socklen_t sender_length)
{
    char host[64] = "?", port[16] = "?";
    (void)udp;
    getnameinfo(sender, sender_length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    printf("%zu octets from %s:%s: ", length, host, port);
    for (size_t i = 0; i < length && i < 16; i++)
        printf("%02x", octets[i]);
    printf("\n");
    fflush(stdout);
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

// The address in a text like 127.0.0.1:4000 or [::1]:4000; with port 0 when any port will do.
static struct addrinfo *address(const char *text, int any_port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found = NULL;
    const char *colon = strrchr(text, ':'), *host = text + (text[0] == '[');
    char buffer[64] = "";
    if (colon == NULL || colon - host >= (long)sizeof buffer) {
        fprintf(stderr, "%s is no address with a port\n", text);
        exit(1);
    }
    memcpy(buffer, host, (size_t)(colon - host));
    buffer[strcspn(buffer, "]")] = '\0';
    int error = getaddrinfo(buffer, any_port ? "0" : colon + 1, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", text, gai_strerror(error));
        exit(1);
    }
    return found;
}

int main(void)
{
    const char *listener = getenv("WIREPROOF_ADDRESS"), *connector = getenv("WIREPROOF_PEER");
    if (listener == NULL && connector == NULL) {
        fprintf(stderr, "this program is started by wireproof: wireproof doctor profile.yaml\n");
        return 2;
    }
    struct addrinfo *local = listener != NULL ? address(listener, 0) : address(connector, 1);
    int udp = socket(local->ai_family, SOCK_DGRAM, 0);
    if (udp < 0 || bind(udp, local->ai_addr, local->ai_addrlen) != 0)
        die("bind");
    if (listener == NULL) {
        struct addrinfo *peer = address(connector, 0);
        begin(udp, peer->ai_addr, peer->ai_addrlen);
    }
    for (;;) {
        static unsigned char octets[65536];
        struct sockaddr_storage sender;
        socklen_t sender_length = sizeof sender;
        ssize_t length = recvfrom(udp, octets, sizeof octets, 0, (struct sockaddr *)&sender, &sender_length);
        if (length >= 0)
            received(udp, octets, (size_t)length, (const struct sockaddr *)&sender, sender_length);
    }
}
