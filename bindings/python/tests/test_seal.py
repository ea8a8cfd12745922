"""Seals."""

from __future__ import annotations

import time

import sealcore
from sealcore import Seal, SealcoreError, SealRequest
from support import TestCase, signer


class Seals(TestCase):
    def test_load_save_inspect(self) -> None:
        file = self.demo / "seal.esl"
        with Seal.load(file) as seal, Seal.load(file.read_bytes()) as same:
            self.assertEqual(seal.save(), file.read_bytes())
            self.assertEqual(same.inspect("zh"), seal.inspect("zh"))
            self.assertIn("示范市示范单位演示专用章", str(seal.inspect()))
            self.assertEqual(seal.picture, (self.demo / "seal.png").read_bytes())
        with self.assertRaises(SealcoreError):
            Seal.load(b"no seal")

    def request_seal(self, generation: str = "v4") -> SealRequest:
        now = int(time.time())
        request = SealRequest("TESTSEAL000000000001", "测试章", generation)
        request.set_picture(self.demo / "seal.png", 40, 40).add_signer(self.demo / "keys" / "signer.crt")
        return request.set_validity(now - 60, now - 60, now + 86400).set_vendor("tests").set_kind(1)

    def test_make_and_use(self) -> None:
        for generation in ("v1", "v4", "v5"):
            with self.subTest(generation), self.request_seal(generation) as request, signer("maker") as maker:
                with request.make(maker) as seal, sealcore.Request(seal) as use, signer() as key, self.document() as document:
                    self.assertValid(document.sign(use.add_place("1", 10, 10), key))

    def test_make_in_two_phases(self) -> None:
        with self.request_seal() as request, signer("maker") as maker:
            with request.prepare(self.demo / "keys" / "maker.crt") as session:
                self.assertEqual(len(session.digest), 32)
                self.assertGreater(len(session.message), 1000)
                with session.complete(maker.sign_digest(session.digest)) as seal:
                    self.assertIn("测试章", str(seal.inspect()))
                with self.assertRaises(SealcoreError):
                    session.complete(bytes(64))

    def test_generation_must_exist(self) -> None:
        with self.assertRaises(SealcoreError) as error:
            SealRequest("X", "Y", "v9")
        self.assertEqual(error.exception.status, sealcore.Status.E_ARGUMENT)
