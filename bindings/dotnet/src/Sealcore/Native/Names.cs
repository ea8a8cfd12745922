using System;
using System.Globalization;

namespace Sealcore.Native
{
    /// <summary>Names of reports as values of enumerations whose 0 stands for what this version does not know.</summary>
    internal static class Names
    {
        internal static T Parse<T>(string name)
            where T : struct
        {
            bool isName = name != null && Array.Exists(
                Enum.GetNames(typeof(T)), known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
            return isName && Enum.TryParse(name, true, out T value) ? value : default(T);
        }

        /// <summary>A time as reports have it, RFC 3339, or null.</summary>
        internal static DateTimeOffset? Time(string text)
        {
            return DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : (DateTimeOffset?)null;
        }
    }
}
