using System;

namespace Sealcore
{
    /// <summary>A picture with the size at which it is shown.</summary>
    public sealed class Picture
    {
        /// <summary>A picture.</summary>
        /// <param name="bytes">PNG, JPEG, GIF, BMP, SVG or OFD</param>
        /// <param name="widthMm">in millimetres, 1 to 1000</param>
        /// <param name="heightMm">in millimetres, 1 to 1000</param>
        /// <param name="kind">
        /// <c>png</c>, <c>jpg</c>, <c>gif</c>, <c>bmp</c>, <c>svg</c> or <c>ofd</c>; null to tell by the content
        /// </param>
        public Picture(byte[] bytes, int widthMm, int heightMm, string kind = null)
        {
            Bytes = bytes ?? throw new ArgumentNullException(nameof(bytes));
            WidthMm = widthMm;
            HeightMm = heightMm;
            Kind = kind;
        }

        /// <summary>The file's bytes; not copied.</summary>
        public byte[] Bytes { get; }

        /// <summary>The width in millimetres.</summary>
        public int WidthMm { get; }

        /// <summary>The height in millimetres.</summary>
        public int HeightMm { get; }

        /// <summary>The kind; null where the content tells.</summary>
        public string Kind { get; }
    }
}
