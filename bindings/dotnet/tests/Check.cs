using System;
using System.Linq;

namespace Sealcore.Tests
{
    internal static class Check
    {
        internal static void True(bool condition, string what)
        {
            if (!condition)
            {
                throw new CheckFailedException("not so: " + what);
            }
        }

        internal static void Equal<T>(T expected, T found, string what)
        {
            if (!Equals(expected, found))
            {
                throw new CheckFailedException(what + ": expected " + expected + ", found " + found);
            }
        }

        internal static void SameBytes(byte[] expected, byte[] found, string what)
        {
            True(expected.SequenceEqual(found), what);
        }

        internal static T Throws<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T e)
            {
                return e;
            }
            catch (Exception e)
            {
                throw new CheckFailedException("expected " + typeof(T).Name + ", was thrown " + e);
            }
            throw new CheckFailedException("expected " + typeof(T).Name + ", nothing was thrown");
        }

        /// <summary>The call fails with this status; the exception has what every one of them has.</summary>
        internal static SealcoreException Fails(SealcoreStatus status, Action action)
        {
            SealcoreException e = Throws<SealcoreException>(action);
            True(e.Status == status, "status " + status + ", was " + e.Status + ": " + e);
            True(e.StatusName.StartsWith("SEALCORE_E_", StringComparison.Ordinal), "status has a name: " + e.StatusName);
            True(!string.IsNullOrEmpty(e.Kind), "there is a kind");
            True(!string.IsNullOrEmpty(e.GetMessage(Language.English)), "there is an English message");
            True(e.GetMessage(Language.Chinese).Any(c => c >= 0x4E00), "there is a Chinese message");
            return e;
        }
    }
}
