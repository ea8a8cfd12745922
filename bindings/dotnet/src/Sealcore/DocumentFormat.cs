namespace Sealcore
{
    /// <summary>What a document is, by its content; its name does not count.</summary>
    public enum DocumentFormat
    {
        /// <summary>OFD, the fixed layout of GB/T 33190.</summary>
        Ofd = 1,

        /// <summary>PDF.</summary>
        Pdf = 2,

        /// <summary>A seal alone, as in a file <c>.esl</c>.</summary>
        Seal = 3,
    }
}
