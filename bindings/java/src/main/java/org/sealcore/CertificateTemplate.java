package org.sealcore;

import java.time.Instant;
import java.util.Objects;

/** What a certificate is to say. */
public final class CertificateTemplate {
    private final String profile;
    private String subject;
    private Instant notBefore;
    private Instant notAfter;
    private String crlUrl;

    /**
     * A certificate for a purpose.
     *
     * @param profile {@code "root"}, {@code "authority"}, {@code "maker"}, {@code "unit"}, {@code "person"},
     * {@code "tsa"}
     */
    public CertificateTemplate(String profile) {
        this.profile = Objects.requireNonNull(profile, "profile");
    }

    /**
     * Names the subject.
     *
     * @param name RFC 4514, as {@code "CN=Unit,O=Organisation,C=CN"}; not with a request, which has its own
     * @return this
     */
    public CertificateTemplate subject(String name) {
        subject = name;
        return this;
    }

    /**
     * Says when it is valid; without this for 365 days from now.
     *
     * @param from the first moment
     * @param until the last moment
     * @return this
     */
    public CertificateTemplate validity(Instant from, Instant until) {
        notBefore = from;
        notAfter = until;
        return this;
    }

    /**
     * Says where the revocation list can be had.
     *
     * @param url of the list
     * @return this
     */
    public CertificateTemplate crlUrl(String url) {
        crlUrl = url;
        return this;
    }

    String json() {
        return new Json()
                .put("subject", subject)
                .put("profile", profile)
                .put("not_before", notBefore == null ? null : notBefore.toString())
                .put("not_after", notAfter == null ? null : notAfter.toString())
                .put("crl_url", crlUrl)
                .toString();
    }
}
