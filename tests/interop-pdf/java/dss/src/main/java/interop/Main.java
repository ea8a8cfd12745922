package interop;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What EU DSS and BouncyCastle say of signed PDF files: one JSON object a line, in the words of judge.py. */
public final class Main {
    private static final String USAGE = String.join("\n",
            "dss TRUST FILE.pdf...   PAdES validation by EU DSS with the certificates and CRLs of folder TRUST",
            "cms DIR...              BouncyCastle on signed.bin and contents.der that contents.py left in each folder",
            "cms-sign KEYS DIR...    BouncyCastle signs signed.bin of each folder with SM2, leaves contents.der");

    private Main() {
    }

    public static void main(String[] argv) throws Exception {
        if (argv.length < 2) {
            System.err.println(USAGE);
            System.exit(64);
        }
        // DSS and its libraries may print: the answers have standard output for themselves.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        List<String> rest = Arrays.asList(argv).subList(1, argv.length);
        switch (argv[0]) {
            case "dss":
                Dss dss = new Dss(rest.get(0));
                for (String file : rest.subList(1, rest.size())) {
                    out.println(dss.answer(file));
                }
                break;
            case "cms":
                for (String folder : rest) {
                    out.println(Cms.answer(folder));
                }
                break;
            case "cms-sign":
                for (String folder : rest.subList(1, rest.size())) {
                    Cms.sign(rest.get(0), folder);
                }
                break;
            default:
                System.err.println(USAGE);
                System.exit(64);
        }
    }
}
