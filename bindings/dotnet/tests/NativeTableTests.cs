using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sealcore.Tests
{
    /// <summary>
    /// The two halves of NativeMethods against each other, against sealcore.h and against the list of symbols. It is what
    /// keeps the half that mcs cannot compile in step.
    /// </summary>
    internal sealed class NativeTableTests
    {
        private static string Binding => Environment.GetEnvironmentVariable("SEALCORE_DOTNET")
            ?? throw new CheckFailedException("SEALCORE_DOTNET must be the folder of this binding");

        [Test]
        internal void HalvesAreTheSame()
        {
            List<string> dllImport = Declarations("DllImport", "static extern");
            List<string> libraryImport = Declarations("LibraryImport", "static partial");
            Check.True(dllImport.Count > 100, "there are declarations");
            Check.Equal(
                string.Join("\n", dllImport.Except(libraryImport)),
                string.Join("\n", libraryImport.Except(dllImport)),
                "declarations in one half only");
            Check.Equal(string.Join("\n", dllImport), string.Join("\n", libraryImport), "order");
        }

        [Test]
        internal void EveryDeclarationHasItsAttribute()
        {
            foreach (string half in new[] { "DllImport", "LibraryImport" })
            {
                string source = Source(half);
                int attributes = Regex.Matches(source, @"\[" + half + @"\(Library").Count;
                Check.Equal(Regex.Matches(source, @"\bsealcore_\w+\(").Count, attributes, half + " attributes");
            }
            Check.Equal(
                Regex.Matches(Source("LibraryImport"), @"\[LibraryImport\(").Count,
                Regex.Matches(Source("LibraryImport"), @"\[UnmanagedCallConv\(.*typeof\(CallConvCdecl\)").Count,
                "calling conventions");
        }

        /// <summary>Mono binds a P/Invoke when it compiles or inlines the method around it, perhaps too early.</summary>
        [Test]
        internal void CallsStandInLambdas()
        {
            foreach (string path in Directory.GetFiles(Path.Combine(Binding, "src/Sealcore"), "*.cs"))
            {
                // An error is taken over in a method that is never inlined, after a call.
                if (Path.GetFileName(path) == "SealcoreException.cs")
                {
                    continue;
                }
                string source = File.ReadAllText(path);
                foreach (Match call in Regex.Matches(source, @"NativeMethods\.sealcore_\w+"))
                {
                    int start = source.LastIndexOfAny(new[] { ';', '{', '}' }, call.Index) + 1;
                    string statement = source.Substring(start, call.Index - start);
                    Check.True(
                        Regex.IsMatch(statement, @"(\(\)|out IntPtr error\)) =>"), call.Value + " in a lambda, " + path);
                }
            }
        }

        [Test]
        internal void HeaderHasTheSameFunctions()
        {
            string path = Path.Combine(Binding, "../../include/sealcore.h");
            if (!File.Exists(path))
            {
                Console.WriteLine("      include/sealcore.h is not there: not compared");
                return;
            }
            string header = Regex.Replace(File.ReadAllText(path), @"/\*.*?\*/|//[^\n]*", string.Empty, RegexOptions.Singleline);
            header = Regex.Replace(header, @"^\s*#.*$", string.Empty, RegexOptions.Multiline);
            List<string> expected = Regex.Matches(header, @"\b(sealcore_\w+)\s*\(([^(){};]*)\)\s*;", RegexOptions.Singleline)
                .Cast<Match>()
                .Select(match => match.Groups[1].Value + "/" + Count(match.Groups[2].Value))
                .ToList();
            List<string> bound = Declarations("DllImport", "static extern").Select(NameAndCount).ToList();
            Check.True(expected.Count > 100, "functions were found in the header");
            Check.Equal(string.Empty, string.Join(" ", expected.Except(bound)), "in the header alone");
            Check.Equal(string.Empty, string.Join(" ", bound.Except(expected)), "bound alone");
        }

        [Test]
        internal void SymbolsAreAllBound()
        {
            string path = Path.Combine(Binding, "../../include/sealcore.symbols");
            if (!File.Exists(path))
            {
                Console.WriteLine("      include/sealcore.symbols is not there: not compared");
                return;
            }
            List<string> symbols = File.ReadAllLines(path)
                .Select(line => line.Trim())
                .Where(line => line.StartsWith("sealcore_", StringComparison.Ordinal))
                .OrderBy(line => line, StringComparer.Ordinal)
                .ToList();
            List<string> bound = Declarations("DllImport", "static extern")
                .Select(declaration => NameAndCount(declaration).Split('/')[0])
                .Distinct()
                .OrderBy(name => name, StringComparer.Ordinal)
                .ToList();
            Check.Equal(string.Empty, string.Join(" ", symbols.Except(bound)), "symbols that are not bound");
            Check.Equal(string.Empty, string.Join(" ", bound.Except(symbols)), "bound, and no symbol");
        }

        /// <summary>SealcoreStatus against the constants of the header.</summary>
        [Test]
        internal void StatusValuesAreThoseOfTheHeader()
        {
            string path = Path.Combine(Binding, "../../include/sealcore.h");
            if (!File.Exists(path))
            {
                Console.WriteLine("      include/sealcore.h is not there: not compared");
                return;
            }
            SortedDictionary<int, string> header = new SortedDictionary<int, string>();
            foreach (Match match in Regex.Matches(File.ReadAllText(path), @"#define SEALCORE_E_(\w+)\s+\(?(-\d+)\)?"))
            {
                header[int.Parse(match.Groups[2].Value)] = match.Groups[1].Value.Replace("_", string.Empty).ToLowerInvariant();
            }
            SortedDictionary<int, string> here = new SortedDictionary<int, string>();
            foreach (SealcoreStatus status in Enum.GetValues(typeof(SealcoreStatus)))
            {
                if (status != SealcoreStatus.Ok)
                {
                    here[(int)status] = status.ToString().ToLowerInvariant();
                }
            }
            Check.Equal(string.Join(" ", header), string.Join(" ", here), "status values");
        }

        private static string Source(string half)
        {
            return File.ReadAllText(Path.Combine(Binding, "src/Sealcore/Native/NativeMethods." + half + ".cs"));
        }

        /// <summary>Return type, name and parameters of each, without white space that means nothing.</summary>
        private static List<string> Declarations(string half, string words)
        {
            return Regex.Matches(Source(half), "internal " + words + @" (\w+ sealcore_[^;]*);", RegexOptions.Singleline)
                .Cast<Match>()
                .Select(match => Regex.Replace(match.Groups[1].Value, @"\s+", " ").Replace("( ", "("))
                .ToList();
        }

        private static string NameAndCount(string declaration)
        {
            Match match = Regex.Match(declaration, @"(sealcore_\w+)\((.*)\)$");
            return match.Groups[1].Value + "/" + Count(match.Groups[2].Value);
        }

        private static int Count(string parameters)
        {
            string list = parameters.Trim();
            return list.Length == 0 || list == "void" ? 0 : list.Split(',').Length;
        }
    }
}
