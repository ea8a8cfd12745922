package org.sealcore;

import java.util.Objects;

/**
 * Where a seal is shown. Lengths are in millimetres, from the top left corner of a page; {@code pages} is
 * {@code "all"}, {@code "last"}, {@code "3"} or {@code "2-5"}. Immutable.
 */
public abstract class Placement {
    /** Not for others: the kinds are those of the C ABI. */
    Placement() {
    }

    /**
     * At a point of each page.
     *
     * @param pages which pages
     * @param x of the seal's left edge, in millimetres
     * @param y of the seal's upper edge, in millimetres
     * @return where
     */
    public static Placement at(String pages, double x, double y) {
        Objects.requireNonNull(pages, "pages");
        return new Placement() {
            @Override
            int addTo(NativeApi api, Scope scope, long request) {
                return api.sealcore_request_add_place(request, scope.text(pages), x, y, scope.error());
            }
        };
    }

    /**
     * Over the seam of the pages (骑缝章): each page gets its slice. Many pages are cut into groups, each with a whole
     * seal.
     *
     * @param pages two at least
     * @param side the edge
     * @return in the middle of the edge; to be refined
     */
    public static Seam seam(String pages, Side side) {
        Objects.requireNonNull(pages, "pages");
        return new Seam(pages, Objects.requireNonNull(side, "side"), Double.NaN, 0, 0, 0);
    }

    /**
     * Over facing pages (对开): each page but the last shows the left half at its right edge, each but the first the
     * right half at its left edge.
     *
     * @param pages two at least
     * @return in the middle of the shortest page
     */
    public static Placement facing(String pages) {
        return facing(pages, Double.NaN);
    }

    /**
     * Over facing pages (对开): each page but the last shows the left half at its right edge, each but the first the
     * right half at its left edge.
     *
     * @param pages two at least
     * @param position of the seal's upper edge, in millimetres from the top of every page
     * @return where
     */
    public static Placement facing(String pages, double position) {
        Objects.requireNonNull(pages, "pages");
        return new Placement() {
            @Override
            int addTo(NativeApi api, Scope scope, long request) {
                return api.sealcore_request_add_facing(request, scope.text(pages), position, scope.error());
            }
        };
    }

    /**
     * Centred on a text of the pages. White space is passed over; where nothing matches exactly, case and full width do
     * not count.
     *
     * @param text to be found
     * @return on every occurrence, on all pages; to be refined
     */
    public static Keyword keyword(String text) {
        return new Keyword(Objects.requireNonNull(text, "text"), Keyword.ALL, "all", 0, 0);
    }

    /** The status of the call. */
    abstract int addTo(NativeApi api, Scope scope, long request);

    /** Over the seam of the pages. */
    public static final class Seam extends Placement {
        private final String pages;
        private final Side side;
        private final double position;
        private final double margin;
        private final double minSlice;
        private final int maxSlices;

        private Seam(String pages, Side side, double position, double margin, double minSlice, int maxSlices) {
            this.pages = pages;
            this.side = side;
            this.position = position;
            this.margin = margin;
            this.minSlice = minSlice;
            this.maxSlices = maxSlices;
        }

        /**
         * Elsewhere than in the middle of the edge.
         *
         * @param millimetres where the seal starts: from the top, from the left at the upper and lower edge
         * @return another placement
         */
        public Seam position(double millimetres) {
            return new Seam(pages, side, millimetres, margin, minSlice, maxSlices);
        }

        /**
         * Away from the edge.
         *
         * @param millimetres between edge and slice
         * @return another placement
         */
        public Seam margin(double millimetres) {
            return new Seam(pages, side, position, millimetres, minSlice, maxSlices);
        }

        /**
         * No slice gets thinner.
         *
         * @param millimetres 0 for the usual
         * @return another placement
         */
        public Seam minSlice(double millimetres) {
            return new Seam(pages, side, position, margin, millimetres, maxSlices);
        }

        /**
         * No seal is cut into more slices.
         *
         * @param count 2 at least; 0 for the usual
         * @return another placement
         */
        public Seam maxSlices(int count) {
            return new Seam(pages, side, position, margin, minSlice, count);
        }

        @Override
        int addTo(NativeApi api, Scope scope, long request) {
            return api.sealcore_request_add_seam(
                    request, scope.text(pages), side.code(), position, margin, minSlice, maxSlices, scope.error());
        }
    }

    /** On a text that stands on the pages. */
    public static final class Keyword extends Placement {
        private static final long ALL = 0;
        private static final long LAST = -1;

        private final String text;
        private final long occurrence;
        private final String pages;
        private final double dx;
        private final double dy;

        private Keyword(String text, long occurrence, String pages, double dx, double dy) {
            this.text = text;
            this.occurrence = occurrence;
            this.pages = pages;
            this.dx = dx;
            this.dy = dy;
        }

        /**
         * On the first occurrence.
         *
         * @return another placement
         */
        public Keyword first() {
            return nth(1);
        }

        /**
         * On the last occurrence.
         *
         * @return another placement
         */
        public Keyword last() {
            return new Keyword(text, LAST, pages, dx, dy);
        }

        /**
         * On one occurrence.
         *
         * @param occurrence from 1
         * @return another placement
         */
        public Keyword nth(int occurrence) {
            if (occurrence < 1) {
                throw new IllegalArgumentException("occurrences are counted from 1");
            }
            return new Keyword(text, occurrence, pages, dx, dy);
        }

        /**
         * On some pages.
         *
         * @param pages where the text is looked for
         * @return another placement
         */
        public Keyword on(String pages) {
            return new Keyword(text, occurrence, Objects.requireNonNull(pages, "pages"), dx, dy);
        }

        /**
         * Beside the text.
         *
         * @param dx millimetres to the right of its middle
         * @param dy millimetres below its middle
         * @return another placement
         */
        public Keyword offset(double dx, double dy) {
            return new Keyword(text, occurrence, pages, dx, dy);
        }

        @Override
        int addTo(NativeApi api, Scope scope, long request) {
            return api.sealcore_request_add_keyword(
                    request, scope.text(text), occurrence, scope.text(pages), dx, dy, scope.error());
        }
    }
}
