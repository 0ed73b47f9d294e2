// The way of wireproof into an implementation: a TCP server, or a client of one. See profile.yaml.
package main

import (
	"fmt"
	"net"
	"os"
)

// connected is called with each connection. YOUR IMPLEMENTATION GOES HERE: answer with tcp.Write(octets).
func connected(tcp net.Conn) {
	defer tcp.Close()
	buffer := make([]byte, 65536)
	for {
		length, err := tcp.Read(buffer)
		if err != nil {
			return
		}
		fmt.Printf("%d octets: %x\n", length, buffer[:length])
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	if peer := os.Getenv("WIREPROOF_PEER"); peer != "" {
		tcp, err := net.Dial("tcp", peer)
		must(err)
		connected(tcp)
		return
	}
	address := os.Getenv("WIREPROOF_ADDRESS")
	if address == "" {
		fmt.Fprintln(os.Stderr, "this program is started by wireproof: wireproof doctor profile.yaml")
		os.Exit(2)
	}
	server, err := net.Listen("tcp", address)
	must(err)
	for {
		tcp, err := server.Accept()
		must(err)
		go connected(tcp)
	}
}
