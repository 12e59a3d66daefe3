package weir.cache;

/**
 * What a purge has done.
 *
 * @param count of stored responses in memory
 * @param disk of those on the disk, which were in memory too, or not; 0 where there is no disk tier
 * @param walks what is on the disk is found by and by, and nobody is answered with it meanwhile
 * @param refused too many purges go through the disk; what is in memory has gone nevertheless
 */
public record Purged(int count, int disk, boolean walks, boolean refused) {
    static final Purged NOTHING = new Purged(0, 0, false, false);

    Purged plus(Purged other) {
        return new Purged(count + other.count, disk + other.disk, walks || other.walks, refused || other.refused);
    }
}
