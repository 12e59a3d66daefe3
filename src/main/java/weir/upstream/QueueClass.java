package weir.upstream;

/** Who goes first where requests wait for a server: all of a class before the next one. */
public enum QueueClass { HIGH, NORMAL, LOW }
