package weir.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which keys are on the disk, and where: 16 bytes for an entry, in hash tables with linear probing that are a quarter empty at
 * least. It holds the hash of a key and not the key: the entry on the disk has that, and whoever reads it compares.
 *
 * <pre>
 *   first word   hash of the key
 *   second word  12 bits of the segment's number | 24 bits: unit in its file | 26 bits: hash of the variant | read | 0;  0: no entry
 * </pre>
 *
 * A place is the number of a segment and a unit in it: {@code number << 24 | unit}. No more than {@link #SEGMENTS_MAX} numbers
 * are in use at a time, so that 12 bits of one and the newest one give all of it. There are many small tables and not a large
 * one, because what is done to a table is done under the tier's lock, which loops take: none of it takes long.
 *
 * <p>All but {@link #has} under that lock. {@code has} reads while others write: where entries are moving it may be wrong either
 * way, and what comes of that is a look at the disk for nothing, or none.
 */
final class DiskIndex {
    /** The width of a unit's number. */
    static final int UNIT_BITS = 24;
    /** The most segments at a time. */
    static final int SEGMENTS_MAX = 1024;
    /** The most entries under one key; the oldest ones give way. */
    static final int VARIANTS_MAX = Store.VARIANTS_MAX;

    private static final int NUMBER_BITS = 12;
    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;
    private static final int VARIANT_BITS = 26;
    private static final int VARIANT_SHIFT = 2;
    private static final int PLACE_SHIFT = VARIANT_BITS + VARIANT_SHIFT;
    private static final long READ = 1 << 1;

    private static final int TABLE_ENTRIES = 4096; // about, in a full index
    private static final int TABLES_MAX = 1 << 15;
    private static final int SLOTS_FIRST = 16;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final AtomicReferenceArray<long[]> tables;
    private final int[] counts; // of entries in each table
    private final int tableShift;
    private long count;
    private long newest; // number of a segment

    /** @param entriesMax how many are likely at most; there is room for more */
    DiskIndex(long entriesMax) {
        int tableCount = 2;
        while (tableCount < TABLES_MAX && (long) tableCount * TABLE_ENTRIES < entriesMax) {
            tableCount *= 2;
        }
        tables = new AtomicReferenceArray<>(tableCount);
        for (int i = 0; i < tableCount; i++) {
            tables.setPlain(i, new long[2 * SLOTS_FIRST]);
        }
        counts = new int[tableCount];
        tableShift = Long.SIZE - Integer.numberOfTrailingZeros(tableCount);
    }

    static long place(long number, long unit) {
        return number << UNIT_BITS | unit;
    }

    static long numberOf(long place) {
        return place >>> UNIT_BITS;
    }

    static long unitOf(long place) {
        return place & (1L << UNIT_BITS) - 1;
    }

    /** Returns whether there may be an entry under a key with this hash. Any thread; takes no lock, allocates nothing. */
    boolean has(long hash) {
        long[] words = tables.getAcquire(tableOf(hash));
        int mask = words.length - 2;
        int i = slotOf(hash, mask);
        for (int tries = 0; tries <= mask; tries += 2) { // bounded, should it be full for the blink of an eye
            if ((long) WORD.getOpaque(words, i + 1) == 0) {
                return false;
            }
            if ((long) WORD.getOpaque(words, i) == hash) {
                return true;
            }
            i = i + 2 & mask;
        }
        return false;
    }

    /** Tells that there is a segment with this number now, greater than all others. */
    void setNewest(long number) {
        newest = number;
    }

    /** Returns how many entries there are. */
    long count() {
        return count;
    }

    /** Returns the places of all entries under a key with this hash, newest first. */
    long[] find(long hash) {
        long[] found = new long[VARIANTS_MAX];
        int n = 0;
        long[] words = tableFor(hash);
        for (int i = slotOf(hash, words.length - 2); words[i + 1] != 0; i = i + 2 & words.length - 2) {
            if (words[i] == hash) {
                found[n++] = placeIn(words[i + 1]);
            }
        }
        long[] places = Arrays.copyOf(found, n);
        Arrays.sort(places);
        for (int low = 0, high = n - 1; low < high; low++, high--) {
            long swapped = places[low];
            places[low] = places[high];
            places[high] = swapped;
        }
        return places;
    }

    /** Adds an entry. The one with the same variant gives way, or else, when there are {@link #VARIANTS_MAX}, the oldest one. */
    void put(long hash, int variant, long place) {
        remove(hash, variant);
        long[] others = find(hash);
        if (others.length == VARIANTS_MAX) {
            removeAt(hash, others[VARIANTS_MAX - 1]);
        }
        int table = tableOf(hash);
        long[] words = tables.getPlain(table);
        if ((counts[table] + 1) * 8L > words.length * 3L) { // three quarters of the slots, of two words each
            words = grow(table, words);
        }
        insert(words, hash, wordOf(place, variant));
        counts[table]++;
        count++;
    }

    /** Returns whether there is an entry at a place. */
    boolean isAt(long hash, long place) {
        return slotAt(hash, place) >= 0;
    }

    /** Notes that the entry at a place was read, for {@link #places}. */
    void markRead(long hash, long place) {
        int i = slotAt(hash, place);
        if (i >= 0) {
            tableFor(hash)[i + 1] |= READ;
        }
    }

    /** Notes that all entries under a key with this hash were used. */
    void markRead(long hash) {
        for (long place : find(hash)) {
            markRead(hash, place);
        }
    }

    /** Tells that an entry lies elsewhere now, and counts as not read. False when it is gone. */
    boolean move(long hash, long from, long to) {
        int i = slotAt(hash, from);
        if (i < 0) {
            return false;
        }
        long[] words = tableFor(hash);
        WORD.setOpaque(words, i + 1, wordOf(to, (int) (words[i + 1] >>> VARIANT_SHIFT)));
        return true;
    }

    /** Removes the entry at a place. Returns whether there was one. */
    boolean removeAt(long hash, long place) {
        int i = slotAt(hash, place);
        if (i >= 0) {
            empty(tableOf(hash), i);
        }
        return i >= 0;
    }

    /** Removes the entry with a variant. Returns whether there was one. */
    boolean remove(long hash, int variant) {
        long[] words = tableFor(hash);
        for (int i = slotOf(hash, words.length - 2); words[i + 1] != 0; i = i + 2 & words.length - 2) {
            if (words[i] == hash && variantIn(words[i + 1]) == (variant & (1 << VARIANT_BITS) - 1)) {
                empty(tableOf(hash), i);
                return true;
            }
        }
        return false;
    }

    /** Removes all entries under a key with this hash. */
    void removeAll(long hash) {
        for (long place : find(hash)) {
            removeAt(hash, place);
        }
    }

    /** Returns how many tables there are, for {@link #places} and {@link #removeSegment}: the caller lets others come in between. */
    int tableCount() {
        return counts.length;
    }

    /** Adds the places of all entries of a table that lie in a segment. */
    void places(int table, long number, boolean onlyRead, Places to) {
        long[] words = tables.getPlain(table);
        for (int i = 0; i < words.length; i += 2) {
            long word = words[i + 1];
            if (word != 0 && numberIn(word) == number && (!onlyRead || (word & READ) != 0)) {
                to.add(words[i], placeIn(word));
            }
        }
    }

    /** Removes all entries of a table that lie in a segment. Returns how many. */
    int removeSegment(int table, long number) {
        long[] old = tables.getPlain(table);
        int before = counts[table];
        long[] words = null;
        for (int i = 0; i < old.length; i += 2) { // copied without them: taking one out moves others under the walk
            if (old[i + 1] != 0 && numberIn(old[i + 1]) == number) {
                words = new long[old.length];
                break;
            }
        }
        if (words == null) {
            return 0;
        }
        int left = 0;
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0 && numberIn(old[i + 1]) != number) {
                insert(words, old[i], old[i + 1]);
                left++;
            }
        }
        tables.setRelease(table, words);
        counts[table] = left;
        count -= before - left;
        return before - left;
    }

    /** Places with the hash of the key at each, in the order of the places once sorted. */
    static final class Places {
        private long[] pairs = new long[256];
        private int count;

        void add(long hash, long place) {
            if (2 * count == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * pairs.length);
            }
            pairs[2 * count] = place;
            pairs[2 * count + 1] = hash;
            count++;
        }

        int count() {
            return count;
        }

        long place(int i) {
            return pairs[2 * i];
        }

        long hash(int i) {
            return pairs[2 * i + 1];
        }

        /** Sorts by place, which is the order in the file. */
        Places sorted() {
            long[] places = new long[count];
            for (int i = 0; i < count; i++) {
                places[i] = place(i);
            }
            Arrays.sort(places);
            long[] ordered = new long[2 * count];
            for (int i = 0; i < count; i++) {
                int to = Arrays.binarySearch(places, place(i)); // an entry lies alone at its place
                ordered[2 * to] = place(i);
                ordered[2 * to + 1] = hash(i);
            }
            pairs = ordered.length == 0 ? pairs : ordered;
            return this;
        }
    }

    private int tableOf(long hash) {
        return (int) (hash >>> tableShift);
    }

    private long[] tableFor(long hash) {
        return tables.getPlain(tableOf(hash));
    }

    private static int slotOf(long hash, int mask) {
        return (int) hash << 1 & mask;
    }

    private int slotAt(long hash, long place) {
        long[] words = tableFor(hash);
        for (int i = slotOf(hash, words.length - 2); words[i + 1] != 0; i = i + 2 & words.length - 2) {
            if (words[i] == hash && placeIn(words[i + 1]) == place) {
                return i;
            }
        }
        return -1;
    }

    private static void insert(long[] words, long hash, long word) {
        int i = slotOf(hash, words.length - 2);
        while (words[i + 1] != 0) {
            i = i + 2 & words.length - 2;
        }
        WORD.setOpaque(words, i, hash);
        WORD.setOpaque(words, i + 1, word);
    }

    private long[] grow(int table, long[] old) {
        long[] words = new long[2 * old.length];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                insert(words, old[i], old[i + 1]);
            }
        }
        tables.setRelease(table, words);
        return words;
    }

    /** Empties a slot, and moves back what would not be found behind it. */
    private void empty(int table, int slot) {
        long[] words = tables.getPlain(table);
        int mask = words.length - 2;
        int hole = slot;
        for (int i = hole + 2 & mask; words[i + 1] != 0; i = i + 2 & mask) {
            int wanted = slotOf(words[i], mask);
            if ((i - wanted & mask) >= (i - hole & mask)) { // its way from where it wants to be leads over the hole
                WORD.setOpaque(words, hole, words[i]);
                WORD.setOpaque(words, hole + 1, words[i + 1]);
                hole = i;
            }
        }
        WORD.setOpaque(words, hole + 1, 0L);
        counts[table]--;
        count--;
    }

    private static long wordOf(long place, int variant) {
        return place << PLACE_SHIFT | (long) (variant & (1 << VARIANT_BITS) - 1) << VARIANT_SHIFT;
    }

    private static int variantIn(long word) {
        return (int) (word >>> VARIANT_SHIFT) & (1 << VARIANT_BITS) - 1;
    }

    private long numberIn(long word) {
        return newest - (newest - (word >>> PLACE_SHIFT + UNIT_BITS) & NUMBER_MASK);
    }

    private long placeIn(long word) {
        return place(numberIn(word), word >>> PLACE_SHIFT & (1L << UNIT_BITS) - 1);
    }
}
