"""The Wireshark dissectors: tshark sees every packet of every dialect as `wireproof decode` does, and what is malformed as such.

Needs tshark; the program is named by WIREPROOF.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIREPROOF = os.environ.get("WIREPROOF", str(ROOT / "target/release/wireproof"))
PORT = 4000

# Packets of PaperClip: what they are, and their octets in the dialects `table` and `deployed`.
PAPERCLIP = [
    ("DEFAULT", "00000007" "6869", "000000000007" "6869"),
    ("DEFAULT", "00c00007" "abcd" "6869", "00c000000007" "0000abcd" "6869"),
    ("DEFAULT", "00080007" "0102" "6869", "000800000007" "0102" "6869"),
    ("DEFAULT", "00100007" "1234" "00ff", "001000000007" "000102030405060708090a0b0c0d0e0f" "00ff"),
    ("ACK", "01000007" "0003" "c000", "010000000007" "00000003" "0000c000"),
    ("AUTH", "02000000" "00" "03" "aabbcc", "020000000000" "03" "aabbcc"),
    ("AUTH", "02000000" "00" "01" "aa" "0002" "3082", "020000000000" "01" "aa" "0002" "3082"),
    ("HEARTBEAT", "03000009" "01" "7069", "030000000009" "01" "7069"),
    ("ERROR", "04000001" "22", "040000000001" "22"),
]
PAPERCLIP_MALFORMED = [
    ("10000007", "100000000007"),  # version 1
    ("05000007", "050000000007"),  # type 5
    ("00010007", "000100000007"),  # a reserved flag
    ("00080007" "0202", "000800000007" "0202"),  # Fragment ID not below the number
    ("010000", "01000000000700"),  # cut short
    ("02000000" "00" "01" "aa" "0001" "30" "00", "020000000000" "01" "aa" "0001" "30" "00"),  # too many octets
]

ID, HALF, ROOM, CID = "00ff" * 8, "ff00" * 4, "ROOM0001".encode().hex(), "00ff0001"
BAD = "ff424144"

# Packets of chat: who sends them, what they are, and their octets behind the code, with numbers in big order. In place of `NN` stands
# the octet in which code 10 of the dialect travels, in place of `EE` that of the little order.
CHAT = [
    ("S", "S1", "01" "ff" "67756573742d31"),
    ("U", "U2", "02" "ff" "616c696365" "ff" "776f6e6465726c616e64" "ff" "EE"),
    ("S", "S3", "03" "ff" "03" "02" "03"),
    ("S", "S4", "04" + BAD),
    ("S", "S5", "05" + BAD),
    ("U", "U6", "06" "ff" "616c" "ff" "7177" "ff" "6140622e63"),
    ("S", "S7", "07" "ff" "07" "05" "05"),
    ("S", "S7", "07" "ff" "07" "05" "ff" "05"),
    ("S", "S8", "08" + BAD),
    ("S", "S9", "09" + BAD),
    ("U", "U40", "28" "ff" "425945"),
    ("U", "U80", "50" "ff" + CID + "ff" + ROOM + "ff" "6147383d"),
    ("S", "S81", "51" "ff" + CID + "ff" "03" "NN"),
    ("S", "S82", "52" + BAD),
    ("S", "S83", "53" "ff" + ID + "ff" + ROOM + "ff" "626f62" "ff" "ff" "6147383d"),
    ("U", "U84", "54" "ff" + ID),
    ("S", "S85", "55" "ff" + ID),
    ("S", "S86", "56" + BAD),
    ("U", "U87", "57" "ff" "00000002" "ff" + CID + "ff" + ROOM + "ff" "6147383d"),
    ("S", "S88", "58" "ff" + CID + "ff" "03" "03" "03"),
    ("S", "S89", "59" + BAD),
    ("S", "S90", "5a" "ff" + CID),
    ("U", "U91", "5b" "ff" "00000001" "ff" + CID + "ff" "6147383d"),
    ("S", "S91", "5b" "ff" "00000001" "ff" + ID + "ff" "6147383d"),
    ("S", "S92", "5c" "ff" + CID + "ff" "03" "03" "03"),
    ("S", "S93", "5d" + BAD),
    ("S", "S94", "5e" "ff" "00000001" "ff" + CID),
    ("S", "S95", "5f" "ff" "00000002" "ff" + ID + "ff" + ROOM + "ff" "6147383d"),
    ("U", "U96", "60" "ff" + ID),
    ("S", "S97", "61" "ff" + HALF),
    ("S", "S98", "62" + BAD),
    ("U", "U99", "63" "ff" "00000001" "ff" + HALF),
    ("S", "S100", "64" "ff" + HALF + "ff" "03" "03" "03" "01"),
    ("S", "S101", "65" "ff" "00000001" "ff" + ID),
    ("S", "S102", "66" + BAD),
    ("U", "U160", "a0" "ff" + ROOM + "ff"),
    ("S", "S161", "a1" "ff" + ROOM + "ff" "NN"),
    ("S", "S162", "a2" "ff" + ROOM + "ff" "626f62" "ff" "626f"),
    ("U", "U163", "a3" "ff" + ROOM),
    ("U", "U163", "a3" "ff" + ROOM + "ff" "627965"),
    ("S", "S164", "a4" "ff" + ROOM + "ff" "03"),
    ("S", "S165", "a5" "ff" + ROOM + "ff" "626f62" "ff"),
    ("U", "U166", "a6" "ff" "626f"),
    ("S", "S167", "a7" "ff" "03"),
    ("S", "S168", "a8" "ff" "626f62" "ff" "ff" "626f"),
    ("U", "U169", "a9" "ff" + ROOM + "ff" "626f62" "ff"),
    ("S", "S169", "a9" "ff" + ROOM + "ff" "626f62" "ff" "626f"),
    ("S", "S251", "fb" "ff" "504e53"),
    ("U", "U252", "fc" "ff" "5350"),
    ("S", "S253", "fd" "ff" "50" "ff" "53"),
    ("U", "U254", "fe" "ff" "50"),
]
CHAT_MALFORMED = [
    ("U", "7a" "ff" "00"),  # no such packet
    ("U", "51" "ff" + CID + "ff" "03" "03" "00"),  # a server's packet from a client
    ("U", "28" "ff" "425946" "00"),  # another word
    ("U", "50" "ff" + CID + "00"),  # it ends too early
    ("U", "02" "ff" "61" "ff" "62" "ff" "4c" "01" "00"),  # it does not end in time
    ("S", "fd" "ff" "50" "ff" "00"),  # a separator before nothing
    ("S", "a7" "ff" "7f" "00"),  # no code
    ("U", "a6" "ff" + "61" * 9000 + "00"),  # too long
]


def run(*words):
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1) or not result.stdout and result.returncode:
        raise AssertionError(f"{' '.join(words)}: {result.stderr}")
    return result.stdout


def capture(path, packets):
    """Writes datagrams to PORT as a pcap file of raw IP packets."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for number, octets in enumerate(packets):
            udp = struct.pack(">HHHH", 5000 + number, PORT, 8 + len(octets), 0) + octets
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + udp
            out.write(struct.pack("<IIII", number, 0, len(ip), len(ip)) + ip)


def ip(number, source, destination, segment):
    """A TCP segment behind a header of IPv4."""
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), number, 0, 64, 6, 0, source, destination) + segment


def stream_capture(path, pieces, port=PORT):
    """Writes a connection to a port as a pcap file of raw IP packets: its handshake, then each piece, by whom it is sent."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        sent = {"U": 1000, "S": 2_000_000_000}
        opening = [("U", 2, b""), ("S", 18, b""), ("U", 16, b"")]
        for number, (by, flags, octets) in enumerate(opening + [(by, 24, octets) for by, octets in pieces]):
            to = "S" if by == "U" else "U"
            ports = {"U": 5000, "S": port}
            acknowledged = sent[to] if flags & 16 else 0
            header = struct.pack(">HHIIBBHHH", ports[by], ports[to], sent[by], acknowledged, 5 << 4, flags, 65535, 0, 0)
            addresses = {"U": b"\x0a\0\0\1", "S": b"\x0a\0\0\2"}
            packet = ip(number, addresses[by], addresses[to], header + octets)
            out.write(struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet)
            sent[by] += len(octets) + (1 if flags & 2 else 0)
    return len(opening)


class Dissector:
    """The dissector of a protocol, as tshark runs it."""

    def __init__(self, folder, protocol):
        self.protocol, self.folder = protocol, pathlib.Path(folder)
        self.script = self.folder / f"{protocol}.lua"
        self.script.write_text(run(WIREPROOF, "dissector", protocol))

    def see(self, packets, dialect, ports=str(PORT)):
        """What tshark makes of packets: of each the layer of the protocol, or None."""
        path = self.folder / "packets.pcap"
        capture(path, packets)
        return self.layers(path, dialect, ports)

    def see_stream(self, pieces, dialect, ports=str(PORT), port=PORT):
        """The same of pieces of one connection, each with who sends it."""
        path = self.folder / "pieces.pcap"
        before = stream_capture(path, pieces, port)
        return self.layers(path, dialect, ports)[before:]

    def layers(self, path, dialect, ports):
        options = [f"{self.protocol}.{name}:{value}" for name, value in dialect.items()]
        options.append(f"{self.protocol}.ports:{ports}")
        words = ["tshark", "-X", f"lua_script:{self.script}", "-r", str(path), "-T", "json", "--no-duplicate-keys"]
        result = subprocess.run(
            words + [word for option in options for word in ("-o", option)], capture_output=True, text=True, check=False
        )
        if result.returncode or "Lua Error" in result.stdout + result.stderr or "rror during" in result.stderr:
            raise AssertionError(f"tshark: {result.stderr}{result.stdout[:2000]}")
        return [packet["_source"]["layers"].get(self.protocol) for packet in json.loads(result.stdout)]


def is_malformed(layer):
    return "_ws.expert" in json.dumps(layer)


def decoded(protocol, dialect, octets):
    """The fields by `wireproof decode`: name and value as shown."""
    words = [word for name, value in dialect.items() for word in ("--dialect", f"{name}={value}")]
    return run(WIREPROOF, "--color", "never", "decode", protocol, octets.hex(), *words)


class Dissectors(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def check_fields(self, protocol, layer, fields, where):
        for name, value in fields.items():
            shown = layer.get(f"{protocol}.{name.replace('-', '_')}")
            if isinstance(value, int):
                self.assertEqual(int(shown, 0), value, f"{where}: {name}")
            elif value:
                self.assertEqual(shown.replace(":", ""), value, f"{where}: {name}")
            else:
                self.assertIsNone(shown, f"{where}: {name}")

    def test_every_packet_of_mnet_has_the_fields_of_its_vector(self):
        dissector = Dissector(self.folder.name, "mnet")
        for order in ("little", "big"):
            vectors = json.loads((ROOT / f"scenarios/mnet/vectors/{order}.json").read_text())
            valid = vectors["valid"]
            for tags in ("sender", "receiver", "init"):
                dialect = {"byte_order": order, "tags": tags}
                layers = dissector.see([bytes.fromhex(vector["octets"]) for vector in valid], dialect)
                self.assertEqual(len(layers), len(valid))
                for vector, layer in zip(valid, layers):
                    where = f"{dialect} {vector['packet']} {vector['octets']}"
                    self.assertIsNotNone(layer, where)
                    self.assertEqual(layer["mnet.packet"], vector["packet"], where)
                    self.assertFalse(is_malformed(layer), f"{where}: {layer}")
                    self.check_fields("mnet", layer, vector["fields"], where)

    def test_what_is_malformed_in_mnet_is_marked(self):
        dissector = Dissector(self.folder.name, "mnet")
        for order in ("little", "big"):
            vectors = json.loads((ROOT / f"scenarios/mnet/vectors/{order}.json").read_text())
            bad = [bytes.fromhex(vector["octets"]) for vector in vectors["invalid"] if vector["octets"]]
            self.assertGreater(len(bad), 5)
            for octets, layer in zip(bad, dissector.see(bad, {"byte_order": order})):
                self.assertTrue(is_malformed(layer), f"{order} {octets.hex()}: {layer}")

    def test_every_packet_of_paperclip_is_seen_in_both_widths(self):
        dissector = Dissector(self.folder.name, "paperclip")
        for column, widths in enumerate(("table", "deployed")):
            packets = [bytes.fromhex(row[1 + column]) for row in PAPERCLIP]
            dialect = {"widths": widths}
            for row, octets, layer in zip(PAPERCLIP, packets, dissector.see(packets, dialect)):
                where = f"{widths} {row[0]} {octets.hex()}"
                self.assertEqual(layer["paperclip.packet"], row[0], where)
                self.assertFalse(is_malformed(layer), f"{where}: {layer}")
                shown = {key.split(".", 1)[1].replace("_", "-") for key in layer if key.startswith("paperclip.")}
                self.assertEqual(shown - {"packet"}, names(decoded("paperclip", dialect, octets)), where)

    def test_what_is_malformed_in_paperclip_is_marked(self):
        dissector = Dissector(self.folder.name, "paperclip")
        for column, widths in enumerate(("table", "deployed")):
            bad = [bytes.fromhex(row[column]) for row in PAPERCLIP_MALFORMED]
            for octets, layer in zip(bad, dissector.see(bad, {"widths": widths})):
                self.assertTrue(is_malformed(layer), f"{widths} {octets.hex()}: {layer}")
                self.assertIn("malformed", decoded("paperclip", {"widths": widths}, octets))

    def test_every_packet_of_chat_is_seen_in_every_dialect_and_both_byte_orders(self):
        dissector = Dissector(self.folder.name, "chat")
        for endianness, codes in ((one, other) for one in ("letter", "number") for other in ("decimal", "hex")):
            dialect = {"endianness": endianness, "codes": codes}
            orders = {"little": "4c" if endianness == "letter" else "01", "big": "42" if endianness == "letter" else "02"}
            for order, octet in orders.items():
                login = [("U", "02ff61ff62ff" + octet + "00"), ("S", "03ff03030300")]
                rows = [(by, name, chat_octets(octets, order, codes, octet)) for by, name, octets in CHAT]
                pieces = login + [(by, octets) for by, name, octets in rows if name not in ("S1", "U2", "S3", "U6", "S7")]
                pieces += [(by, octets) for by, name, octets in rows if name in ("S1", "U2", "S3", "U6", "S7")]
                named = [name for _, name, _ in rows if name not in ("S1", "U2", "S3", "U6", "S7")]
                named = ["U2", "S3"] + named + [name for _, name, _ in rows if name in ("S1", "U2", "S3", "U6", "S7")]
                layers = dissector.see_stream([(by, bytes.fromhex(octets)) for by, octets in pieces], dialect)
                self.assertEqual(len(layers), len(named))
                for (_, octets), name, layer in zip(pieces, named, layers):
                    where = f"{dialect} {order} {name} {octets}"
                    self.assertIsNotNone(layer, where)
                    self.assertEqual(layer["chat.packet"], name, where)
                    self.assertFalse(is_malformed(layer), f"{where}: {layer}")
                    for number, value in (("parts", 2), ("part", 1)):
                        if f"chat.{number}" in layer:
                            self.assertEqual(layer[f"chat.{number}"], str(value), where)
                    if name == "S161":
                        self.assertEqual(layer["chat.room_code"], "10", where)
                    if name not in ("S91", "S169"):
                        shown = {key.split(".", 1)[1].replace("_", "-") for key in layer if key.startswith("chat.")}
                        self.assertEqual(shown - {"packet"}, names(decoded("chat", dialect, bytes.fromhex(octets))) - {"type"}, where)

    def test_what_is_malformed_in_chat_is_marked_and_what_follows_is_not(self):
        dissector = Dissector(self.folder.name, "chat")
        pieces = [("S", bytes.fromhex("01ff6100"))]
        for by, octets in CHAT_MALFORMED:
            pieces += [(by, bytes.fromhex(octets)), (by, bytes.fromhex("28ff42594500" if by == "U" else "fbff504e5300"))]
        layers = dissector.see_stream(pieces, {})[1:]
        for (_, octets), layer, after in zip(CHAT_MALFORMED, layers[::2], layers[1::2]):
            self.assertTrue(is_malformed(layer), f"{octets[:60]}: {layer}")
            self.assertFalse(is_malformed(after), f"after {octets[:60]}: {after}")

    def test_packets_of_chat_are_put_together_and_taken_apart(self):
        dissector = Dissector(self.folder.name, "chat")
        said = bytes.fromhex("50ff" + CID + "ff" + ROOM + "ff6147383d00")
        greeting = ("S", bytes.fromhex("01ff6100"))
        octet_by_octet = [("U", said[place : place + 1]) for place in range(len(said))]
        layers = dissector.see_stream([greeting] + octet_by_octet, {})
        self.assertEqual([layer.get("chat.packet") for layer in layers if layer], ["S1", "U80"])
        self.assertIsNotNone(layers[-1])
        [_, many] = dissector.see_stream([greeting, ("U", b"\0\0" + said * 3 + b"\0")], {})
        self.assertEqual([layer["chat.packet"] for layer in many], ["U80"] * 3)

    def test_a_connection_of_chat_is_recognised_on_any_port(self):
        dissector = Dissector(self.folder.name, "chat")
        pieces = [("S", bytes.fromhex("01ff67756573742d3100")), ("U", bytes.fromhex("28ff42594500"))]
        layers = dissector.see_stream(pieces, {}, ports="", port=7777)
        self.assertEqual([layer["chat.packet"] for layer in layers], ["S1", "U40"])
        layers = dissector.see_stream([("S", b"HTTP/1.1 200 OK")], {}, ports="", port=7777)
        self.assertIsNone(layers[0])

    def test_captures_of_chat_have_nothing_that_tshark_objects_to(self):
        folder = pathlib.Path(self.folder.name) / "results"
        run(WIREPROOF, "run", "chat/framing", "chat/goodbye", "chat/client/a-client-*", "--out", str(folder))
        captures = sorted((folder / "captures").glob("*.pcapng"))
        self.assertGreater(len(captures), 30)
        packets = 0
        for path in captures:
            words = ["tshark", "-r", str(path), "-o", "tcp.check_checksum:TRUE", "-T", "fields"]
            rows = run(*words, "-e", "tcp.analysis.flags", "-e", "tcp.checksum.status").splitlines()
            packets += len(rows)
            self.assertEqual(set(rows), {"\t1"}, path)
        self.assertGreater(packets, 500)

    def test_a_session_of_mnet_is_recognised_on_any_port(self):
        dissector = Dissector(self.folder.name, "mnet")
        init, other = bytes.fromhex("014d4e455401a1b2c3"), b"something else"
        layers = dissector.see([init, other], {}, ports="")
        self.assertEqual(layers[0]["mnet.packet"], "INIT")
        self.assertIsNone(layers[1])


def chat_octets(octets, order, codes, endianness):
    """The octets of a packet of chat in a dialect and a byte order, with its end."""
    octets = octets.replace("NN", "0a" if codes == "decimal" else "10").replace("EE", endianness)
    if order == "little":
        octets = re.sub(r"^(57|5b|5e|5f|63|65)ff000000(..)", r"\1ff\g<2>000000", octets)
    return octets + "00"


def names(text):
    """The fields of `decode` that take octets: of each line what stands behind its offsets and digits."""
    return set(re.findall(r"(?m)^ *[\d.]+  [0-9a-f]{2}\S*(?: [0-9a-f]{2})*(?: …)? +([a-z-]+) ", text))


if __name__ == "__main__":
    unittest.main()
