package interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import org.ofdrw.sign.SignatureTerminateException;

/** The ofdrw half of the interoperability test: run.sh drives it against the sealcore command. */
public final class Main {
    private static final String USAGE = String.join("\n",
            "make DIR                       unsigned documents: one.ofd, five.ofd, text.ofd",
            "keys DIR                       CA, CRL, maker and signer keys, a picture, all made with BouncyCastle",
            "cert --p12 F --password-env V OUT.pem",
            "seal --form v1|v4|v5 --maker-p12 F --maker-password-env V --signer-cert F --picture F OUT.esl",
            "seal-verify FILE.esl...        structure, DER and maker's signature",
            "sign --form v1|v4|v5|sign|sign-base64|sign-attrs --p12 F --password-env V [--seal F]",
            "     [--mode continue|whole] [--stamp page,x,y,w,h]... [--ride side,w,h]... IN OUT",
            "verify FILE...                 one line a file: PASS or FAIL, path, reason",
            "bench --p12 F --password-env V --seal F [--runs N] [--warmup N] [--seconds S] FILE...");

    private Main() {
    }

    public static void main(String[] argv) {
        // BouncyCastle 1.68 asks the default providers for AES when it opens a PBES2 PKCS#12, and the JDK's
        // cipher refuses its key; standing first in the list makes it find its own.
        Security.insertProviderAt(Keys.BC, 1);
        try {
            System.exit(run(argv));
        } catch (Args.UsageException e) {
            System.err.println(argv.length == 0 ? USAGE : e.getMessage());
            System.exit(64);
        } catch (SignatureTerminateException e) {
            System.err.println(Verifying.describe(e));
            System.exit(1);
        } catch (Exception e) {
            // Not 1: run.sh must be able to tell a refusal from a crash.
            e.printStackTrace();
            System.exit(70);
        }
    }

    private static int run(String[] argv) throws Exception {
        if (argv.length == 0) {
            throw new Args.UsageException("no verb");
        }
        Args args = new Args(argv, 1);
        switch (argv[0]) {
            case "make":
                Documents.make(args.positional(0));
                return 0;
            case "keys":
                Keys.make(args.positional(0));
                return 0;
            case "cert":
                Files.writeString(args.positional(0),
                        Keys.pem("CERTIFICATE", Keys.load(args.path("p12"), args.password("password-env")).certificate.getEncoded()));
                return 0;
            case "seal":
                Files.write(args.positional(0), Seals.make(args));
                return 0;
            case "seal-verify":
                return Seals.verify(args);
            case "sign":
                Signing.sign(args);
                return 0;
            case "verify":
                return verify(args);
            case "bench":
                Bench.run(args);
                return 0;
            default:
                throw new Args.UsageException("unknown verb " + argv[0]);
        }
    }

    private static int verify(Args args) {
        int failed = 0;
        for (int i = 0; i < args.rest.size(); i++) {
            Path file = args.positional(i);
            String reason = Verifying.failure(file);
            System.out.println((reason == null ? "PASS" : "FAIL") + "\t" + file + "\t" + (reason == null ? "" : reason));
            failed += reason == null ? 0 : 1;
        }
        return failed == 0 ? 0 : 1;
    }
}
