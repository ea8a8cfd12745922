using System;

namespace Sealcore.Native
{
    /// <summary>A function as an external signer.</summary>
    internal sealed class SignFunctionCallbacks : ISignerCallbacks
    {
        private readonly Func<byte[], byte[]> sign;

        internal SignFunctionCallbacks(SignerInput input, Func<byte[], byte[]> sign)
        {
            Input = input;
            this.sign = sign;
        }

        public SignerInput Input { get; }

        public byte[] Sign(byte[] input) => sign(input);
    }
}
