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
        options = [f"{self.protocol}.{name}:{value}" for name, value in dialect.items()]
        options.append(f"{self.protocol}.ports:{ports}")
        words = ["tshark", "-X", f"lua_script:{self.script}", "-r", str(path), "-T", "json"]
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

    def test_a_session_of_mnet_is_recognised_on_any_port(self):
        dissector = Dissector(self.folder.name, "mnet")
        init, other = bytes.fromhex("014d4e455401a1b2c3"), b"something else"
        layers = dissector.see([init, other], {}, ports="")
        self.assertEqual(layers[0]["mnet.packet"], "INIT")
        self.assertIsNone(layers[1])


def names(text):
    """The fields of `decode` that take octets: of each line what stands behind its offsets and digits."""
    return set(re.findall(r"(?m)^ *[\d.]+  [0-9a-f]{2}\S*(?: [0-9a-f]{2})*(?: …)? +([a-z-]+) ", text))


if __name__ == "__main__":
    unittest.main()
