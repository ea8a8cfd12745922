using System.Globalization;

namespace Sealcore
{
    /// <summary>Which pages a placement is on, as text: <c>all</c>, <c>last</c>, <c>3</c>, <c>2-5</c>.</summary>
    public static class Pages
    {
        /// <summary>Every page.</summary>
        public const string All = "all";

        /// <summary>The last page.</summary>
        public const string Last = "last";

        /// <summary>One page, counted from 1.</summary>
        public static string Number(int page) => page.ToString(CultureInfo.InvariantCulture);

        /// <summary>Pages from one to another, both counted from 1 and included.</summary>
        public static string Range(int first, int last) => Number(first) + "-" + Number(last);
    }
}
