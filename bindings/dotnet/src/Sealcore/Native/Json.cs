using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Sealcore.Native
{
    /// <summary>Writes the flat JSON objects that some calls take. What is null is left out.</summary>
    internal sealed class Json
    {
        private readonly StringBuilder text = new StringBuilder("{");

        internal Json Add(string name, string value) => value == null ? this : Raw(name, Quote(value));

        internal Json Add(string name, long? value)
        {
            return value == null ? this : Raw(name, value.Value.ToString(CultureInfo.InvariantCulture));
        }

        internal Json Add(string name, bool? value) => value == null ? this : Raw(name, value.Value ? "true" : "false");

        internal Json Add(string name, IEnumerable<string> values)
        {
            if (values == null)
            {
                return this;
            }
            List<string> quoted = new List<string>();
            foreach (string value in values)
            {
                quoted.Add(Quote(value));
            }
            return quoted.Count == 0 ? this : Raw(name, "[" + string.Join(",", quoted) + "]");
        }

        public override string ToString() => text + "}";

        internal Json Raw(string name, string value)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }
            text.Append(Quote(name)).Append(':').Append(value);
            return this;
        }

        private static string Quote(string value)
        {
            StringBuilder quoted = new StringBuilder("\"");
            foreach (char c in value)
            {
                if (c == '"' || c == '\\')
                {
                    quoted.Append('\\').Append(c);
                }
                else if (c < ' ')
                {
                    quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    quoted.Append(c);
                }
            }
            return quoted.Append('"').ToString();
        }
    }
}
