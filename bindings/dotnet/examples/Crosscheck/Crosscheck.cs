using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Sealcore.Example
{
    /// <summary>
    /// Seals and verifies what the same program in other languages seals and verifies; what they write must be equal, byte
    /// for byte. <c>Crosscheck LIBDIR DEMODIR OUTDIR NAME</c>, with SEALCORE_PASSWORD (of keys/signer.p12) and SEALCORE_TIME
    /// (the signing time, Unix seconds) in the environment.
    /// </summary>
    internal static class Crosscheck
    {
        private static int Main(string[] arguments)
        {
            if (arguments.Length != 4)
            {
                Console.Error.WriteLine("usage: Crosscheck LIBDIR DEMODIR OUTDIR NAME");
                return 64;
            }
            Environment.SetEnvironmentVariable("SEALCORE_LIB", arguments[0]);
            string demo = arguments[1];
            string folder = arguments[2];
            string name = arguments[3];
            DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Variable("SEALCORE_TIME")));
            Seal(demo, Path.Combine(folder, name), time);
            Verify(demo, folder, name, time.AddSeconds(60));
            return 0;
        }

        private static void Seal(string demo, string target, DateTimeOffset time)
        {
            using (Signer signer = Signer.Open(Path.Combine(demo, "keys/signer.p12"), Variable("SEALCORE_PASSWORD")))
            using (Seal seal = Sealcore.Seal.Load(Path.Combine(demo, "seal.esl")))
            {
                SignRequest request = new SignRequest
                {
                    Seal = seal,
                    Time = time,
                    Placements = { Placement.At(Pages.Last, 150, 230) },
                };
                foreach (string extension in new[] { ".ofd", ".pdf" })
                {
                    using (Document document = Document.Open(Path.Combine(demo, "document" + extension)))
                    {
                        document.SignTo(target + extension, request, signer);
                    }
                }
            }
        }

        private static void Verify(string demo, string folder, string name, DateTimeOffset moment)
        {
            StringBuilder lines = new StringBuilder();
            IEnumerable<string> files = Directory.GetFiles(folder)
                .Where(file => file.EndsWith(".ofd", StringComparison.Ordinal) || file.EndsWith(".pdf", StringComparison.Ordinal))
                .OrderBy(Path.GetFileName, StringComparer.Ordinal);
            using (Verifier verifier = new Verifier().AddTrust(Path.Combine(demo, "trust")).SetTime(moment))
            {
                foreach (string file in files)
                {
                    using (Document document = Document.Open(file))
                    using (Report report = verifier.Verify(document))
                    {
                        lines.Append(report.ToJson(Path.GetFileName(file), Language.English)).Append('\n');
                    }
                }
            }
            File.WriteAllText(Path.Combine(folder, name + ".jsonl"), lines.ToString(), new UTF8Encoding(false));
        }

        private static string Variable(string name)
        {
            return Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name + " is not set");
        }
    }
}
