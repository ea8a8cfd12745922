/**
 * Electronic seals on OFD and PDF documents: seal, sign, stamp, verify. A binding of libsealcore.
 *
 * <p>{@link org.sealcore.Document} is signed with a {@link org.sealcore.SignRequest} and a {@link org.sealcore.Signer};
 * {@link org.sealcore.Verifier} gives a {@link org.sealcore.Report}. {@link org.sealcore.Session} is for keys that are
 * elsewhere, {@link org.sealcore.Authority} and {@link org.sealcore.TimeStamps} are for time stamps.
 *
 * <p><b>Closing.</b> What holds memory of the library is {@link java.lang.AutoCloseable}. Objects that were forgotten
 * are freed some time after they have become unreachable; that is a safety net, not a plan. None depends on another:
 * they may be closed in any order.
 *
 * <p><b>Threads.</b> Every object may be used by several threads at once, {@link org.sealcore.SignRequest},
 * {@link org.sealcore.SealRequest} and builders excepted while they are being filled, and {@link org.sealcore.Session}
 * while a time stamp is added. Closing in one thread what another is using is safe: the call under way ends first.
 *
 * <p><b>Errors.</b> {@link org.sealcore.SealcoreException}. A document whose signature does not hold is none: it is a
 * report.
 *
 * <p>Arguments are not null unless it is said that they may be; the methods throw
 * {@link java.lang.NullPointerException} then. Arrays are copied, in and out. Text is UTF-8, whatever the platform's
 * charset.
 */
package org.sealcore;
