"""The subjects in Python get on with each other in every pairing, and one that breaks a clause is named by `wireproof matrix`."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import live

STRANGE = """
name: broken
protocol: mnet
roles: [listener, connector]
command: [python3, mnet_subject.py, --control, --break, expiration-byte-order]
folder: {folder}
control: true
"""


class Matrix(unittest.TestCase):
    def matrix(self, code, *words):
        """Runs a matrix; gives its cells by client and server, and what was printed."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "matrix"
            words = [str(live.SUBJECTS / word) if word.endswith(".yaml") and "/" not in word else word for word in words]
            done = subprocess.run([live.PROGRAM, "matrix", *words, "--out", str(out), "--within", "60s"],
                                  capture_output=True, text=True, timeout=live.STUCK, check=False)
            printed = done.stdout + done.stderr
            self.assertEqual(done.returncode, code, printed)
            matrix = json.loads((out / "matrix.json").read_text())
            self.assertEqual(matrix["complete"], len(matrix["cells"]))
            for cell in matrix["cells"]:
                met = cell["verdict"] != "unsupported"
                self.assertEqual(met, "journal" in cell, cell)
                self.assertTrue(not met or (out / cell["journal"]).is_file())
            return {(cell["client"], cell["server"]): cell for cell in matrix["cells"]}, printed

    def test_every_pairing_of_mnet_agrees_through_bad_weather_and_in_another_dialect(self):
        cells, _ = self.matrix(0, "python-control.yaml", "python-listener.yaml", "python-connector.yaml",
                               "--lose", "5%", "--repeat", "5%", "--reorder", "5%", "--dialect", "tags=init")
        control, listener, connector = "python-control", "python-listener", "python-connector"
        said = {pair: cell["what"] for pair, cell in cells.items() if cell["verdict"] == "pass"}
        self.assertEqual(said, {(control, control): "open, 4 of 4 done by the connector",
                                (control, listener): "open, 4 of 4 done by the connector",
                                (connector, control): "open, 4 of 4 done by the listener",
                                (connector, listener): "open, watched only"})
        self.assertEqual(cells[listener, control]["what"], "python-listener is no connector")

    def test_every_pairing_of_paperclip_agrees(self):
        cells, _ = self.matrix(0, "python-paperclip-control.yaml", "python-paperclip-server.yaml",
                               "python-paperclip-client.yaml")
        passed = [cell for cell in cells.values() if cell["verdict"] == "pass"]
        self.assertEqual(len(passed), 4, cells)

    def test_every_pairing_of_chat_agrees(self):
        cells, _ = self.matrix(0, "python-chat-control.yaml", "python-chat-server.yaml", "python-chat-client.yaml")
        passed = [cell for cell in cells.values() if cell["verdict"] == "pass"]
        self.assertEqual(len(passed), 4, cells)

    def test_the_side_that_leaves_the_specification_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            strange = pathlib.Path(folder) / "broken.yaml"
            strange.write_text(STRANGE.format(folder=live.SUBJECTS))
            cells, printed = self.matrix(1, "python-control.yaml", str(strange))
        cell = cells["python-control", "broken"]
        first = cell["first"]
        self.assertEqual((cell["verdict"], first["role"], first["name"]), ("fail", "listener", "broken"))
        self.assertEqual(cells["python-control", "python-control"]["verdict"], "pass")
        self.assertIn("broken (listener) leaves the specification first", printed)


if __name__ == "__main__":
    unittest.main()
