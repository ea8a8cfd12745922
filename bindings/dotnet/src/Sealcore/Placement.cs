using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>A side of the paper.</summary>
    public enum Side
    {
        /// <summary>Left.</summary>
        Left = 1,

        /// <summary>Right.</summary>
        Right = 2,

        /// <summary>Top.</summary>
        Top = 3,

        /// <summary>Bottom.</summary>
        Bottom = 4,
    }

    /// <summary>Where a seal is shown. Lengths are millimetres from the upper left corner of the page as it is shown.</summary>
    public sealed class Placement
    {
        /// <summary>For <see cref="Keyword"/>: every occurrence.</summary>
        public const long AllOccurrences = 0;

        /// <summary>For <see cref="Keyword"/>: the last occurrence.</summary>
        public const long LastOccurrence = -1;

        private readonly Action<RequestHandle> add;

        private Placement(Action<RequestHandle> add)
        {
            this.add = add;
        }

        /// <summary>At a point: the upper left corner of the seal.</summary>
        /// <param name="pages">see <see cref="Pages"/></param>
        /// <param name="xMm">from the left</param>
        /// <param name="yMm">from the top</param>
        public static Placement At(string pages, double xMm, double yMm)
        {
            byte[] range = Utf8.Required(pages, nameof(pages));
            return new Placement(request => Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_request_add_place(request, range, xMm, yMm, out error)));
        }

        /// <summary>Over the seam (骑缝章): each page shows a slice.</summary>
        /// <param name="pages">see <see cref="Pages"/></param>
        /// <param name="side">the side of the paper</param>
        /// <param name="positionMm">
        /// its start along that side, from the top or left; NaN for the middle of the shortest page
        /// </param>
        /// <param name="marginMm">what stays free between slice and edge</param>
        /// <param name="minSliceMm">the least that a slice may be thick; 0 for 1.5</param>
        /// <param name="maxSlices">into how many slices a seal is cut at most; 0 for 20; more pages get more seals</param>
        public static Placement Seam(
            string pages = Pages.All,
            Side side = Side.Right,
            double positionMm = double.NaN,
            double marginMm = 0,
            double minSliceMm = 0,
            int maxSlices = 0)
        {
            byte[] range = Utf8.Required(pages, nameof(pages));
            uint slices = checked((uint)maxSlices);
            return new Placement(request => Interop.Call((out IntPtr error) => NativeMethods.sealcore_request_add_seam(
                request, range, (int)side, positionMm, marginMm, minSliceMm, slices, out error)));
        }

        /// <summary>
        /// Over each two facing pages (对开): half on the right edge of the first, half on the left edge of the second.
        /// </summary>
        /// <param name="pages">see <see cref="Pages"/></param>
        /// <param name="positionMm">its top edge; NaN for the middle of the shortest page</param>
        public static Placement Facing(string pages = Pages.All, double positionMm = double.NaN)
        {
            byte[] range = Utf8.Required(pages, nameof(pages));
            return new Placement(request => Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_request_add_facing(request, range, positionMm, out error)));
        }

        /// <summary>On a keyword: the middle of the seal on the middle of the text.</summary>
        /// <param name="text">what to look for</param>
        /// <param name="occurrence">
        /// the n-th from 1, <see cref="AllOccurrences"/> or <see cref="LastOccurrence"/>
        /// </param>
        /// <param name="pages">see <see cref="Pages"/></param>
        /// <param name="dxMm">to the right</param>
        /// <param name="dyMm">downwards</param>
        public static Placement Keyword(
            string text,
            long occurrence = AllOccurrences,
            string pages = Pages.All,
            double dxMm = 0,
            double dyMm = 0)
        {
            byte[] word = Utf8.Required(text, nameof(text));
            byte[] range = Utf8.Required(pages, nameof(pages));
            return new Placement(request => Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_request_add_keyword(request, word, occurrence, range, dxMm, dyMm, out error)));
        }

        internal void AddTo(RequestHandle request) => add(request);
    }
}
