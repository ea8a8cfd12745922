package org.sealcore;

/**
 * The call was cancelled: by its {@link Monitor}, or by a callback that threw a CancellationException. Nothing was
 * written.
 */
public final class CancelledException extends SealcoreException {
    private static final long serialVersionUID = 1;

    CancelledException(Details details, Throwable cause) {
        super(details, cause);
    }
}
