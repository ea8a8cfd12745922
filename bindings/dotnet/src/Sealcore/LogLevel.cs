namespace Sealcore
{
    /// <summary>How much is told to a log; each level includes those before it.</summary>
    public enum LogLevel
    {
        /// <summary>What failed.</summary>
        Error = 1,

        /// <summary>What should be looked at.</summary>
        Warning = 2,

        /// <summary>What was done.</summary>
        Info = 3,

        /// <summary>Details for who looks for a fault.</summary>
        Debug = 4,
    }
}
