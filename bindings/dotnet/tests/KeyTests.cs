using System;
using System.Text;

namespace Sealcore.Tests
{
    internal sealed class KeyTests
    {
        [Test]
        internal void GeneratedSavedAndLoaded()
        {
            foreach (string algorithm in new[] { "sm2", "p256" })
            {
                using (Key key = Key.Generate(algorithm))
                {
                    byte[] open = key.ToPkcs8(null);
                    Check.True(Encoding.ASCII.GetString(open).Contains("BEGIN PRIVATE KEY"), "PEM");
                    byte[] locked = key.ToPkcs8("密码");
                    Check.True(Encoding.ASCII.GetString(locked).Contains("BEGIN ENCRYPTED PRIVATE KEY"), "PEM");
                    using (Key again = Key.Load(locked, "密码"))
                    {
                        Check.SameBytes(open, again.ToPkcs8(null), "the same key");
                    }
                    Check.Fails(SealcoreStatus.Password, () => Key.Load(locked, "other"));
                }
            }
            Check.Throws<SealcoreException>(() => Key.Generate("no such algorithm"));
            using (Key key = Key.Open(Demo.File("keys/signer.p12"), Demo.Password("signer")))
            {
                byte[] request = key.CertificateRequest("CN=李四");
                Check.True(Certificates.Inspect(request).Contains("李四"), "a request is inspected");
            }
            Check.Fails(SealcoreStatus.Password, () => Key.Open(Demo.File("keys/signer.p12"), "other"));
            Check.Throws<SealcoreException>(() => Key.Open("skf:?module-path=/no/such/module.so"));
            Check.Throws<SealcoreException>(() => Key.Load(new byte[] { 1, 2, 3 }));
        }

        [Test]
        internal void IssuedByAnAuthority()
        {
            using (Signer authority = Demo.KeyOf("ca"))
            using (Key key = Key.Generate("sm2"))
            {
                byte[] request = key.CertificateRequest("CN=张三,O=测试单位,C=CN");
                Check.True(Certificates.Inspect(request).Contains("张三"), "a request is inspected");
                CertificateOptions options = new CertificateOptions(CertificateProfile.Person)
                {
                    NotBefore = DateTimeOffset.UtcNow.AddMinutes(-1),
                    NotAfter = DateTimeOffset.UtcNow.AddDays(10),
                    CrlUrl = "http://example.com/ca.crl",
                };
                byte[] certificate = Certificates.Issue(authority, request, options);
                string json = Certificates.Inspect(certificate);
                Check.True(json.Contains("张三") && json.Contains("http://example.com/ca.crl"), json);

                byte[] pfx = key.ToPkcs12(certificate, "张三", "secret");
                using (Signer signer = Signer.FromKey(pfx, "secret"))
                using (Document document = Document.Open(Demo.File("document.ofd")))
                {
                    Check.Equal(Verdict.Valid, Demo.Judge(document.Sign(new SignRequest(), signer)), "signed without a seal");
                }
                using (Signer signer = Signer.FromKey(key.ToPkcs8("x"), "x", certificate))
                {
                    Check.Equal("SM2-SM3", signer.Algorithm, "algorithm");
                }
                options.Subject = "CN=李四";
                Check.True(Certificates.Inspect(Certificates.Issue(authority, key, options)).Contains("李四"), "for a key");
            }
        }

        [Test]
        internal void SelfSigned()
        {
            using (Key key = Key.Generate("sm2"))
            {
                byte[] certificate = Certificates.SelfSign(
                    key,
                    new CertificateOptions(CertificateProfile.Root)
                    {
                        Subject = "CN=根 root",
                        NotBefore = DateTimeOffset.UtcNow,
                        NotAfter = DateTimeOffset.UtcNow.AddYears(1),
                    });
                using (Signer signer = Signer.FromKey(key.ToPkcs8(null), null, certificate))
                {
                    CrlOptions options = new CrlOptions { Number = 7, NextUpdate = DateTimeOffset.UtcNow.AddDays(1) };
                    options.Revoke("0a1b2c").Revoke("7f", DateTimeOffset.UtcNow, RevocationReason.KeyCompromise);
                    byte[] list = Certificates.IssueCrl(signer, options);
                    Check.True(Certificates.Inspect(list).Contains("\"entries\":2"), Certificates.Inspect(list));
                    Check.Throws<SealcoreException>(
                        () => Certificates.IssueCrl(signer, new CrlOptions().Revoke("not hexadecimal")));
                    using (Verifier verifier = new Verifier().AddTrust(certificate).AddCrl(list))
                    {
                        verifier.AddMakerTrust(certificate);
                    }
                }
                CertificateOptions nonsense = new CertificateOptions((CertificateProfile)99) { Subject = "CN=x" };
                Check.Throws<SealcoreException>(() => Certificates.SelfSign(key, nonsense));
                nonsense = new CertificateOptions(CertificateProfile.Root) { Subject = "no \"name\"" };
                Check.Throws<SealcoreException>(() => Certificates.SelfSign(key, nonsense));
            }
        }
    }
}
