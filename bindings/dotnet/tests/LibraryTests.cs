using System;
using System.Collections.Generic;
using System.Linq;

namespace Sealcore.Tests
{
    internal sealed class LibraryTests
    {
        [Test]
        internal void VersionAndAbi()
        {
            Check.True(SealcoreLibrary.Version.Split('.').Length == 3, "a version of three numbers");
            Check.Equal(1, SealcoreLibrary.AbiVersion, "ABI");
        }

        [Test]
        internal void SelfTest() => SealcoreLibrary.SelfTest();

        [Test]
        internal void Describe()
        {
            string json = SealcoreLibrary.Call("describe", "{}");
            Check.True(json.Contains("\"seal\"") && json.Contains("describe"), "policies and operations in " + json);
            Check.Fails(SealcoreStatus.Unsupported, () => SealcoreLibrary.Call("no such operation", "{}"));
            Check.Fails(SealcoreStatus.Argument, () => SealcoreLibrary.Call("describe", "no JSON"));
        }

        /// <summary>The standard's own example.</summary>
        [Test]
        internal void Digest()
        {
            byte[] digest = SealcoreLibrary.Digest("sm3", new byte[] { 0x61, 0x62, 0x63 });
            Check.Equal(
                "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0",
                BitConverter.ToString(digest).Replace("-", string.Empty),
                "SM3 of abc");
            Check.Equal(64, SealcoreLibrary.Digest("sha512", new byte[0]).Length, "SHA-512 of nothing");
            Check.Throws<SealcoreException>(() => SealcoreLibrary.Digest("md5", new byte[0]));
        }

        [Test]
        internal void LogTellsAndLeavesOff()
        {
            List<string> lines = new List<string>();
            SealcoreLibrary.SetLog(LogLevel.Debug, (level, message) =>
            {
                lock (lines)
                {
                    lines.Add(level + " " + message);
                }
            });
            Check.Throws<SealcoreException>(() => SealcoreLibrary.Call("no such operation", "{}"));
            Check.True(lines.Count > 0, "a failure is told to the log");

            // What a log throws changes nothing, and does not become the cause of an exception.
            SealcoreLibrary.SetLog(LogLevel.Debug, (level, message) => { throw new InvalidOperationException("log"); });
            SealcoreException e = Check.Throws<SealcoreException>(() => SealcoreLibrary.Call("no such operation", "{}"));
            Check.True(e.InnerException == null, "the log is not the cause");

            SealcoreLibrary.ClearLog();
            int count = lines.Count;
            Check.Throws<SealcoreException>(() => SealcoreLibrary.Call("no such operation", "{}"));
            Check.Equal(count, lines.Count, "lines after the log was turned off");
            Check.Fails(SealcoreStatus.Argument, () => SealcoreLibrary.SetLog((LogLevel)99, (level, message) => { }));
        }

        [Test]
        internal void LanguageOfMessages()
        {
            SealcoreLibrary.Language = Language.Chinese;
            SealcoreException e = Check.Throws<SealcoreException>(() => Document.Open(new byte[] { 1, 2, 3 }));
            Check.True(e.Message.Any(c => c >= 0x4E00), "Chinese: " + e.Message);
            Check.True(e.Message.StartsWith(e.GetMessage(Language.Chinese), StringComparison.Ordinal), "the same text");
            SealcoreLibrary.Language = Language.English;
            e = Check.Throws<SealcoreException>(() => Document.Open(new byte[] { 1, 2, 3 }));
            Check.True(e.Message.All(c => c < 0x4E00), "English: " + e.Message);
            Check.Throws<ArgumentOutOfRangeException>(() => SealcoreLibrary.Language = 0);
        }

        [Test]
        internal void TextThatIsNoUtf8IsRefusedHere()
        {
            Check.Throws<ArgumentException>(() => Document.Open("a\0b"));
            Check.Throws<ArgumentException>(() => Document.Open("\ud800"));
            Check.Throws<ArgumentNullException>(() => Document.Open((string)null));
        }

        [Test]
        internal void DevicesThatAreNotThere()
        {
            Check.Throws<SealcoreException>(() => Devices.List("pkcs11:?module-path=/no/such/module.so"));
            Check.Throws<SealcoreException>(() => Devices.List("nonsense:"));
            Check.Throws<SealcoreException>(() => Signer.Open("skf:?module-path=/no/such/module.so", "123456"));
        }
    }
}
