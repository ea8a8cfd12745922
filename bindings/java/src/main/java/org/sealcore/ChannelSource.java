package org.sealcore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** A channel read by position. */
final class ChannelSource implements Source {
    private final SeekableByteChannel channel;

    ChannelSource(SeekableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public long length() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(buffer, offset, length);
        if (channel instanceof FileChannel) {
            return ((FileChannel) channel).read(target, position);
        }
        synchronized (this) {
            return channel.position(position).read(target);
        }
    }
}
