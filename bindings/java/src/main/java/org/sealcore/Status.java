package org.sealcore;

import java.util.HashMap;
import java.util.Map;

/** Why a call failed: the status codes of the C ABI. Numbers and names are stable. */
public enum Status {
    /** Done. */
    OK(0),
    /** A pointer that must not be null. */
    NULL(-1),
    /** An argument that contradicts itself or the document. */
    ARGUMENT(-2),
    /** Too little room for the result. */
    BUFFER(-3),
    /** Not in this state of the object. */
    STATE(-4),
    /** Text that is not UTF-8. */
    UTF8(-5),
    /** Binding and library are of different versions of the ABI. */
    ABI(-6),
    /** The handle is not alive. */
    HANDLE(-7),
    /** The handle is one of another type. */
    TYPE(-8),
    /** Another thread is changing the object. */
    BUSY(-9),
    /** A callback used what the call in progress uses. */
    REENTRANT(-10),
    /** An earlier internal error left the object unusable. */
    POISONED(-11),
    /** The caller cancelled. */
    CANCELLED(-12),
    /** Known, and not supported. */
    UNSUPPORTED(-13),
    /** A rule forbids it: an existing signature, the seal, a certificate. */
    REFUSED(-14),
    /** The input costs more than the limits allow. */
    LIMIT(-15),
    /** Reading or writing failed. */
    IO(-100),
    /** A callback failed; what it threw is the cause. */
    CALLBACK(-101),
    /** Neither OFD nor PDF nor a seal. */
    FORMAT(-200),
    /** The ZIP container is broken. */
    CONTAINER(-201),
    /** XML that is not well-formed, or lacks what the format requires. */
    XML(-202),
    /** PDF syntax or structure that cannot be read. */
    PDF(-203),
    /** DER or BER that cannot be read. */
    ASN1(-300),
    /** A seal whose structure is none of the known generations. */
    SEAL(-301),
    /** A certificate, request or revocation list that cannot be read or made. */
    CERTIFICATE(-302),
    /** A cryptographic operation failed. */
    CRYPTO(-400),
    /** A private key or key file that cannot be read. */
    KEY(-401),
    /** The password or PIN is wrong or missing. */
    PASSWORD(-402),
    /** The self-test failed: nothing is signed or verified any more. */
    SELF_TEST(-403),
    /** A signer gave no signature. */
    SIGNER(-500),
    /** A device, module or service that holds a key reports a failure. */
    DEVICE(-501),
    /** A time-stamp authority gave no stamp. */
    AUTHORITY(-600),
    /** No memory. */
    MEMORY(-998),
    /** An error inside the library. */
    PANIC(-999),
    /** A status of a newer library. */
    UNKNOWN(Integer.MIN_VALUE);

    private static final Map<Integer, Status> BY_CODE = new HashMap<>();

    static {
        for (Status status : values()) {
            BY_CODE.put(status.code, status);
        }
    }

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /**
     * The number of the C ABI.
     *
     * @return 0 for {@link #OK}, else below 0
     */
    public int code() {
        return code;
    }

    static Status of(int code) {
        return BY_CODE.getOrDefault(code, UNKNOWN);
    }
}
