package org.sealcore;

/**
 * Thrown by a {@link DigestSigner} or {@link MessageSigner} to pass on the number that a device or service reported, as
 * SKF's 0x0A000024 for a wrong PIN. It comes back as {@link SealcoreException#vendorCode()}.
 */
public class VendorException extends Exception {
    private static final long serialVersionUID = 1;

    /** The vendor's number. */
    private final long vendorCode;

    /**
     * A failure with its number.
     *
     * @param message what failed
     * @param vendorCode the vendor's number, not 0
     */
    public VendorException(String message, long vendorCode) {
        super(message);
        this.vendorCode = vendorCode;
    }

    /**
     * The vendor's number.
     *
     * @return as it was given
     */
    public long vendorCode() {
        return vendorCode;
    }
}
