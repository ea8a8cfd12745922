package interop;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.VersionParser;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.SignedDataValidateContainer;
import org.ofdrw.sign.verify.container.GBT35275ValidateContainer;
import org.ofdrw.sign.verify.container.SESV1ValidateContainer;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/** Verifies with ofdrw's OFDValidator, which takes one container for all signatures of a document. */
final class Verifying {
    private static final SignedDataValidateContainer BY_KIND = Verifying::validate;

    private Verifying() {
    }

    private static void validate(SigType type, String algorithm, byte[] signatureXml, byte[] value)
            throws IOException, GeneralSecurityException {
        SignedDataValidateContainer container;
        if (type == SigType.Sign) {
            container = new GBT35275ValidateContainer();
        } else if (VersionParser.parseSES_SignatureVersion(value).getVersion() == SESVersion.v1) {
            container = new SESV1ValidateContainer();
        } else {
            container = new SESV4ValidateContainer();
        }
        container.validate(type, algorithm, signatureXml, value);
    }

    static void validate(Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
            validator.setValidator(BY_KIND).exeValidate();
        }
    }

    /** Null when ofdrw accepts every signature of the file, else its reason. */
    static String failure(Path file) {
        try {
            validate(file);
            return null;
        } catch (Exception | LinkageError e) {
            // LinkageError: ofdrw 2.3.1 brings commons-compress 1.26 with a commons-io too old for it, which
            // shows only on ZIP entries without a DOS date or with NTFS times.
            return describe(e);
        }
    }

    static String describe(Throwable e) {
        return (e.getClass().getSimpleName() + ": " + e.getMessage()).replaceAll("\\s+", " ");
    }
}
