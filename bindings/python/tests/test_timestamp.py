"""Time stamps by themselves, and authorities."""

from __future__ import annotations

import hashlib
from typing import List

from sealcore import Authority, CancelledError, Monitor, SealcoreError, Status, Verdict, Verifier, timestamp_request, timestamp_token
from support import TestCase, authority, signer


class Stamps(TestCase):
    def test_request_reply_token_verify(self) -> None:
        content = (self.demo / "document.pdf").read_bytes()
        request = timestamp_request(hashlib.sha256(content).digest(), "sha256", policy="1.2.3.4.1")
        with authority() as stamps, Verifier(self.demo / "trust") as verifier:
            token = timestamp_token(stamps.respond(request), request)
            for against in ((content, request), (content, None), (None, request)):
                with verifier.verify_timestamp(token, *against) as report:
                    self.assertEqual(report.verdict, Verdict.VALID)
            with verifier.verify_timestamp(token, content + b"x") as report:
                self.assertEqual(report.verdict, Verdict.INVALID)
            with verifier.verify_timestamp(token, content) as report:
                stated = report.to_dict()["token"]
            seen: List[int] = []
            with Monitor(lambda done, total: seen.append(done)) as monitor:
                verifier.verify_timestamp(token, content, monitor=monitor).close()
                self.assertEqual(seen[-1], len(token) + len(content))
                monitor.cancel()
                with self.assertRaises(CancelledError):
                    verifier.verify_timestamp(token, content, monitor=monitor)
        self.assertEqual(stated["digest"], hashlib.sha256(content).hexdigest())
        self.assertEqual((stated["algorithm"], stated["policy"]), ("2.16.840.1.101.3.4.2.1", "1.2.3.4.1"))

    def test_a_refusal_is_raised_with_its_reason(self) -> None:
        request = timestamp_request(bytes(32), policy="1.2.3.4.99", nonce=False, certificates=False)
        with authority() as stamps:
            reply = stamps.respond(request)
            with self.assertRaises(SealcoreError) as error:
                timestamp_token(reply, request)
            self.assertEqual(error.exception.status, Status.E_AUTHORITY)

    def test_the_digest_must_be_of_the_algorithm(self) -> None:
        with self.assertRaises(SealcoreError):
            timestamp_request(b"short")
        with self.assertRaises(SealcoreError):
            timestamp_request(bytes(32), "no such algorithm")


class Remote(TestCase):
    def test_signs_with_it(self) -> None:
        asked: List[bytes] = []
        with authority() as here:

            def respond(request: bytes) -> bytes:
                asked.append(request)
                return here.respond(request)

            with Authority.external(respond) as remote, self.request() as request, self.document() as document, signer() as key:
                request.set_authority(remote)
                self.assertValid(document.sign(request, key))
        self.assertEqual(len(asked), 1)

    def test_what_it_raises_is_the_cause(self) -> None:
        def respond(request: bytes) -> bytes:
            raise ConnectionError("nobody there")

        with Authority.external(respond) as remote, self.request() as request, self.document() as document, signer() as key:
            request.set_authority(remote)
            with self.assertRaises(SealcoreError) as error:
                document.sign(request, key)
            self.assertIsInstance(error.exception.__cause__, ConnectionError)
            with self.assertRaises(SealcoreError) as error:
                remote.respond(b"x")
            self.assertIsInstance(error.exception.__cause__, ConnectionError)

    def test_options_of_the_local_one(self) -> None:
        with signer("tsa") as key:
            with Authority.local(key, "1.2.3.4.1", accuracy_ms=500, ordering=True, other_policies=["1.2.3.4.2"]) as stamps:
                request = timestamp_request(bytes(32), policy="1.2.3.4.2")
                self.assertTrue(timestamp_token(stamps.respond(request), request))
            with self.assertRaises(SealcoreError):
                Authority.local(key, "no OID")
