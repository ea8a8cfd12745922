package org.sealcore;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;

/**
 * A document that is read where it lies, piece by piece: in object storage, in a database, in a file inside another
 * one. Read by every thread that uses the document, at once.
 */
public interface Source {
    /**
     * What a channel gives, to be used until the document is closed; it is not closed with it.
     *
     * @param channel a FileChannel, or another that can seek
     * @return for {@link Document#open(Source, char[])}
     */
    static Source of(SeekableByteChannel channel) {
        return new ChannelSource(Objects.requireNonNull(channel, "channel"));
    }

    /**
     * The length of the document; asked for once.
     *
     * @return in bytes
     * @throws IOException when it cannot be told
     */
    long length() throws IOException;

    /**
     * Reads some of it. What it throws is the cause of the exception that the call in progress throws.
     *
     * @param position where to read, from 0
     * @param buffer takes the bytes
     * @param offset where in the buffer
     * @param length at the most so many; more than 0
     * @return how many were read, at least 1; fewer than asked for is no error; -1 when there is nothing at this
     * position
     * @throws IOException when reading fails
     */
    int read(long position, byte[] buffer, int offset, int length) throws IOException;
}
