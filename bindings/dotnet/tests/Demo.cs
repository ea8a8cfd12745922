using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text.RegularExpressions;

namespace Sealcore.Tests
{
    /// <summary>The folder that <c>sealcore demo</c> makes: keys, a seal, documents. Made once, removed at the end.</summary>
    internal static class Demo
    {
        private static readonly Lazy<string> Root = new Lazy<string>(Make);

        private static readonly Lazy<Dictionary<string, string>> Passwords =
            new Lazy<Dictionary<string, string>>(ReadPasswords);

        private static int scratch;

        internal static string Trust => File("trust");

        internal static string SignerPassword => Password("signer");

        internal static string File(string name) => Path.Combine(Root.Value, name);

        internal static byte[] Bytes(string name) => System.IO.File.ReadAllBytes(File(name));

        internal static string Password(string key) => Passwords.Value[key];

        internal static Signer Signer() => Sealcore.Signer.Open(File("keys/signer.p12"), SignerPassword);

        internal static Signer KeyOf(string name) => Sealcore.Signer.Open(File("keys/" + name + ".p12"), Password(name));

        internal static Seal Seal() => Sealcore.Seal.Load(File("seal.esl"));

        internal static Verifier Verifier() => new Verifier().AddTrust(Trust);

        /// <summary>A path that nothing is at.</summary>
        internal static string Scratch(string extension)
        {
            return File("scratch-" + System.Threading.Interlocked.Increment(ref scratch) + extension);
        }

        /// <summary>The verdict on a document, by the demo's trust.</summary>
        internal static Verdict Judge(byte[] document)
        {
            using (Verifier verifier = Verifier())
            using (Document opened = Document.Open(document))
            using (Report report = verifier.Verify(opened))
            {
                if (!report.IsValid)
                {
                    Console.WriteLine(report.Render("judged", Language.English));
                }
                return report.Verdict;
            }
        }

        internal static void Remove()
        {
            if (Root.IsValueCreated)
            {
                Directory.Delete(Path.GetDirectoryName(Root.Value), true);
            }
        }

        /// <summary>Runs a program and gives its status.</summary>
        internal static void Run(string program, string arguments)
        {
            ProcessStartInfo info = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using (Process process = Process.Start(info))
            {
                string errors = null;
                process.ErrorDataReceived += (sender, line) => errors += line.Data + "\n";
                process.BeginErrorReadLine();
                process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0)
                {
                    throw new CheckFailedException(program + " " + arguments + " ended with " + process.ExitCode + ": " + errors);
                }
            }
        }

        private static string Make()
        {
            string command = Environment.GetEnvironmentVariable("SEALCORE");
            if (string.IsNullOrEmpty(command))
            {
                throw new CheckFailedException("SEALCORE must be the path of the command");
            }
            string folder = Path.Combine(Path.GetTempPath(), "sealcore-dotnet-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(folder);
            // A path that is not ASCII goes through every call that takes one.
            string demo = Path.Combine(folder, "演示");
            Run(command, "demo " + demo);
            return demo;
        }

        private static Dictionary<string, string> ReadPasswords()
        {
            Dictionary<string, string> passwords = new Dictionary<string, string>();
            foreach (string line in System.IO.File.ReadAllLines(File("README.txt")))
            {
                Match match = Regex.Match(line, @"^\s*keys/(\w+)\.p12\s.*\s(\S+)$");
                if (match.Success)
                {
                    passwords[match.Groups[1].Value] = match.Groups[2].Value;
                }
            }
            return passwords;
        }
    }
}
