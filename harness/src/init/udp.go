// The way of wireproof into an implementation: binds a UDP socket and hands on what comes. See profile.yaml.
package main

import (
	"fmt"
	"net"
	"os"
)

// begin is called when the program is to open a session with this peer. YOUR IMPLEMENTATION GOES HERE.
func begin(udp *net.UDPConn, peer *net.UDPAddr) {}

// received is called when a datagram has come. YOUR IMPLEMENTATION GOES HERE: answer with udp.WriteToUDP(octets, sender).
func received(udp *net.UDPConn, octets []byte, sender *net.UDPAddr) {
	fmt.Printf("%d octets from %v: %x\n", len(octets), sender, octets[:min(16, len(octets))])
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	listen, peer := os.Getenv("WIREPROOF_ADDRESS"), os.Getenv("WIREPROOF_PEER")
	if listen == "" && peer == "" {
		fmt.Fprintln(os.Stderr, "this program is started by wireproof: wireproof doctor profile.yaml")
		os.Exit(2)
	}
	address, err := net.ResolveUDPAddr("udp", listen+peer)
	must(err)
	local := address
	if listen == "" {
		local = &net.UDPAddr{IP: address.IP}
	}
	udp, err := net.ListenUDP("udp", local)
	must(err)
	if listen == "" {
		begin(udp, address)
	}
	buffer := make([]byte, 65536)
	for {
		length, sender, err := udp.ReadFromUDP(buffer)
		if err == nil {
			received(udp, buffer[:length], sender)
		}
	}
}
