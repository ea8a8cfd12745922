namespace Sealcore
{
    /// <summary>Why a call failed. Values are stable and never used again for something else.</summary>
    public enum SealcoreStatus
    {
        /// <summary>Nothing failed.</summary>
        Ok = 0,

        /// <summary>A pointer was NULL that must not be.</summary>
        Null = -1,

        /// <summary>An argument contradicts itself or the document.</summary>
        Argument = -2,

        /// <summary>There is too little room for the result.</summary>
        Buffer = -3,

        /// <summary>The object is not in a state in which this can be done.</summary>
        State = -4,

        /// <summary>Text is not UTF-8.</summary>
        Utf8 = -5,

        /// <summary>A structure or the library is of another version.</summary>
        Abi = -6,

        /// <summary>A handle is not, or no longer, alive.</summary>
        Handle = -7,

        /// <summary>A handle is of another type.</summary>
        Type = -8,

        /// <summary>Another thread is using the object, and it cannot be shared.</summary>
        Busy = -9,

        /// <summary>A callback used an object that the call in progress uses.</summary>
        Reentrant = -10,

        /// <summary>An earlier internal failure left the object unusable.</summary>
        Poisoned = -11,

        /// <summary>A monitor or a callback cancelled.</summary>
        Cancelled = -12,

        /// <summary>What is asked for is known and not supported.</summary>
        Unsupported = -13,

        /// <summary>A rule forbids it: an existing signature, the seal or a certificate.</summary>
        Refused = -14,

        /// <summary>The input costs more than the limits allow.</summary>
        Limit = -15,

        /// <summary>The operating system refused to read or write.</summary>
        Io = -100,

        /// <summary>A callback failed; the exception's cause is what it threw.</summary>
        Callback = -101,

        /// <summary>Neither OFD nor PDF nor a seal, by content.</summary>
        Format = -200,

        /// <summary>The package of an OFD is broken.</summary>
        Container = -201,

        /// <summary>XML is not well-formed, or lacks what the format requires.</summary>
        Xml = -202,

        /// <summary>A PDF cannot be read, or only by repairing it.</summary>
        Pdf = -203,

        /// <summary>DER or BER cannot be read.</summary>
        Asn1 = -300,

        /// <summary>A seal or a seal signature is of no known structure.</summary>
        Seal = -301,

        /// <summary>A certificate, request or revocation list cannot be read or made.</summary>
        Certificate = -302,

        /// <summary>A cryptographic operation failed.</summary>
        Crypto = -400,

        /// <summary>A private key or key file cannot be read.</summary>
        Key = -401,

        /// <summary>The password does not open it.</summary>
        Password = -402,

        /// <summary>The self-test of the algorithms failed: do not use this library.</summary>
        SelfTest = -403,

        /// <summary>A signer failed, or what it gave is not a signature of its key.</summary>
        Signer = -500,

        /// <summary>A device, or the module that drives it, reports a failure.</summary>
        Device = -501,

        /// <summary>A time-stamp authority refused, or answered what does not fit.</summary>
        Authority = -600,

        /// <summary>There is not enough memory.</summary>
        Memory = -998,

        /// <summary>An internal failure; please report it.</summary>
        Panic = -999,
    }
}
