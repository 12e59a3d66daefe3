package weir.net;

/** Where a loop reads the time: the system's, or one that a test turns by hand. */
public interface Clock {
    /** The system's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    /** Nanoseconds of a clock that never jumps; only differences mean anything. */
    long nanoTime();

    /** Milliseconds since 1970 UTC. */
    long wallMillis();
}
