package weir.cache;

import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The files of the disk tier. A segment is two of them: entries, and an index of what came into them, which is all that is read
 * when the tier is opened. Both are only appended to; little endian.
 *
 * <pre>
 *   weir-NUMBER.data    file head | entry | entry ...            each at a multiple of {@value #UNIT_BYTES} bytes
 *     entry   entry head ({@value #ENTRY_HEAD_BYTES}) | key | meta | block | block ...
 *     block   up to {@value #BLOCK_BYTES} bytes of the body | checksum ({@value #CHECKSUM_BYTES})
 *   weir-NUMBER.index   file head | record | record ...          each at a multiple of {@value #RECORD_UNIT_BYTES} bytes
 *     record  record head ({@value #RECORD_HEAD_BYTES}) | key               an entry is there, or entries are no more
 *   file head ({@value #FILE_HEAD_BYTES})   magic, version, part, number, nonce, checksum
 * </pre>
 *
 * Every entry head and record has the nonce of its segment, an own place and a checksum (CRC-32C), which the checksum of each
 * block is mixed with. So a block is read only where it was written; and what a peer has written into a body or a key never
 * passes for a head or record, since the nonce is a secret of 64 bits.
 */
final class DiskFormat {
    /** Another version's files are removed. */
    static final byte VERSION = 1;
    /** The grain of an entry's place. */
    static final int UNIT_BYTES = 64;
    static final int FILE_HEAD_BYTES = 64;
    static final int ENTRY_HEAD_BYTES = 48;
    static final int RECORD_HEAD_BYTES = 40;
    static final int RECORD_UNIT_BYTES = 8;
    /** The bytes of a body under one checksum. */
    static final int BLOCK_BYTES = 64 << 10;
    static final int CHECKSUM_BYTES = 4;
    /** The longest meta of an entry. */
    static final int META_BYTES_MAX = 128 << 10;
    /** Of a buffer of a lane: holds the head, key and meta of any entry, or the block of any. */
    static final int BUFFER_BYTES = 256 << 10;

    /** Kinds of records: an entry is there; all under the key, or the one with the variant, are no more. */
    static final int PUT = 1;
    static final int REMOVED_KEY = 2;
    static final int REMOVED_VARIANT = 3;

    static final byte DATA = 'd';
    static final byte INDEX = 'i';

    private static final long MAGIC = 0x6b73_6964_7269_6577L; // "weirdisk"
    static final int RECORD_CHECKSUM_AT = 32;

    private static final int FILE_CHECKSUM_AT = FILE_HEAD_BYTES - CHECKSUM_BYTES;
    private static final Pattern NAME = Pattern.compile("weir-([0-9a-f]{10})\\.(data|index)");

    private DiskFormat() {}

    static String fileName(long number, byte part) {
        return String.format("weir-%010x.%s", number, part == DATA ? "data" : "index");
    }

    /** Returns the number of the segment that a file belongs to by its name, -1 when it is no file of ours. */
    static long numberOf(String fileName) {
        Matcher name = NAME.matcher(fileName);
        return name.matches() ? Long.parseLong(name.group(1), 16) : -1;
    }

    static long aligned(long bytes, int unit) {
        return (bytes + unit - 1) / unit * unit;
    }

    /** Returns the length of an entry in its file; the next one starts at the next unit. */
    static long entryBytes(int keyBytes, int metaBytes, long bodyBytes) {
        long blocks = (bodyBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        return ENTRY_HEAD_BYTES + (long) keyBytes + metaBytes + bodyBytes + blocks * CHECKSUM_BYTES;
    }

    /** Returns the length of a record in its file. */
    static long recordBytes(int keyBytes) {
        return aligned(RECORD_HEAD_BYTES + (long) keyBytes, RECORD_UNIT_BYTES);
    }

    /** The hash by which variants under a key are told apart, the same in every process. */
    static int variantOf(byte[] variant) {
        CRC32C checksum = new CRC32C();
        checksum.update(variant, 0, variant.length);
        return (int) checksum.getValue();
    }

    /** The checksum of bytes {@code [from, to)} of a buffer, whose position and limit are lost. */
    static int checksum(CRC32C of, ByteBuffer buffer, int from, int to) {
        of.reset();
        buffer.limit(to).position(from);
        of.update(buffer);
        return (int) of.getValue();
    }

    /** The checksum of a record, over its head, up to where the checksum is, and its key; position and limit of the buffer are lost. */
    static int recordChecksum(CRC32C of, ByteBuffer buffer, int from, int keyEnd) {
        of.reset();
        buffer.limit(from + RECORD_CHECKSUM_AT).position(from);
        of.update(buffer);
        buffer.limit(keyEnd).position(from + RECORD_HEAD_BYTES);
        of.update(buffer);
        return (int) of.getValue();
    }

    /** What the checksum of a block is mixed with. */
    static int blockSalt(int entryChecksum, long block) {
        long salt = (entryChecksum ^ block << Integer.SIZE) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (salt >>> Integer.SIZE);
    }

    static void putFileHead(CRC32C of, ByteBuffer to, byte part, long number, long nonce) {
        int at = to.position();
        to.putLong(MAGIC).put(VERSION).put(part);
        while (to.position() < at + 16) {
            to.put((byte) 0);
        }
        to.putLong(number).putLong(nonce);
        while (to.position() < at + FILE_CHECKSUM_AT) {
            to.put((byte) 0);
        }
        int limit = to.limit();
        int checksum = checksum(of, to, at, at + FILE_CHECKSUM_AT);
        to.limit(limit).position(at + FILE_CHECKSUM_AT).putInt(checksum);
    }

    /** What the head of a file is. */
    enum FileHead {
        GOOD,
        OTHER_VERSION,
        DAMAGED
    }

    /** Looks at a file head at the position of a buffer, which stays. */
    static FileHead fileHead(CRC32C of, ByteBuffer from, byte part, long number) {
        int at = from.position();
        int limit = from.limit();
        int checksum = checksum(of, from, at, at + FILE_CHECKSUM_AT);
        from.limit(limit).position(at);
        if (from.getLong(at) == MAGIC && from.get(at + 8) != VERSION) {
            return FileHead.OTHER_VERSION;
        }
        boolean good = from.getLong(at) == MAGIC && from.get(at + 9) == part && from.getLong(at + 16) == number && from.getInt(at + FILE_CHECKSUM_AT) == checksum;
        return good ? FileHead.GOOD : FileHead.DAMAGED;
    }

    /** Returns the nonce in a good file head at the position of a buffer. */
    static long nonce(ByteBuffer from) {
        return from.getLong(from.position() + 24);
    }
}
