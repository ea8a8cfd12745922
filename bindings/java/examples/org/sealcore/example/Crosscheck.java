package org.sealcore.example;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.sealcore.Document;
import org.sealcore.Language;
import org.sealcore.Placement;
import org.sealcore.Report;
import org.sealcore.Seal;
import org.sealcore.SignRequest;
import org.sealcore.Signer;
import org.sealcore.Verifier;

/**
 * Seals the documents of a demo folder and verifies whatever lies beside the results: the same program exists for every
 * binding, and all of them must report the same bytes.
 *
 * <p>{@code Crosscheck LIBDIR DEMODIR OUTDIR NAME}, with SEALCORE_PASSWORD and SEALCORE_TIME (Unix seconds) in the
 * environment.
 */
public final class Crosscheck {
    private Crosscheck() {
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: Crosscheck LIBDIR DEMODIR OUTDIR NAME");
            System.exit(64);
        }
        System.setProperty("sealcore.library.path", args[0]);
        Path demo = Paths.get(args[1]);
        Path out = Paths.get(args[2]);
        Instant time = Instant.ofEpochSecond(Long.parseLong(System.getenv("SEALCORE_TIME")));
        seal(demo, out, args[3], time);
        verify(demo, out, args[3], time.plusSeconds(60));
    }

    private static void seal(Path demo, Path out, String name, Instant time) throws IOException {
        char[] password = System.getenv("SEALCORE_PASSWORD").toCharArray();
        try (Signer signer = Signer.fromKey(demo.resolve("keys/signer.p12"), password);
                Seal seal = Seal.load(demo.resolve("seal.esl"))) {
            SignRequest request = new SignRequest().seal(seal).time(time).place(Placement.at("last", 150, 230));
            for (String type : new String[] {"ofd", "pdf"}) {
                try (Document document = Document.open(demo.resolve("document." + type))) {
                    document.sign(request, signer, out.resolve(name + "." + type));
                }
            }
        }
    }

    private static void verify(Path demo, Path out, String name, Instant time) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(out, "*.{ofd,pdf}")) {
            found.forEach(file -> files.put(file.getFileName().toString(), file));
        }
        try (Verifier verifier = Verifier.builder().trust(demo.resolve("trust")).time(time).build();
                Writer lines = Files.newBufferedWriter(out.resolve(name + ".jsonl"), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                try (Report report = verifier.verify(file.getValue())) {
                    lines.write(report.json(file.getKey(), Language.ENGLISH) + "\n");
                }
            }
        }
    }
}
