package org.sealcore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a verification found: the verdict, each signature with its facts and findings, the findings of the document.
 * Verdict, signatures and findings stay usable when the report is closed, once they were asked for.
 */
public final class Report extends NativeObject {
    /** In place of a signature's number: the document itself. */
    private static final long WHOLE_DOCUMENT = -1;

    private final Verdict verdict;
    private volatile List<SignatureResult> signatures;
    private volatile List<Finding> findings;

    Report(long address, Verdict verdict) {
        super(address, NativeLoader.api()::sealcore_report_free);
        this.verdict = verdict;
    }

    /**
     * The verdict of the whole file: the worst of its signatures and of its own findings.
     *
     * @return as the policy drew it
     */
    public Verdict verdict() {
        return verdict;
    }

    /**
     * Whether everything holds.
     *
     * @return true for {@link Verdict#VALID} alone
     */
    public boolean isValid() {
        return verdict == Verdict.VALID;
    }

    /**
     * The signatures, in the order of the document.
     *
     * @return cannot be changed
     */
    public List<SignatureResult> signatures() {
        List<SignatureResult> known = signatures;
        if (known == null) {
            try (Scope scope = new Scope()) {
                long report = scope.use(this);
                long count = scope.api.sealcore_report_signature_count(report);
                List<SignatureResult> read = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    read.add(new SignatureResult(scope.api, report, i, findings(scope.api, report, i)));
                }
                known = Collections.unmodifiableList(read);
                signatures = known;
            }
        }
        return known;
    }

    /**
     * The findings about the document itself.
     *
     * @return cannot be changed
     */
    public List<Finding> findings() {
        List<Finding> known = findings;
        if (known == null) {
            try (Scope scope = new Scope()) {
                known = findings(scope.api, scope.use(this), WHOLE_DOCUMENT);
                findings = known;
            }
        }
        return known;
    }

    /**
     * The report as one JSON object; its schema is docs/report.schema.json.
     *
     * @param file what stands under {@code "file"}
     * @return without a line break
     */
    public String json(String file) {
        return json(file, Sealcore.language());
    }

    /**
     * The report as one JSON object; its schema is docs/report.schema.json.
     *
     * @param file what stands under {@code "file"}
     * @param language of the messages
     * @return without a line break
     */
    public String json(String file, Language language) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_report_json(
                    scope.use(this), scope.text(file), language.code(), scope.out(), scope.error()));
            return scope.outText();
        }
    }

    /**
     * The report for people.
     *
     * @param file how the file is called there
     * @return some lines
     */
    public String render(String file) {
        return render(file, Sealcore.language());
    }

    /**
     * The report for people.
     *
     * @param file how the file is called there
     * @param language of the messages
     * @return some lines
     */
    public String render(String file, Language language) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_report_render(
                    scope.use(this), scope.text(file), language.code(), scope.out(), scope.error()));
            return scope.outText();
        }
    }

    @Override
    public String toString() {
        return "Report[" + verdict + "]";
    }

    private static List<Finding> findings(NativeApi api, long report, long signature) {
        long count = api.sealcore_report_finding_count(report, signature);
        List<Finding> read = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            read.add(new Finding(api, report, signature, i));
        }
        return Collections.unmodifiableList(read);
    }
}
