namespace Sealcore
{
    /// <summary>How much is told to a log; each level includes those before it.</summary>
    public enum LogLevel
    {
        /// <summary>Defects of the library.</summary>
        Error = 1,

        /// <summary>Misuse: callbacks that return nonsense, handles that are none.</summary>
        Warning = 2,

        /// <summary>What an operator may want to know: modules that were loaded.</summary>
        Info = 3,

        /// <summary>Every call that failed.</summary>
        Debug = 4,
    }
}
