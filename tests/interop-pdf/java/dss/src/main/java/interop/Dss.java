package interop;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** EU DSS under its own default policy, without a network. */
final class Dss {
    /** The user password of every encrypted file that the tests make. */
    private static final char[] PASSWORD = "reader".toCharArray();

    private final CommonCertificateVerifier verifier = new CommonCertificateVerifier();

    Dss(String trust) throws Exception {
        CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
        List<InputStream> crls = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(Paths.get(trust))) {
            files = all.sorted().collect(Collectors.toList());
        }
        for (Path file : files) {
            if (file.toString().endsWith(".pem")) {
                CertificateToken anchor = DSSUtils.loadCertificate(file.toFile());
                anchors.addCertificate(anchor);
            } else if (file.toString().endsWith(".crl")) {
                crls.add(Files.newInputStream(file));
            }
        }
        verifier.setTrustedCertSources(anchors);
        verifier.setCrlSource(new ExternalResourcesCRLSource(crls.toArray(new InputStream[0])));
        verifier.setAIASource(null);
    }

    Json answer(String file) {
        Json answer = new Json("dss", file);
        try {
            PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(new File(file)));
            validator.setPasswordProtection(PASSWORD);
            validator.setCertificateVerifier(verifier);
            Reports reports = validator.validateDocument();
            DiagnosticData facts = reports.getDiagnosticData();
            List<SignatureWrapper> signatures = new ArrayList<>(facts.getSignatures());
            signatures.sort(Comparator.comparing(Dss::end));
            for (SignatureWrapper signature : signatures) {
                judge(answer.signature(), signature, reports.getSimpleReport(), new File(file).length());
            }
        } catch (Exception | LinkageError e) {
            answer.failed(e);
        }
        return answer;
    }

    private static Long end(SignatureWrapper signature) {
        PDFRevisionWrapper revision = signature.getPDFRevision();
        return revision.getSignatureByteRange().get(2).longValue() + revision.getSignatureByteRange().get(3).longValue();
    }

    private static void judge(Map<String, String> out, SignatureWrapper signature, SimpleReport verdicts, long length) {
        PDFRevisionWrapper revision = signature.getPDFRevision();
        String id = signature.getId();
        out.put("field", revision.getFirstFieldName());
        out.put("indication", String.valueOf(verdicts.getIndication(id)));
        out.put("sub", String.valueOf(verdicts.getSubIndication(id)));
        out.put("format", String.valueOf(signature.getSignatureFormat()));
        out.put("intact", Json.yes(signature.isSignatureIntact()));
        out.put("valid", Json.yes(signature.isSignatureValid()));
        out.put("range", Json.yes(revision.isSignatureByteRangeValid()));
        out.put("whole", Json.yes(end(signature) == length));
        out.put("consistent", Json.yes(revision.isPdfSignatureDictionaryConsistent()));
        out.put("undefined_changes", String.valueOf(revision.getPdfUndefinedChanges().size()));
        out.put("annotation_changes", String.valueOf(revision.getPdfAnnotationChanges().size()));
        out.put("form_changes", String.valueOf(revision.getPdfSignatureOrFormFillChanges().size()));
        out.put("overlaps", String.valueOf(revision.getPdfAnnotationsOverlapConcernedPages().size()));
        out.put("certified", String.valueOf(revision.getDocMDPPermissions()));
        out.put("reason", String.valueOf(revision.getReason()));
        out.put("complaints", Stream.of(verdicts.getAdESValidationErrors(id), verdicts.getAdESValidationWarnings(id))
                .flatMap(List::stream).map(Message::getValue).collect(Collectors.joining("; ")));
    }
}
