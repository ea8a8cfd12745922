package interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.PageLayout;
import org.ofdrw.layout.VirtualPage;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.layout.element.Position;

/** Unsigned documents as ofdrw itself lays them out. */
final class Documents {
    private static final double[][] SIZES = {{210, 297}, {297, 210}, {148, 210}, {210, 297}, {420, 297}};

    private Documents() {
    }

    static void make(Path dir) throws IOException {
        Files.createDirectories(dir);
        try (OFDDoc doc = new OFDDoc(dir.resolve("one.ofd"))) {
            doc.addVPage(page(210, 297, "One page to be sealed."));
        }
        try (OFDDoc doc = new OFDDoc(dir.resolve("five.ofd"))) {
            for (int i = 0; i < SIZES.length; i++) {
                doc.addVPage(page(SIZES[i][0], SIZES[i][1], "Page " + (i + 1) + " of a contract."));
            }
        }
        try (OFDDoc doc = new OFDDoc(dir.resolve("text.ofd"))) {
            doc.add(new Paragraph("关于电子印章互操作的测试文件", 6d));
            for (int i = 1; i <= 60; i++) {
                doc.add(new Paragraph("第" + i + "条 本条只为占据版面，使文字流到下一页。Clause " + i + " fills the page."));
            }
            doc.add(new Paragraph("甲方（盖章处）：        Party A (seal here):"));
            doc.add(new Paragraph("乙方（盖章处）：        Party B (seal here):"));
        }
    }

    private static VirtualPage page(double width, double height, String text) {
        VirtualPage page = new VirtualPage(new PageLayout(width, height));
        Paragraph paragraph = new Paragraph(text, 5d);
        paragraph.setPosition(Position.Absolute).setX(20d).setY(20d).setWidth(width - 40);
        page.add(paragraph);
        return page;
    }
}
