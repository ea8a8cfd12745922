namespace Sealcore
{
    /// <summary>The outcome of a verification. No value is 0, so that what was never set does not read as valid.</summary>
    public enum Verdict
    {
        /// <summary>Intact, trusted, and nothing came after that must not.</summary>
        Valid = 1,

        /// <summary>Altered, or against a rule.</summary>
        Invalid = 2,

        /// <summary>Something that is needed is not known: trust, revocation, a time.</summary>
        Indeterminate = 3,

        /// <summary>There is no signature, document time stamps apart.</summary>
        Unsigned = 4,
    }
}
