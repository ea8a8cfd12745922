namespace Sealcore
{
    /// <summary>The language of messages. Codes and names of fields never change with it.</summary>
    public enum Language
    {
        /// <summary>English.</summary>
        English = 1,

        /// <summary>Chinese (中文).</summary>
        Chinese = 2,
    }
}
