using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;

namespace Sealcore.Tests
{
    /// <summary>Marks a test: a method without parameters of a class that has a constructor without parameters.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class TestAttribute : Attribute
    {
    }

    internal sealed class CheckFailedException : Exception
    {
        internal CheckFailedException(string message)
            : base(message)
        {
        }
    }

    /// <summary>Runs every test, or those whose name contains an argument. A framework would have to be fetched.</summary>
    internal static class Runner
    {
        private static int Main(string[] arguments)
        {
            IEnumerable<MethodInfo> tests = typeof(Runner).Assembly.GetTypes()
                .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(method => method.GetCustomAttributes(typeof(TestAttribute), false).Length > 0)
                .Where(method => arguments.Length == 0 || arguments.Any(word => Name(method).Contains(word)))
                .OrderBy(Name, StringComparer.Ordinal);
            int passed = 0;
            List<string> failed = new List<string>();
            foreach (MethodInfo test in tests)
            {
                Stopwatch watch = Stopwatch.StartNew();
                Exception failure = Run(test);
                if (failure == null)
                {
                    passed++;
                    Console.WriteLine("ok    {0} ({1} ms)", Name(test), watch.ElapsedMilliseconds);
                }
                else
                {
                    failed.Add(Name(test));
                    Console.WriteLine("FAIL  {0}: {1}", Name(test), failure);
                }
            }
            Demo.Remove();
            failed.ForEach(name => Console.WriteLine("failed: {0}", name));
            Console.WriteLine("{0} passed, {1} failed", passed, failed.Count);
            return failed.Count == 0 && passed > 0 ? 0 : 1;
        }

        private static string Name(MethodInfo test) => test.DeclaringType.Name + "." + test.Name;

        private static Exception Run(MethodInfo test)
        {
            SealcoreLibrary.Language = Language.English;
            try
            {
                test.Invoke(Activator.CreateInstance(test.DeclaringType, true), null);
                return null;
            }
            catch (TargetInvocationException e)
            {
                return e.InnerException;
            }
        }
    }
}
